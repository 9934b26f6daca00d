#include "tests/simulation/workload.h"

#include <fmt/format.h>

#include "tests/support/catch.h"

namespace tusker::tests {

Workload::Workload(SimCluster& cluster, int number)
    : env_(cluster.sim().host("10.0.2." + std::to_string(number))),
      folder_("/client-" + std::to_string(number)),
      fs_(std::make_unique<client::FileSystem>(env_, cluster.config(), SimCluster::namenode_address(),
                                               security::User{security::current_user().name, ""})) {}

std::string Workload::fresh_name() {
  ++next_;
  return fmt::format("{}/d{}/f{}", folder_, next_ % 3, next_);
}

std::optional<std::string> Workload::pick() {
  if (known_.empty()) return std::nullopt;
  return std::next(known_.begin(), static_cast<ptrdiff_t>(env_.random.below(known_.size())))->first;
}

Task<Result<void>> Workload::write_file(std::string path, std::string content) {
  client::CreateOptions options;
  options.overwrite = true;
  CO_TRY(auto out, co_await fs_->create(path, options));
  for (size_t at = 0; at < content.size();) {
    const size_t n = std::min<size_t>(content.size() - at, 1 + env_.random.below(20'000));
    CO_TRY_VOID(co_await out->write(std::string_view(content).substr(at, n)));
    at += n;
    if (env_.random.below(8) == 0) co_await env_.clock.sleep_for(std::chrono::milliseconds(env_.random.below(3000)));
    if (env_.random.below(10) == 0) CO_TRY_VOID(co_await out->flush(env_.random.below(2) == 0));
  }
  co_return co_await out->close();
}

Task<Result<std::string>> Workload::read_file(std::string path) {
  CO_TRY(auto in, co_await fs_->open(path));
  std::string content;
  for (;;) {
    CO_TRY(const std::string_view chunk, co_await in->next_chunk());
    if (chunk.empty()) co_return content;
    content += chunk;
  }
}

Task<void> Workload::write_one() {
  const std::string path = fresh_name();
  const std::string content = env_.random.bytes(env_.random.below(80'000));
  const auto written = co_await write_file(path, content);
  if (written) {
    known_[path] = content;
    ++acknowledged_;
  } else {
    ++failed_;
  }
}

Task<void> Workload::read_one() {
  const auto path = pick();
  if (!path) co_return;
  const auto content = co_await read_file(*path);
  if (!content) {
    ++failed_;  // faults are about; verify() decides whether it is lost
    co_return;
  }
  INFO("client read " << *path);
  REQUIRE(*content == known_.at(*path));
}

Task<void> Workload::remove_one() {
  const auto path = pick();
  if (!path) co_return;
  const auto removed = co_await fs_->remove(*path, false);
  known_.erase(*path);
  if (removed) {
    gone_.insert(*path);
    ++acknowledged_;
  } else {
    ++failed_;
  }
}

Task<void> Workload::rename_one() {
  const auto from = pick();
  if (!from) co_return;
  const std::string to = *from + "-moved";
  const std::string content = known_.at(*from);
  const auto renamed = co_await fs_->rename(*from, to);
  known_.erase(*from);
  if (renamed && *renamed) {
    known_[to] = content;
    gone_.insert(*from);
    ++acknowledged_;
  } else {
    ++failed_;
  }
}

// Never to one replica: a disk that is lost for good may hold it.
Task<void> Workload::set_replication_of_one() {
  const auto path = pick();
  if (!path) co_return;
  const auto set = co_await fs_->set_replication(*path, static_cast<int16_t>(2 + env_.random.below(3)));
  ++(set && *set ? acknowledged_ : failed_);
}

Task<void> Workload::run(TimePoint until) {
  while (env_.clock.now() < until) {
    switch (env_.random.below(12)) {
      case 0:
        co_await remove_one();
        break;
      case 1:
        co_await rename_one();
        break;
      case 10:
      case 11:
        co_await set_replication_of_one();
        break;
      case 2:
      case 3:
      case 4:
        co_await read_one();
        break;
      default:
        co_await write_one();
    }
    co_await env_.clock.sleep_for(std::chrono::milliseconds(env_.random.below(8000)));
  }
}

Task<void> Workload::verify() {
  for (const auto& [path, content] : known_) {
    auto found = co_await read_file(path);
    INFO("acknowledged " << path << ": " << (found ? "read" : found.error().to_string()));
    REQUIRE(found);
    REQUIRE(*found == content);
  }
  for (const auto& path : gone_) {
    if (known_.contains(path)) continue;
    const auto status = co_await fs_->status(path);
    INFO("removed " << path);
    REQUIRE(status);
    REQUIRE(!*status);
  }
}

}  // namespace tusker::tests
