#include "common/net/http_server.h"

#include "common/env/real_env.h"
#include "tests/support/catch.h"

using namespace tusker;

namespace {

Task<net::HttpResponse> echo(net::HttpRequest request) {
  net::HttpResponse response;
  response.body = request.method + " " + request.body;
  co_return response;
}

Task<net::HttpResponse> count(net::HttpRequest, net::HttpBody* body) {
  size_t bytes = 0;
  for (;;) {
    const auto piece = co_await body->next();
    if (!piece || piece->empty()) break;
    bytes += piece->size();
  }
  net::HttpResponse response;
  response.body = std::to_string(bytes);
  co_return response;
}

Task<net::HttpResponse> ignore(net::HttpRequest, net::HttpBody*) {
  net::HttpResponse response;
  response.status = 307;
  co_return response;
}

Task<Result<void>> write_pieces(net::HttpSink* sink) {
  CO_TRY_VOID(co_await sink->write("one,"));
  co_return co_await sink->write("two");
}

Task<net::HttpResponse> pieces(net::HttpRequest) {
  net::HttpResponse response;
  response.header_set = net::HttpHeaders::kPlain;
  response.write_body = [](net::HttpSink& sink) { return write_pieces(&sink); };
  co_return response;
}

Task<void> exchange(Env* env, net::HttpServer* server, std::string request, std::string* answer) {
  const Deadline deadline = env->clock.after(std::chrono::seconds(20));
  auto stream = co_await env->network.connect(server->local(), co_await asio::this_coro::executor, deadline);
  REQUIRE(stream);
  static_cast<void>(co_await (*stream)->write(request, deadline));
  for (;;) {
    char bytes[4096];
    const auto got = co_await (*stream)->read_some(MutableBytes(bytes, sizeof(bytes)), deadline);
    if (!got) break;
    answer->append(bytes, *got);
  }
}

Task<void> stop(net::HttpServer* server) { co_await server->stop(); }

struct Fixture {
  Fixture() : server(real.env(), {.bind = {"127.0.0.1", 0}, .name = "test", .body_bytes_max = 100}) {
    server.route("/echo", echo);
    server.route("/pieces", pieces);
    server.route_streaming("/count", count);
    server.route_streaming("/ignore", ignore);
    REQUIRE(server.start());
  }
  ~Fixture() { real.run(stop(&server)); }
  std::string ask(const std::string& request) {
    std::string answer;
    real.run(exchange(&real.env(), &server, request, &answer));
    return answer;
  }
  RealEnv real;
  net::HttpServer server;
};

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE_METHOD(Fixture, "pages carry the headers that Hadoop's do") {
  const std::string answer = ask("GET /echo HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  for (const auto* header : {"Cache-Control: no-cache", "X-Content-Type-Options: nosniff", "X-FRAME-OPTIONS: SAMEORIGIN",
                             "X-XSS-Protection: 1; mode=block", "Content-Length: 4", "Connection: close"}) {
    CHECK(has(answer, std::string(header) + "\r\n"));
  }
  CHECK(answer.ends_with("\r\n\r\nGET "));
}

TEST_CASE_METHOD(Fixture, "a body of unknown length goes out in chunks, and to an old client as it is") {
  CHECK(ask("GET /pieces HTTP/1.1\r\nConnection: close\r\n\r\n").ends_with("\r\n\r\n4\r\none,\r\n3\r\ntwo\r\n0\r\n\r\n"));
  CHECK(ask("GET /pieces HTTP/1.0\r\n\r\n").ends_with("\r\n\r\none,two"));
  CHECK(ask("HEAD /pieces HTTP/1.1\r\nConnection: close\r\n\r\n").ends_with("\r\n\r\n"));
}

TEST_CASE_METHOD(Fixture, "a streaming route takes more than fits a whole one") {
  const std::string body(200'000, 'b');
  CHECK(ask("PUT /count HTTP/1.1\r\nConnection: close\r\nContent-Length: 200000\r\n\r\n" + body).ends_with("\r\n\r\n200000"));
  CHECK(ask("PUT /echo HTTP/1.1\r\nContent-Length: 200000\r\n\r\n" + body).starts_with("HTTP/1.1 413 "));
}

TEST_CASE_METHOD(Fixture, "a body that the handler left is skipped before the next request") {
  const std::string two = ask("PUT /ignore HTTP/1.1\r\nContent-Length: 4\r\n\r\nbodyGET /echo HTTP/1.1\r\nConnection: close\r\n\r\n");
  CHECK(two.starts_with("HTTP/1.1 307 "));
  CHECK(has(two, "HTTP/1.1 200 OK"));
}

TEST_CASE_METHOD(Fixture, "a client that waits for leave to send is answered without it, and the connection ends") {
  const std::string answer = ask("PUT /ignore HTTP/1.1\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
  CHECK(answer.starts_with("HTTP/1.1 307 "));
  CHECK_FALSE(has(answer, "100 Continue"));
}

TEST_CASE_METHOD(Fixture, "errors are pages") {
  CHECK(ask("GET /nosuch HTTP/1.1\r\nConnection: close\r\n\r\n").starts_with("HTTP/1.1 404 Not Found\r\n"));
  CHECK(ask("GET /%zz HTTP/1.1\r\n\r\n").ends_with("<h1>Bad Message 400</h1><pre>reason: Bad Request</pre>"));
  CHECK(ask("GET / HTTP/1.1\r\nA: " + std::string(70'000, 'a') + "\r\n\r\n").starts_with("HTTP/1.1 431 "));
}
