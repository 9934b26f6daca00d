#include "mapreduce/shuffle/shuffle_connection.h"

#include <algorithm>
#include <charconv>
#include <map>

#include <fmt/format.h>

#include "common/shuffle/url_hash.h"

namespace tusker::mapreduce {
namespace {

constexpr size_t kHeadBytesMax = 64 << 10;
constexpr size_t kReadBytes = 64 << 10;

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

// Header fields by lower-case name.
std::map<std::string, std::string> fields_of(std::string_view head) {
  std::map<std::string, std::string> fields;
  while (!head.empty()) {
    const size_t end = std::min(head.find("\r\n"), head.size());
    const std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 2, head.size()));
    const size_t colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    fields[lower(line.substr(0, colon))] = value;
  }
  return fields;
}

}  // namespace

Task<Result<std::unique_ptr<ShuffleConnection>>> ShuffleConnection::open(Env& env, Endpoint server, Executor strand, Job job,
                                                                         Duration connect_timeout) {
  CO_TRY(auto stream, co_await env.network.connect(server, std::move(strand), env.clock.after(connect_timeout)));
  co_return std::make_unique<ShuffleConnection>(env, std::move(stream), std::move(server), std::move(job));
}

ShuffleConnection::ShuffleConnection(Env& env, std::unique_ptr<Stream> stream, Endpoint server, Job job)
    : env_(env), stream_(std::move(stream)), server_(std::move(server)), job_(std::move(job)) {}

Task<Result<void>> ShuffleConnection::fill() {
  const size_t had = in_.size();
  in_.resize(had + kReadBytes);
  auto count = co_await stream_->read_some(MutableBytes(in_).subspan(had), env_.clock.after(job_.read_timeout));
  in_.resize(had + count.value_or(0));
  if (!count) co_return error(count.error());
  co_return Result<void>();
}

Task<Result<std::string>> ShuffleConnection::read_head() {
  while (true) {
    const size_t end = in_.find("\r\n\r\n");
    if (end != std::string::npos) {
      std::string head = in_.substr(0, end);
      in_.erase(0, end + 4);
      co_return head;
    }
    if (in_.size() > kHeadBytesMax) co_return error(StatusCode::kIo, "the shuffle's answer has too long a head");
    CO_TRY_VOID(co_await fill());
  }
}

Result<void> ShuffleConnection::check_head(const std::string& head, const std::string& expected_reply) {
  auto fields = fields_of(head);
  std::from_chars(fields["content-length"].data(), fields["content-length"].data() + fields["content-length"].size(), remaining_);
  const size_t space = head.find(' ');
  if (!head.starts_with("HTTP/1.") || space == std::string::npos) return error(StatusCode::kIo, "the shuffle's answer is no HTTP");
  const std::string status = head.substr(space + 1, head.find("\r\n") - space - 1);
  if (!status.starts_with("200")) {
    refused_ = true;
    return error(StatusCode::kIo, fmt::format("the shuffle at {} answers {}", server_.to_string(), status));
  }
  if (fields["name"] != shuffle::kNameMapReduce || fields["version"] != shuffle::kVersion) {
    return error(StatusCode::kIo,
                 fmt::format("Incompatible shuffle at {}: name {} version {}", server_.to_string(), fields["name"], fields["version"]));
  }
  if (fields["replyhash"] != expected_reply) {
    return error(StatusCode::kInvalidToken, fmt::format("Verification of the hashReply of {} failed", server_.to_string()));
  }
  return {};
}

Task<Result<void>> ShuffleConnection::request(std::vector<std::string> maps) {
  const std::string target = shuffle::map_output_target(job_.id, job_.reduce, maps, true);
  const std::string hash = shuffle::url_hash(job_.secret, server_.port, target);
  const std::string text =
      fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n{}: {}\r\n{}: {}\r\n{}: {}\r\n\r\n", target, server_.to_string(), shuffle::kHeaderName,
                  shuffle::kNameMapReduce, shuffle::kHeaderVersion, shuffle::kVersion, shuffle::kHeaderUrlHash, hash);
  CO_TRY_VOID(co_await stream_->write(text, env_.clock.after(job_.read_timeout)));
  CO_TRY(std::string head, co_await read_head());
  co_return check_head(head, shuffle::reply_hash(job_.secret, hash));
}

Task<Result<shuffle::ShuffleHeader>> ShuffleConnection::next_header() {
  while (true) {
    std::string_view view = in_;
    CO_TRY(auto header, shuffle::decode_shuffle_header(view));
    if (header) {
      remaining_ -= static_cast<int64_t>(in_.size() - view.size());
      in_.erase(0, in_.size() - view.size());
      co_return *std::move(header);
    }
    CO_TRY_VOID(co_await fill());
  }
}

Task<Result<std::string>> ShuffleConnection::read(int64_t bytes) {
  std::string part;
  part.resize(static_cast<size_t>(bytes));
  const size_t had = std::min(in_.size(), part.size());
  in_.copy(part.data(), had);
  in_.erase(0, had);
  size_t filled = had;
  // Each wait has its own deadline: a slow transfer that goes on is none that hangs.
  while (filled < part.size()) {
    CO_TRY(size_t count, co_await stream_->read_some(MutableBytes(part).subspan(filled), env_.clock.after(job_.read_timeout)));
    filled += count;
  }
  remaining_ -= bytes;
  co_return part;
}

}  // namespace tusker::mapreduce
