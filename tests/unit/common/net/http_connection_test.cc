#include "common/net/http_connection.h"

#include "common/env/real_env.h"
#include "tests/support/catch.h"
#include "tests/support/in_memory_stream.h"

using namespace tusker;

namespace {

struct Outcome {
  std::vector<net::HttpRequest> requests;
  std::vector<std::string> bodies;
  std::string written;
  std::optional<Status> end;
};

Task<void> read_all(Env* env, std::string input, size_t piece_bytes, net::HttpLimits limits, Outcome* out) {
  auto stream = std::make_unique<tests::InMemoryStream>(co_await asio::this_coro::executor, std::move(input), piece_bytes);
  auto* raw = stream.get();
  net::HttpConnection connection(env->clock, std::move(stream), limits);
  for (;;) {
    auto request = co_await connection.next_request();
    if (!request) {
      out->end = request.error();
      break;
    }
    out->requests.push_back(*request);
    auto body = co_await connection.whole_body();
    if (!body) {
      out->end = body.error();
      break;
    }
    out->bodies.push_back(*body);
  }
  out->written = raw->written;
}

Outcome parse(const std::string& input, size_t piece_bytes = 1 << 20, net::HttpLimits limits = {}) {
  RealEnv real;
  Outcome out;
  real.run(read_all(&real.env(), input, piece_bytes, limits, &out));
  return out;
}

}  // namespace

TEST_CASE("requests follow each other on a connection, however their bytes are cut") {
  const std::string input =
      "GET /a%20b?x=1&y=%2B+z&x=2 HTTP/1.1\r\nHost: h\r\nX-Name: v\r\n\r\n"
      "PUT /p HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello"
      "POST /q HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n7;ext=1\r\n, world\r\n0\r\n\r\n"
      "DELETE / HTTP/1.1\r\n\r\n";
  for (const size_t piece : {size_t{1}, size_t{7}, size_t{1000}}) {
    const Outcome out = parse(input, piece);
    REQUIRE(out.requests.size() == 4);
    CHECK(out.requests[0].path == "/a b");
    CHECK(out.requests[0].parameter("x") == "1");
    CHECK(out.requests[0].parameter("y") == "+ z");
    CHECK(out.requests[0].parameter("none", "d") == "d");
    CHECK(out.requests[0].header("x-name") == "v");
    CHECK(out.bodies == std::vector<std::string>{"", "hello", "hello, world", ""});
    REQUIRE(out.end);
    CHECK(out.end->code() == StatusCode::kEof);
  }
}

TEST_CASE("a client that waits for leave to send gets it when its body is read") {
  const Outcome out = parse("PUT / HTTP/1.1\r\nContent-Length: 2\r\nExpect: 100-Continue\r\n\r\nok", 60);
  REQUIRE(out.bodies.size() == 1);
  CHECK(out.bodies[0] == "ok");
  CHECK(out.written == "HTTP/1.1 100 Continue\r\n\r\n");
}

TEST_CASE("what isn't HTTP ends the connection with the reason") {
  CHECK(parse("\x16\x03\x01\x02garbage\r\n\r\n").end->code() == StatusCode::kIllegalArgument);
  CHECK(parse("GET /%zz HTTP/1.1\r\n\r\n").end->code() == StatusCode::kIllegalArgument);
  CHECK(parse("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n").end->code() == StatusCode::kIllegalArgument);
  CHECK(parse("GET / HTTP/1.1\r\nA: " + std::string(70'000, 'a') + "\r\n\r\n", 1000).end->code() == StatusCode::kPathComponentTooLong);
  CHECK(parse("POST / HTTP/1.1\r\nContent-Length: 9223372036854775807\r\n\r\nab").end->code() == StatusCode::kEof);
}

TEST_CASE("a body beyond the limit isn't taken whole") {
  const Outcome out = parse("POST / HTTP/1.1\r\nContent-Length: 11\r\n\r\n01234567890", 4, {.body_bytes_max = 10});
  REQUIRE(out.end);
  CHECK(out.end->code() == StatusCode::kMaxDirectoryItems);
}

TEST_CASE("dates are written as HTTP wants them") { CHECK(net::http_date(1795298390123) == "Sat, 21 Nov 2026 21:59:50 GMT"); }

TEST_CASE("no bytes make the parser fall over") {
  const std::string good =
      "PUT /webhdfs/v1/a%20b?op=CREATE&x=%2B HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5\r\nhello\r\n0\r\n\r\nGET / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc";
  RealEnv real;
  uint64_t state = 20261121;
  const auto below = [&state](size_t bound) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    return static_cast<size_t>((state >> 33) % bound);
  };
  for (int round = 0; round < 3000; ++round) {
    std::string input = good;
    for (size_t change = below(8); change > 0; --change) {
      const size_t at = below(input.size());
      switch (below(3)) {
        case 0:
          input[at] = static_cast<char>(below(256));
          break;
        case 1:
          input.erase(at, below(20));
          break;
        default:
          input.insert(at, input.substr(below(input.size()), below(20)));
      }
      if (input.empty()) input = "x";
    }
    Outcome out;
    INFO("round " << round);
    real.run(read_all(&real.env(), input, 1 + below(40), {}, &out));
    REQUIRE(out.end);
  }
}
