#include "common/net/http_server.h"

#include <fmt/format.h>

#include <boost/beast/http.hpp>

#include "common/log/log.h"

namespace tusker::net {
namespace {

namespace http = boost::beast::http;

constexpr Duration kSendMax = std::chrono::minutes(10);

// Chunks, or bytes as they are where the length is known or the connection's end tells it.
class BodySink final : public HttpSink {
 public:
  BodySink(Clock& clock, Stream& stream, bool chunked) : clock_(clock), stream_(stream), chunked_(chunked) {}

  Task<Result<void>> write(std::string_view bytes) override {
    if (bytes.empty()) co_return Result<void>();
    written_ += static_cast<int64_t>(bytes.size());
    if (!chunked_) co_return co_await stream_.write(bytes, clock_.after(kSendMax));
    const std::string head = fmt::format("{:x}\r\n", bytes.size());
    const std::string_view parts[] = {head, bytes, "\r\n"};
    co_return co_await stream_.write_parts(parts, clock_.after(kSendMax));
  }
  Task<Result<void>> end() {
    if (!chunked_) co_return Result<void>();
    co_return co_await stream_.write("0\r\n\r\n", clock_.after(kSendMax));
  }
  int64_t written() const { return written_; }

 private:
  Clock& clock_;
  Stream& stream_;
  bool chunked_;
  int64_t written_ = 0;
};

std::string html_escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '\'') {
      out += "&apos;";
    } else {
      out.push_back(c);
    }
  }
  return out;
}

}  // namespace

HttpResponse error_page(int status, const std::string& path, const std::string& message) {
  HttpResponse response;
  response.status = status;
  response.content_type = "text/html;charset=iso-8859-1";
  const std::string reason(http::obsolete_reason(static_cast<http::status>(status)));
  const std::string text = html_escape(message.empty() ? reason : message);
  response.body = fmt::format(
      "<html>\n<head>\n<meta http-equiv=\"Content-Type\" content=\"text/html;charset=ISO-8859-1\"/>\n<title>Error {} {}</title>\n</head>\n"
      "<body><h2>HTTP ERROR {} {}</h2>\n<table>\n<tr><th>URI:</th><td>{}</td></tr>\n<tr><th>STATUS:</th><td>{}</td></tr>\n"
      "<tr><th>MESSAGE:</th><td>{}</td></tr>\n</table>\n\n</body>\n</html>\n",
      status, text, status, text, html_escape(path), status, text);
  return response;
}

HttpServer::HttpServer(Env& env, HttpServerOptions options)
    : env_(env),
      options_(std::move(options)),
      limits_{options_.head_bytes_max, options_.body_bytes_max, options_.keep_alive},
      strand_(env.make_strand()),
      tasks_(options_.name + " http") {}
HttpServer::~HttpServer() = default;

void HttpServer::route(std::string prefix, HttpHandler handler) {
  routes_.insert_or_assign(std::move(prefix), Route{std::move(handler), nullptr});
}

void HttpServer::route_streaming(std::string prefix, HttpBodyHandler handler) {
  routes_.insert_or_assign(std::move(prefix), Route{nullptr, std::move(handler)});
}

Result<void> HttpServer::start() {
  TRY(listener_, env_.network.listen(options_.bind));
  tasks_.spawn(strand_, accept_loop());
  LOG_INFO("{} web port at {}", options_.name, listener_->local().to_string());
  return {};
}

Task<void> HttpServer::stop() {
  if (listener_) listener_->close();
  co_await tasks_.stop();
}

const Endpoint& HttpServer::local() const { return listener_->local(); }

Task<void> HttpServer::accept_loop() {
  for (;;) {
    auto stream = co_await listener_->accept();
    if (!stream) co_return;
    if (tasks_.size() > options_.connections_max) continue;  // dropping the stream closes it
    Executor executor = (*stream)->executor();
    tasks_.spawn(executor, serve(*std::move(stream)));
  }
}

Task<void> HttpServer::serve(std::unique_ptr<Stream> stream) {
  HttpConnection connection(env_.clock, std::move(stream), limits_);
  for (;;) {
    auto request = co_await connection.next_request();
    if (!request) {
      if (request.error().code() != StatusCode::kEof) co_await refuse(&connection, request.error());
      co_return;
    }
    const bool head_only = request->method == "HEAD";
    HttpResponse response = co_await handle(*std::move(request), &connection);
    if (!co_await send(std::move(response), &connection, head_only, connection.keep_alive())) co_return;
  }
}

