#include "mapreduce/task/merge_queue.h"

#include <map>
#include <random>

#include "mapreduce/task/key_index.h"
#include "mapreduce/task/partitioner.h"
#include "tests/support/catch.h"
#include "tests/unit/mapreduce/scratch.h"

using namespace tusker;
using namespace tusker::mapreduce;

namespace {

std::string part_of(const std::multimap<std::string, std::string>& records) {
  std::string part;
  shuffle::IFileWriter writer(part);
  for (const auto& [key, value] : records) writer.append(key, value);
  writer.finish();
  return part;
}

std::string random_key(std::minstd_rand& chance) {
  static constexpr char kBytes[] = {'\0', 'a', 'b', '\x7f', '\xff'};
  std::string key;
  for (size_t i = chance() % 12; i > 0; --i) key.push_back(kBytes[chance() % sizeof kBytes]);
  return key;
}

}  // namespace

TEST_CASE("a merge of any number of segments equals the sorted whole") {
  testing::Scratch scratch;
  std::minstd_rand chance(3);
  for (size_t segments_count : {0U, 1U, 2U, 3U, 5U, 8U, 17U}) {
    std::multimap<std::string, std::string> all;
    std::vector<std::unique_ptr<Segment>> segments;
    for (size_t s = 0; s < segments_count; ++s) {
      std::multimap<std::string, std::string> records;
      for (size_t i = chance() % 50; i > 0; --i) records.emplace(random_key(chance), std::to_string(chance() % 1000));
      all.insert(records.begin(), records.end());
      std::string part = part_of(records);
      if (s % 2 == 0) {
        segments.push_back(std::make_unique<MemorySegment>(std::move(part)));
        continue;
      }
      const std::string path = scratch.path() + "/" + std::to_string(s);
      auto file = scratch.env().disk.open(path, OpenMode::kTruncate);
      REQUIRE((*file)->write_at(0, part).has_value());
      const auto bytes = static_cast<int64_t>(part.size());
      segments.push_back(std::make_unique<FileSegment>(*std::move(file), shuffle::IndexEntry{0, bytes - 4, bytes}, path));
    }
    auto queue = MergeQueue::create(std::move(segments));
    REQUIRE(queue.has_value());
    std::multimap<std::string, std::string> merged;
    std::string last;
    while (!queue->empty()) {
      const std::string key(queue->record().key);
      REQUIRE(last <= key);
      last = key;
      merged.emplace(key, queue->record().value);
      REQUIRE(queue->advance().has_value());
    }
    auto sorted = [](const auto& map) {
      std::vector<std::pair<std::string, std::string>> pairs(map.begin(), map.end());
      std::ranges::sort(pairs);
      return pairs;
    };
    REQUIRE(sorted(merged) == sorted(all));
  }
}

TEST_CASE("a long merge gives signs of life, and ends when the task shall") {
  std::multimap<std::string, std::string> records;
  for (int i = 0; i < 10'000; ++i) records.emplace("k", "v");
  TaskReport report;
  auto run = [&]() -> Result<void> {
    std::vector<std::unique_ptr<Segment>> segments;
    segments.push_back(std::make_unique<MemorySegment>(part_of(records)));
    TRY(auto queue, MergeQueue::create(std::move(segments), &report));
    while (!queue.empty()) TRY_VOID(queue.advance());
    return {};
  };
  REQUIRE(run().has_value());
  REQUIRE(report.signs_of_life() == 2);
  report.kill();
  REQUIRE(run().error().code() == StatusCode::kCancelled);
}

TEST_CASE("a damaged file is noticed at its end") {
  testing::Scratch scratch;
  std::string part = part_of({{"a", "1"}, {"b", "2"}});
  part[3] ^= 1;
  auto file = scratch.env().disk.open(scratch.path() + "/f", OpenMode::kTruncate);
  REQUIRE((*file)->write_at(0, part).has_value());
  const auto bytes = static_cast<int64_t>(part.size());
  FileSegment segment(*std::move(file), {0, bytes - 4, bytes}, "f");
  REQUIRE(*segment.next());
  REQUIRE(*segment.next());
  REQUIRE(segment.next().error().code() == StatusCode::kCorruption);
}

TEST_CASE("records longer than the window") {
  testing::Scratch scratch;
  const std::string big(3 << 20, 'v');
  std::string part = part_of({{"a", big}, {"b", "2"}});
  auto file = scratch.env().disk.open(scratch.path() + "/f", OpenMode::kTruncate);
  REQUIRE((*file)->write_at(0, part).has_value());
  const auto bytes = static_cast<int64_t>(part.size());
  FileSegment segment(*std::move(file), {0, bytes - 4, bytes}, "f");
  REQUIRE(*segment.next());
  REQUIRE(segment.record().value == big);
  REQUIRE(*segment.next());
  REQUIRE(segment.record().key == "b");
  REQUIRE_FALSE(*segment.next());
}

TEST_CASE("prefixes order as keys do") {
  REQUIRE(key_prefix("abc") < key_prefix("abd"));
  REQUIRE(key_prefix("ab") < key_prefix("abc"));
  REQUIRE(key_prefix("\x7f") < key_prefix("\x80"));
  REQUIRE(key_prefix("") == key_prefix(std::string_view("\0", 1)));
}

TEST_CASE("Hadoop's HashPartitioner") {
  // Text.hashCode: 31 * h + signed byte from 1.
  REQUIRE(hash_partition("a", 1000) == (31 + 97) % 1000);
  REQUIRE(hash_partition("\xff", 1000) == 30);
  REQUIRE(hash_partition("", 7) == 1);
}
