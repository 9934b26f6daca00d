#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/async/task_group.h"
#include "common/config/config.h"
#include "common/env/env.h"
#include "common/metrics/registry.h"

namespace tusker::net {

struct HttpRequest {
  std::string method;                                       // "GET"
  std::string target;                                       // as sent: "/jmx?qry=…"
  std::string path;                                         // percent-decoded
  std::multimap<std::string, std::string> query;            // percent-decoded
  std::map<std::string, std::string, std::less<>> headers;  // names in lower case
  std::string body;
  Endpoint remote;
  std::string parameter(const std::string& name, const std::string& otherwise = "") const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  // A body too big for memory: called after the head was written, with the connection's stream. Must write exactly `body_bytes` bytes.
  std::function<Task<Result<void>>(Stream&)> stream_body;
  int64_t body_bytes = -1;
};

using HttpHandler = std::function<Task<HttpResponse>(HttpRequest)>;

struct HttpServerOptions {
  Endpoint bind;
  std::string name;
  size_t connections_max = 1024;
  size_t body_bytes_max = 16 << 20;
  Duration keep_alive = std::chrono::seconds(30);
};

// An HTTP/1.1 server for a daemon's web port. Longest matching path prefix wins. Owned by the daemon's server object.
class HttpServer {
 public:
  HttpServer(Env& env, HttpServerOptions options);
  ~HttpServer();
  // Before start(). `prefix` "/jmx" serves "/jmx" and "/jmx/…"; "/" all the rest.
  void route(std::string prefix, HttpHandler handler);
  Result<void> start();
  Task<void> stop();
  const Endpoint& local() const;

 private:
  Task<void> accept_loop();
  Task<void> serve(std::unique_ptr<Stream> stream);
  Task<bool> answer(Stream& stream, HttpRequest request, bool keep_alive);
  const HttpHandler* find(const std::string& path) const;

  Env& env_;
  HttpServerOptions options_;
  std::map<std::string, HttpHandler> routes_;
  std::unique_ptr<Listener> listener_;
  Executor strand_;
  TaskGroup tasks_;
};

// What every daemon serves: /jmx, /prom, /conf, /logLevel. The references must outlive the server.
void add_standard_routes(HttpServer& server, const metrics::Registry& registry, const config::Config& config);

}  // namespace tusker::net
