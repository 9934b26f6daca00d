#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "common/env/env.h"

namespace tusker::net {

struct HttpRequest {
  std::string method;                                       // "GET"
  std::string target;                                       // as sent: "/jmx?qry=…"
  std::string path;                                         // percent-decoded
  std::multimap<std::string, std::string> query;            // percent-decoded; equal names in the order sent
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string body;                                         // empty for a route that streams
  Endpoint remote;
  std::string parameter(const std::string& name, const std::string& otherwise = "") const;
  // Its value, or empty. `name` in lower case.
  std::string header(std::string_view name) const;
};

// The body of a request, read as it comes in; belongs to the connection, and lives until the handler's task ends.
class HttpBody {
 public:
  virtual ~HttpBody() = default;
  // The next piece, valid until the next call; empty at the end. Asks a client that waits for "100 Continue" to go on. kEof when the peer
  // hangs up before the end, kTimeout, kIllegalArgument for a body that isn't HTTP.
  virtual Task<Result<std::string_view>> next() = 0;
  // Says "100 Continue" now, once, whether the client asked for it or not.
  virtual Task<Result<void>> send_continue() = 0;
};

// Takes an answer's body by pieces.
class HttpSink {
 public:
  virtual ~HttpSink() = default;
  virtual Task<Result<void>> write(std::string_view bytes) = 0;
};

// Which headers an answer carries beside its own.
enum class HttpHeaders : uint8_t {
  kPage,   // those of HttpServer2: no caching, no sniffing, no frames of others
  kPlain,  // none, as a DataNode's answers to WebHDFS
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";  // empty: no such header
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // A body too big for memory: called after the head was written, with the connection's stream. Must write exactly `body_bytes` bytes.
  std::function<Task<Result<void>>(Stream&)> stream_body;
  // The same by pieces; with `body_bytes` below 0 its length isn't known, and it goes out in chunks.
  std::function<Task<Result<void>>(HttpSink&)> write_body;
  int64_t body_bytes = -1;
  bool close = false;  // the connection ends with this answer
  HttpHeaders header_set = HttpHeaders::kPage;
};

using HttpHandler = std::function<Task<HttpResponse>(HttpRequest)>;
using HttpBodyHandler = std::function<Task<HttpResponse>(HttpRequest, HttpBody*)>;

// %XX decoded, once; what isn't such stays. With `plus_is_space`, as in a query, '+' is a space.
std::string percent_decode(std::string_view text, bool plus_is_space);
// False for a '%' without two hexadecimal digits behind it.
bool well_escaped(std::string_view text);
// Everything but letters, digits and -._~/ as %XX.
std::string percent_encode(std::string_view text);
// Fills method, target, path, query of `request` from a request line's method and target.
void parse_target(std::string_view target, HttpRequest& request);
// "Sat, 21 Nov 2026 21:59:50 GMT"
std::string http_date(int64_t wall_ms);

}  // namespace tusker::net
