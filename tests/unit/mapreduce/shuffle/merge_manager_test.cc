#include "mapreduce/shuffle/merge_manager.h"

#include "mapreduce/task/merge_queue.h"
#include "tests/support/catch.h"
#include "tests/unit/mapreduce/scratch.h"

using namespace tusker;
using namespace tusker::mapreduce;

namespace {

std::string part_of(int number) {
  std::string part;
  shuffle::IFileWriter writer(part);
  writer.append("key" + std::to_string(number), std::string(1000, 'v'));
  writer.finish();
  return part;
}

Task<void> add_all(MergeManager& manager, int count, bool& failed) {
  for (int i = 0; i < count; ++i) {
    std::string part = part_of(i);
    auto reserved = co_await manager.reserve(static_cast<int64_t>(part.size()));
    failed = failed || !reserved;
    manager.add_memory(std::move(part));
  }
}

}  // namespace

TEST_CASE("outputs beyond the memory go to disk, and none is lost") {
  RealEnv env({.net_threads = 1, .disk_threads = 1});
  testing::Scratch scratch;
  int64_t spilled = 0;
  TaskReport report;
  MergeManager manager(env.env(), {.memory_bytes = 5000, .single_bytes_max = 2000, .directory = scratch.path()}, nullptr, spilled, report);
  REQUIRE(manager.fits_in_memory(2000));
  REQUIRE_FALSE(manager.fits_in_memory(2001));
  bool failed = false;
  env.run(add_all(manager, 50, failed));
  REQUIRE_FALSE(failed);
  REQUIRE(spilled > 30);
  auto queue = MergeQueue::create(manager.take());
  int records = 0;
  for (; !queue->empty(); ++records) REQUIRE(queue->advance().has_value());
  REQUIRE(records == 50);
}

TEST_CASE("a merge that fails is never forgotten: what it held is lost") {
  RealEnv env({.net_threads = 1, .disk_threads = 1});
  testing::Scratch scratch;
  // A file stands where the directory should be.
  auto file = scratch.env().disk.open(scratch.path() + "/taken", OpenMode::kTruncate);
  REQUIRE(file.has_value());
  int64_t spilled = 0;
  TaskReport report;
  MergeManager manager(env.env(), {.memory_bytes = 5000, .single_bytes_max = 2000, .directory = scratch.path() + "/taken"}, nullptr,
                       spilled, report);
  bool failed = false;
  env.run(add_all(manager, 10, failed));
  REQUIRE(failed);
  REQUIRE(manager.failure());
  failed = false;
  env.run(add_all(manager, 1, failed));
  REQUIRE(failed);
}
