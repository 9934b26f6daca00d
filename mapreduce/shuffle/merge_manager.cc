#include "mapreduce/shuffle/merge_manager.h"

#include <fmt/format.h>

#include "common/async/run_on.h"
#include "common/log/log.h"
#include "mapreduce/task/reduce_task.h"

namespace tusker::mapreduce {
namespace {

constexpr Duration kLook = std::chrono::seconds(1);

std::vector<std::unique_ptr<Segment>> as_segments(std::vector<std::string> parts) {
  std::vector<std::unique_ptr<Segment>> segments;
  for (std::string& part : parts) segments.push_back(std::make_unique<MemorySegment>(std::move(part)));
  return segments;
}

}  // namespace

MergeManager::MergeManager(Env& env, Options options, Combiner* combiner, int64_t& spilled_records, TaskReport& report)
    : env_(env), options_(std::move(options)), combiner_(combiner), spilled_records_(spilled_records), report_(report), freed_(env.clock) {}

Task<Result<void>> MergeManager::reserve(int64_t bytes) {
  // One alone may be larger than all, or nothing would ever move.
  while (!failure_ && used_ > 0 && used_ + bytes > options_.memory_bytes) {
    const auto worth = static_cast<int64_t>(options_.merge_share * static_cast<double>(options_.memory_bytes));
    // While others are still coming, they may make the merge bigger; when all memory is held, there is nothing to wait for.
    if (!merging_ && committed_ > 0 && (committed_ >= worth || committed_ == used_)) {
      CO_TRY_VOID(co_await merge());
    } else {
      co_await freed_.wait(env_.clock.after(kLook));
    }
  }
  if (failure_) co_return error(*failure_);
  used_ += bytes;
  co_return Result<void>();
}

void MergeManager::give_back(int64_t bytes) {
  used_ -= bytes;
  freed_.notify_all();
}

void MergeManager::add_memory(std::string part) {
  committed_ += static_cast<int64_t>(part.size());
  memory_.push_back(std::move(part));
  freed_.notify_all();
}

std::string MergeManager::next_path() { return fmt::format("{}/fetched.{}", options_.directory, next_file_++); }

Task<Result<void>> MergeManager::merge() {
  merging_ = true;
  const int64_t bytes = committed_;
  committed_ = 0;
  std::vector<std::string> parts = std::exchange(memory_, {});
  const std::string path = next_path();
  const size_t count = parts.size();
  LOG_INFO("merging {} outputs of {} bytes from memory to {}", parts.size(), bytes, path);
  auto merged = co_await run_on(env_.disk_pool, [this, &parts, &path] {
    return merge_to_file(env_.disk, as_segments(std::move(parts)), path, combiner_, spilled_records_, &report_);
  });
  merging_ = false;
  if (!merged) {
    failure_ = merged.error().with_context(fmt::format("cannot merge {} fetched outputs into {}", count, path));
    freed_.notify_all();
    co_return error(*failure_);
  }
  give_back(bytes);
  segments_.push_back(*std::move(merged));
  co_return Result<void>();
}

std::vector<std::unique_ptr<Segment>> MergeManager::take() {
  for (auto& segment : as_segments(std::exchange(memory_, {}))) segments_.push_back(std::move(segment));
  return std::move(segments_);
}

}  // namespace tusker::mapreduce
