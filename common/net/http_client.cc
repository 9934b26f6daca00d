#include "common/net/http_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/beast/http.hpp>

namespace tusker::net {
namespace http = boost::beast::http;

Task<Result<HttpAnswer>> http_get(Env& env, Endpoint server, std::string target, Deadline deadline, size_t body_bytes_max) {
  CO_TRY(auto stream, co_await env.network.connect(server, env.make_strand(), deadline));
  const std::string request = fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", target, server.to_string());
  CO_TRY_VOID(co_await stream->write(request, deadline));
  http::response_parser<http::string_body> parser;
  parser.eager(true);
  parser.body_limit(body_bytes_max);
  std::string buffer;
  boost::system::error_code ec;
  while (!parser.is_done()) {
    const size_t have = buffer.size();
    buffer.resize(have + 65536);
    auto got = co_await stream->read_some(MutableBytes(buffer.data() + have, 65536), deadline);
    buffer.resize(have + (got ? *got : 0));
    if (!got) {
      if (got.error().code() != StatusCode::kEof) co_return error(got.error());
      parser.put_eof(ec);
      if (ec) co_return error(StatusCode::kIo, fmt::format("{} broke off its answer to GET {}", server.to_string(), target));
      break;
    }
    buffer.erase(0, parser.put(boost::asio::buffer(buffer), ec));
    if (ec && ec != http::error::need_more)
      co_return error(StatusCode::kIo, fmt::format("GET {} from {}: {}", target, server.to_string(), ec.message()));
  }
  HttpAnswer out;
  out.status = static_cast<int>(parser.get().result_int());
  for (const auto& field : parser.get()) {
    std::string name(field.name_string());
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    out.headers.insert_or_assign(std::move(name), std::string(field.value()));
  }
  out.body = std::move(parser.get().body());
  co_return out;
}

}  // namespace tusker::net
