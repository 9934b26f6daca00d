#pragma once

#include <map>
#include <string>
#include <string_view>

#include "common/net/http_message.h"

namespace tusker::net {

struct HttpAnswer {
  int status = 0;
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string body;
};

// One GET on a connection of its own. The whole answer is held in memory, at most `body_bytes_max` of body. kUnavailable, kTimeout, or kIo
// for an answer that isn't HTTP.
Task<Result<HttpAnswer>> http_get(Env& env, Endpoint server, std::string target, Deadline deadline, size_t body_bytes_max = 256 << 20);

}  // namespace tusker::net
