#include "common/net/http_server.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/http.hpp>

#include "common/log/log.h"

namespace tusker::net {
namespace {

namespace http = boost::beast::http;
using Parser = http::request_parser<http::string_body>;

constexpr size_t kHeadBytesMax = 64 << 10;

std::string percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto hex = [](char c) {
      return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    };
    if (text[i] == '%' && i + 2 < text.size() && hex(text[i + 1]) >= 0 && hex(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(hex(text[i + 1]) * 16 + hex(text[i + 2])));
      i += 2;
    } else {
      out.push_back(plus_is_space && text[i] == '+' ? ' ' : text[i]);
    }
  }
  return out;
}

HttpRequest convert(Parser& parser, const Endpoint& remote) {
  auto& message = parser.get();
  HttpRequest out;
  out.method = std::string(message.method_string());
  out.target = std::string(message.target());
  out.remote = remote;
  std::string_view target = out.target;
  if (target.starts_with("http://")) target = target.substr(std::min(target.find('/', 7), target.size()));  // absolute form
  const size_t question = target.find('?');
  out.path = percent_decode(target.substr(0, question), false);
  std::string_view query = question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  while (!query.empty()) {
    const size_t amp = query.find('&');
    const std::string_view pair = query.substr(0, amp);
    const size_t equals = pair.find('=');
    out.query.emplace(percent_decode(pair.substr(0, equals), true),
                      equals == std::string_view::npos ? "" : percent_decode(pair.substr(equals + 1), true));
    query = amp == std::string_view::npos ? std::string_view() : query.substr(amp + 1);
  }
  for (const auto& field : message) {
    std::string name(field.name_string());
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    out.headers.insert_or_assign(std::move(name), std::string(field.value()));
  }
  out.body = std::move(message.body());
  return out;
}

std::string head_of(const HttpResponse& response, bool keep_alive) {
  const int64_t length = response.stream_body ? response.body_bytes : static_cast<int64_t>(response.body.size());
  std::string out = fmt::format("HTTP/1.1 {} {}\r\nContent-Type: {}\r\nContent-Length: {}\r\nConnection: {}\r\n", response.status,
                                std::string_view(http::obsolete_reason(static_cast<http::status>(response.status))), response.content_type,
                                length, keep_alive ? "keep-alive" : "close");
  for (const auto& [name, value] : response.headers) out += name + ": " + value + "\r\n";
  return out + "X-Content-Type-Options: nosniff\r\nX-FRAME-OPTIONS: SAMEORIGIN\r\n\r\n";
}

}  // namespace

std::string HttpRequest::parameter(const std::string& name, const std::string& otherwise) const {
  const auto it = query.find(name);
  return it == query.end() ? otherwise : it->second;
}

HttpServer::HttpServer(Env& env, HttpServerOptions options)
    : env_(env), options_(std::move(options)), strand_(env.make_strand()), tasks_(options_.name + " http") {}
HttpServer::~HttpServer() = default;

void HttpServer::route(std::string prefix, HttpHandler handler) { routes_.insert_or_assign(std::move(prefix), std::move(handler)); }

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
  std::string buffer;
  for (;;) {
    Parser parser;
    parser.eager(true);
    parser.header_limit(kHeadBytesMax);
    parser.body_limit(options_.body_bytes_max);
    bool continue_sent = false;
    while (!parser.is_done()) {
      boost::system::error_code ec;
      if (!buffer.empty()) {
        const size_t used = parser.put(boost::asio::buffer(buffer), ec);
        buffer.erase(0, used);
        if (ec && ec != http::error::need_more) {
          co_await answer(*stream, HttpRequest{}, false);
          co_return;
        }
        if (parser.is_done()) break;
        if (parser.is_header_done() && !continue_sent && parser.get()[http::field::expect] == "100-continue") {
          continue_sent = true;
          if (!co_await stream->write("HTTP/1.1 100 Continue\r\n\r\n", env_.clock.after(options_.keep_alive))) co_return;
        }
      }
      const size_t have = buffer.size();
      buffer.resize(have + 16384);
      auto got = co_await stream->read_some(MutableBytes(buffer.data() + have, 16384), env_.clock.after(options_.keep_alive));
      if (!got) co_return;
      buffer.resize(have + *got);
    }
    const bool keep_alive = parser.get().keep_alive();
    if (!co_await answer(*stream, convert(parser, stream->remote()), keep_alive)) co_return;
  }
}

const HttpHandler* HttpServer::find(const std::string& path) const {
  const HttpHandler* best = nullptr;
  size_t best_length = 0;
  for (const auto& [prefix, handler] : routes_) {
    const bool below = path.starts_with(prefix) && (path.size() == prefix.size() || prefix.ends_with('/') || path[prefix.size()] == '/');
    if (below && prefix.size() >= best_length) {
      best = &handler;
      best_length = prefix.size();
    }
  }
  return best;
}

// Returns whether the connection may be used again.
Task<bool> HttpServer::answer(Stream& stream, HttpRequest request, bool keep_alive) {
  HttpResponse response;
  const bool head_only = request.method == "HEAD";
  if (request.method.empty()) {
    response.status = 400;
    response.body = "Bad request\n";
  } else if (const HttpHandler* handler = find(request.path)) {
    response = co_await (*handler)(std::move(request));
  } else {
    response.status = 404;
    response.body = "Not found: " + request.path + "\n";
  }
  const Deadline deadline = env_.clock.after(std::chrono::minutes(10));
  const std::string head = head_of(response, keep_alive);
  const std::string_view parts[] = {head, head_only || response.stream_body ? std::string_view() : std::string_view(response.body)};
  if (!co_await stream.write_parts(parts, deadline)) co_return false;
  if (response.stream_body && !head_only) {
    auto sent = co_await response.stream_body(stream);
    if (!sent) {
      LOG_WARN("{} sending a body to {}: {}", options_.name, stream.remote().to_string(), sent.error().to_string());
      co_return false;
    }
  }
  co_return keep_alive;
}

}  // namespace tusker::net