Task<void> HttpServer::refuse(HttpConnection* connection, Status why) {
  HttpResponse response;
  response.status = why.code() == StatusCode::kPathComponentTooLong ? 431 : 400;
  response.content_type = "text/html;charset=iso-8859-1";
  response.body = fmt::format("<h1>Bad Message {}</h1><pre>reason: {}</pre>", response.status,
                              std::string_view(http::obsolete_reason(static_cast<http::status>(response.status))));
  response.close = true;
  LOG_DEBUG("{} refuses a request of {}: {}", options_.name, connection->stream().remote().to_string(), why.message());
  co_await send(std::move(response), connection, false, false);
}

Task<HttpResponse> HttpServer::handle(HttpRequest request, HttpConnection* connection) {
  const Route* route = find(request.path);
  if (route == nullptr) co_return error_page(404, request.path);
  HttpResponse cross;
  options_.cross_origin.apply(request, cross);
  HttpResponse response;
  if (route->streaming) {
    response = co_await route->streaming(std::move(request), connection);
  } else if (auto body = co_await connection->whole_body(); body) {
    request.body = *std::move(body);
    response = co_await route->whole(std::move(request));
  } else {
    const bool too_long = body.error().code() == StatusCode::kMaxDirectoryItems;
    response = error_page(too_long ? 413 : 400, request.path);
    response.close = true;
  }
  std::ranges::move(cross.headers, std::back_inserter(response.headers));
  co_return response;
}

const HttpServer::Route* HttpServer::find(const std::string& path) const {
  const Route* best = nullptr;
  size_t best_length = 0;
  for (const auto& [prefix, route] : routes_) {
    const bool below = path.starts_with(prefix) && (path.size() == prefix.size() || prefix.ends_with('/') || path[prefix.size()] == '/');
    if (below && prefix.size() >= best_length) {
      best = &route;
      best_length = prefix.size();
    }
  }
  return best;
}

std::string HttpServer::head_of(const HttpResponse& response, bool keep_alive, bool chunked) const {
  const bool streamed = response.stream_body || response.write_body;
  const int64_t length = streamed ? response.body_bytes : static_cast<int64_t>(response.body.size());
  std::string out = fmt::format("HTTP/1.1 {} {}\r\n", response.status,
                                std::string_view(http::obsolete_reason(static_cast<http::status>(response.status))));
  if (response.header_set == HttpHeaders::kPage) {
    const std::string now = http_date(env_.clock.wall_ms());
    out += fmt::format("Date: {}\r\nCache-Control: no-cache\r\nExpires: {}\r\nPragma: no-cache\r\nX-Content-Type-Options: nosniff\r\n", now,
                       now);
    if (!options_.frame_option.empty()) out += "X-FRAME-OPTIONS: " + options_.frame_option + "\r\n";
    out += "X-XSS-Protection: 1; mode=block\r\n";
  }
  for (const auto& [name, value] : response.headers) out += name + ": " + value + "\r\n";
  if (!response.content_type.empty()) out += "Content-Type: " + response.content_type + "\r\n";
  if (chunked) {
    out += "Transfer-Encoding: chunked\r\n";
  } else if (length >= 0) {
    out += fmt::format("Content-Length: {}\r\n", length);
  }
  return out + (keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n");
}

// Returns whether the connection may be used again.
Task<bool> HttpServer::send(HttpResponse response, HttpConnection* connection, bool head_only, bool keep_alive) {
  Stream& stream = connection->stream();
  const bool of_unknown_length = response.write_body && response.body_bytes < 0;
  const bool chunked = of_unknown_length && !connection->is_http10() && !response.close;
  keep_alive = keep_alive && !response.close && (!of_unknown_length || chunked);
  const bool streamed = response.stream_body || response.write_body;
  const std::string head = head_of(response, keep_alive, chunked);
  const std::string_view parts[] = {head, head_only || streamed ? std::string_view() : std::string_view(response.body)};
  if (!co_await stream.write_parts(parts, env_.clock.after(kSendMax))) co_return false;
  if (streamed && !head_only) {
    BodySink sink(env_.clock, stream, chunked);
    Result<void> sent;
    if (response.stream_body) {
      sent = co_await response.stream_body(stream);
    } else {
      sent = co_await response.write_body(sink);
      if (sent) sent = co_await sink.end();
      if (sent && response.body_bytes >= 0 && sink.written() != response.body_bytes) {
        sent = error(StatusCode::kIo, fmt::format("{} bytes of {} written", sink.written(), response.body_bytes));
      }
    }
    if (!sent) {
      LOG_WARN("{} sending a body to {}: {}", options_.name, stream.remote().to_string(), sent.error().to_string());
      co_return false;
    }
  }
  // What the client still sends is taken, else it might never see the answer: the system resets a connection with unread bytes.
  co_return co_await connection->drain() && keep_alive;
}

}  // namespace tusker::net
