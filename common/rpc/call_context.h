#pragma once

#include <cstdint>
#include <string>

#include "common/env/network.h"
#include "common/security/user.h"

namespace tusker::rpc {

// Who calls, from where, as which call. Passed by value into a handler.
struct CallContext {
  security::User user;    // the effective user
  Endpoint remote;        // numeric
  std::string client_id;  // 16 bytes, or empty
  int32_t call_id = -1;
  int32_t retry_count = -1;
  std::string_view protocol;     // annotated name: lives as long as the table
  std::string_view method;       // the row's name: likewise
  std::string token_identifier;  // of a TOKEN connection: the authenticated identifier's bytes; else empty

  // "method from address by user": what log lines start with.
  std::string describe() const;
};

}  // namespace tusker::rpc
