#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "common/async/task_group.h"
#include "common/config/config.h"
#include "common/metrics/registry.h"
#include "common/net/cross_origin.h"
#include "common/net/http_connection.h"

namespace tusker::net {

struct HttpServerOptions {
  Endpoint bind;
  std::string name;
  size_t connections_max = 1024;
  size_t body_bytes_max = 16 << 20;
  size_t head_bytes_max = 64 << 10;
  Duration keep_alive = std::chrono::seconds(60);  // hadoop.http.idle_timeout.ms
  std::string frame_option = "SAMEORIGIN";         // X-FRAME-OPTIONS; empty: none
  CrossOrigin cross_origin;
};

// An HTTP/1.1 server for a daemon's web port. Longest matching path prefix wins. Owned by the daemon's server object.
// Bounds: HttpServerOptions; a request's head and an answer's pieces are all that a connection holds.
class HttpServer {
 public:
  HttpServer(Env& env, HttpServerOptions options);
  ~HttpServer();
  // Before start(). `prefix` "/jmx" serves "/jmx" and "/jmx/…"; "/" all the rest.
  void route(std::string prefix, HttpHandler handler);
  // The handler reads the request's body itself, or leaves it.
  void route_streaming(std::string prefix, HttpBodyHandler handler);
  Result<void> start();
  Task<void> stop();
  const Endpoint& local() const;

 private:
  struct Route {
    HttpHandler whole;
    HttpBodyHandler streaming;
  };
  Task<void> accept_loop();
  Task<void> serve(std::unique_ptr<Stream> stream);
  Task<HttpResponse> handle(HttpRequest request, HttpConnection* connection);
  Task<bool> send(HttpResponse response, HttpConnection* connection, bool head_only, bool keep_alive);
  Task<void> refuse(HttpConnection* connection, Status why);
  std::string head_of(const HttpResponse& response, bool keep_alive, bool chunked) const;
  const Route* find(const std::string& path) const;

  Env& env_;
  HttpServerOptions options_;
  HttpLimits limits_;
  std::map<std::string, Route> routes_;
  std::unique_ptr<Listener> listener_;
  Executor strand_;
  TaskGroup tasks_;
};

// An error page as HttpServer2 gives it.
HttpResponse error_page(int status, const std::string& path, const std::string& message = "");

// What every daemon serves: /jmx, /prom, /conf, /logLevel, /stacks. The references must outlive the server.
void add_standard_routes(HttpServer& server, const metrics::Registry& registry, const config::Config& config);

}  // namespace tusker::net
