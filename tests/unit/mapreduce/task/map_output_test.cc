#include "mapreduce/task/map_output.h"

#include <map>
#include <random>

#include "tests/support/catch.h"
#include "tests/unit/mapreduce/scratch.h"

using namespace tusker;
using namespace tusker::mapreduce;

namespace {

constexpr uint32_t kPartitions = 3;

void add(void* into, const void* value) {
  int64_t a, b;
  std::memcpy(&a, into, sizeof a);
  std::memcpy(&b, value, sizeof b);
  a += b;
  std::memcpy(into, &a, sizeof a);
}

std::string bytes_of(int64_t number) { return {reinterpret_cast<const char*>(&number), sizeof number}; }

// A combiner in the classical form: sums up what it is given.
const tusker_reducer kSumming = {.make = [](const tusker_host* host) -> void* { return const_cast<tusker_host*>(host); },
                                 .reduce = [](void* self, tusker_bytes key) -> int {
                                   const auto* host = static_cast<const tusker_host*>(self);
                                   int64_t sum = 0;
                                   tusker_bytes value{};
                                   while (host->next_value(host->self, &value) == 1) add(&sum, value.data);
                                   return host->emit(host->self, key, {reinterpret_cast<const char*>(&sum), sizeof sum});
                                 },
                                 .finish = nullptr,
                                 .destroy = nullptr};

struct Fixture {
  explicit Fixture(tusker_job_v1 described) : job(described), combiner(job, config, counters, report) {}

  // Emits `count` random pairs through the collector, in so much memory, and reads the final file back, merged by key.
  void run(int count, size_t memory_bytes, int64_t factor) {
    MapOutputFiles files(scratch.env().disk, scratch.path(), "attempt_1_0001_m_000000_0", factor, report);
    auto collector = make_collector({.job = job,
                                     .partitioner = Partitioner(job, kPartitions),
                                     .files = files,
                                     .combiner = combiner,
                                     .counters = counters,
                                     .memory_bytes = memory_bytes});
    std::minstd_rand chance(11);
    for (int i = 0; i < count; ++i) {
      const std::string key = "key" + std::to_string(chance() % 500) + std::string(chance() % 9, '\xfe');
      const auto value = static_cast<int64_t>(chance() % 100);
      expected[key] += value;
      REQUIRE(collector->write(key, bytes_of(value)).has_value());
    }
    auto index = collector->finish();
    REQUIRE(index.has_value());
    REQUIRE(index->size() == kPartitions);
    check_files(*index);
  }

  void check_files(const std::vector<shuffle::IndexEntry>& index) {
    Disk& disk = scratch.env().disk;
    const std::string attempt = "attempt_1_0001_m_000000_0";
    auto stored = shuffle::decode_index(*disk.read_file(shuffle::map_output_index_path(scratch.path(), attempt)));
    REQUIRE(*stored == index);
    const std::string content = *disk.read_file(shuffle::map_output_path(scratch.path(), attempt));
    for (uint32_t p = 0; p < kPartitions; ++p) {
      auto records = shuffle::verify_ifile(
          std::string_view(content).substr(static_cast<size_t>(index[p].start_offset), static_cast<size_t>(index[p].part_bytes)));
      REQUIRE(records.has_value());
      shuffle::IFileReader reader(*records);
      shuffle::Record record;
      std::string last;
      while (*reader.next(record) == shuffle::IFileReader::Step::kRecord) {
        REQUIRE(hash_partition(record.key, kPartitions) == p);
        REQUIRE(last <= record.key);
        last = record.key;
        int64_t value;
        std::memcpy(&value, record.value.data(), sizeof value);
        found[last] += value;
        ++records_found;
      }
    }
    // Nothing but the two files is left.
    REQUIRE(disk.list(scratch.path() + "/output/" + attempt)->size() == 2);
  }

  testing::Scratch scratch;
  tusker_job_v1 job;
  config::Config config;
  Counters counters;
  TaskReport report;
  Combiner combiner;
  std::map<std::string, int64_t> expected;
  std::map<std::string, int64_t> found;
  int64_t records_found = 0;
};

}  // namespace

TEST_CASE("sorted output equals a map's, with one spill, many, and merges of many passes") {
  for (auto [memory, factor] : {std::pair{size_t{64} << 20, 10}, {size_t{64} << 10, 100}, {size_t{8} << 10, 3}}) {
    Fixture fixture({});
    fixture.run(20'000, memory, factor);
    REQUIRE(fixture.found == fixture.expected);
    REQUIRE(fixture.records_found == 20'000);
    REQUIRE(fixture.counters.get(counter_group::kTask, "MAP_OUTPUT_RECORDS") == 20'000);
  }
}

TEST_CASE("a combiner leaves one record for each key") {
  for (size_t memory : {size_t{64} << 20, size_t{16} << 10}) {
    Fixture fixture({.combiner = kSumming});
    fixture.run(20'000, memory, 100);
    REQUIRE(fixture.found == fixture.expected);
    REQUIRE(fixture.records_found == static_cast<int64_t>(fixture.expected.size()));
  }
}

TEST_CASE("a fold leaves one record for each key") {
  for (auto [memory, factor] : {std::pair{size_t{64} << 20, 10}, {size_t{192} << 10, 4}}) {
    Fixture fixture({.fold_bytes = sizeof(int64_t), .fold = &add});
    fixture.run(20'000, memory, factor);
    REQUIRE(fixture.found == fixture.expected);
    REQUIRE(fixture.records_found == static_cast<int64_t>(fixture.expected.size()));
  }
}

TEST_CASE("a map without output leaves empty partitions") {
  Fixture fixture({});
  fixture.run(0, 1 << 20, 10);
  REQUIRE(fixture.found.empty());
}

TEST_CASE("what a job does wrong is an error") {
  Fixture fixture({.fold_bytes = sizeof(int64_t), .fold = &add, .partition = [](tusker_bytes, uint32_t) -> uint32_t { return 9; }});
  MapOutputFiles files(fixture.scratch.env().disk, fixture.scratch.path(), "attempt", 10, fixture.report);
  auto collector = make_collector({.job = fixture.job,
                                   .partitioner = Partitioner(fixture.job, 2),
                                   .files = files,
                                   .combiner = fixture.combiner,
                                   .counters = fixture.counters,
                                   .memory_bytes = 1 << 20});
  REQUIRE(collector->write("key", "four").error().message() == "The mapper emitted a value of 4 bytes, its fold takes 8 bytes");
  REQUIRE(collector->write("key", bytes_of(1)).has_value());
  REQUIRE(collector->finish().error().message() == "Illegal partition: the job's partitioner gave 9 of 2");
}
