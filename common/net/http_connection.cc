#include "common/net/http_connection.h"

#include <algorithm>

namespace tusker::net {
namespace {

namespace http = boost::beast::http;

constexpr size_t kReadBytes = 64 << 10;
constexpr size_t kDrainBytesMax = 16 << 20;

}  // namespace

HttpConnection::HttpConnection(Clock& clock, std::unique_ptr<Stream> stream, const HttpLimits& limits)
    : clock_(clock), stream_(std::move(stream)), limits_(limits) {}

Task<Result<void>> HttpConnection::fill(Deadline deadline) {
  const size_t have = buffer_.size();
  buffer_.resize(have + kReadBytes);
  auto got = co_await stream_->read_some(MutableBytes(buffer_.data() + have, kReadBytes), deadline);
  buffer_.resize(have + (got ? *got : 0));
  if (!got) co_return error(got.error());
  co_return Result<void>();
}

Result<void> HttpConnection::parse() {
  boost::system::error_code ec;
  if (buffer_.empty() || parser_->is_done()) return {};
  const size_t used = parser_->put(boost::asio::buffer(buffer_), ec);
  buffer_.erase(0, used);
  if (!ec || ec == http::error::need_more) {
    // A head that isn't whole stays in the buffer, where the parser's own limit doesn't count it.
    if (!parser_->is_header_done() && buffer_.size() > limits_.head_bytes_max) ec = http::error::header_limit;
    if (!ec || ec == http::error::need_more) return {};
  }
  broken_ = true;
  if (ec == http::error::header_limit) return error(StatusCode::kPathComponentTooLong, "the head is too long");
  return error(StatusCode::kIllegalArgument, ec.message());
}

Task<Result<HttpRequest>> HttpConnection::next_request() {
  parser_ = std::make_unique<Parser>();
  parser_->eager(true);
  parser_->header_limit(static_cast<std::uint32_t>(limits_.head_bytes_max));
  parser_->body_limit(boost::none);
  continue_sent_ = false;
  piece_.clear();
  const Deadline deadline = clock_.after(limits_.idle_max);
  CO_TRY_VOID(parse());
  while (!parser_->is_header_done()) {
    if (auto read = co_await fill(deadline); !read) co_return error(StatusCode::kEof, read.error().message());
    CO_TRY_VOID(parse());
  }
  HttpRequest out;
  const auto& message = parser_->get();
  out.method = std::string(message.method_string());
  out.remote = stream_->remote();
  parse_target(std::string_view(message.target()), out);
  for (const auto& field : message) {
    std::string name(field.name_string());
    std::ranges::transform(name, name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    out.headers.insert_or_assign(std::move(name), std::string(field.value()));
  }
  if (!well_escaped(out.target.substr(0, out.target.find('?')))) co_return error(StatusCode::kIllegalArgument, "bad escape in the path");
  co_return out;
}

bool HttpConnection::waits_for_continue() const {
  return !continue_sent_ && boost::beast::iequals(parser_->get()[http::field::expect], "100-continue");
}

Task<Result<void>> HttpConnection::send_continue() {
  if (continue_sent_) co_return Result<void>();
  continue_sent_ = true;
  co_return co_await stream_->write("HTTP/1.1 100 Continue\r\n\r\n", clock_.after(limits_.idle_max));
}

Task<Result<std::string_view>> HttpConnection::next() {
  piece_.clear();
  while (parser_->get().body().empty() && !parser_->is_done()) {
    if (buffer_.empty()) {
      if (waits_for_continue()) CO_TRY_VOID(co_await send_continue());
      CO_TRY_VOID(co_await fill(clock_.after(limits_.idle_max)));
    }
    const size_t before = buffer_.size();
    CO_TRY_VOID(parse());
    // The parser wants more than it has, in the middle of a chunk's head: the next read must add to it.
    if (buffer_.size() == before && parser_->get().body().empty() && !parser_->is_done()) {
      CO_TRY_VOID(co_await fill(clock_.after(limits_.idle_max)));
      if (buffer_.size() > limits_.head_bytes_max + kReadBytes) co_return error(StatusCode::kIllegalArgument, "a chunk's head is too long");
    }
  }
  std::swap(piece_, parser_->get().body());
  co_return std::string_view(piece_);
}

Task<Result<std::string>> HttpConnection::whole_body() {
  std::string out;
  for (;;) {
    CO_TRY(const std::string_view piece, co_await next());
    if (piece.empty()) co_return out;
    if (out.size() + piece.size() > limits_.body_bytes_max) co_return error(StatusCode::kMaxDirectoryItems, "the body is too long");
    out += piece;
  }
}

Task<bool> HttpConnection::drain() {
  if (!broken_ && parser_->is_done()) co_return true;
  if (broken_ || waits_for_continue()) co_return false;
  continue_sent_ = true;
  size_t bytes = 0;
  for (;;) {
    const auto piece = co_await next();
    if (!piece) co_return false;
    if (piece->empty()) co_return true;
    bytes += piece->size();
    if (bytes > kDrainBytesMax) co_return false;
  }
}

}  // namespace tusker::net
