#include "mapreduce/task/counters.h"

#include "tests/support/catch.h"

using namespace tusker::mapreduce;

TEST_CASE("Hadoop's table of counters") {
  Counters counters;
  counters.add(counter_group::kTask, "SHUFFLED_MAPS", 4);
  counters.add(counter_group::kTask, "MAP_INPUT_RECORDS", 7);
  counters.add(counter_group::kJob, "TOTAL_LAUNCHED_MAPS", 2);
  counters.add(counter_group::kJob, "DATA_LOCAL_MAPS", 1);
  counters.add(counter_group::kFileSystem, "HDFS_BYTES_READ", 5);
  counters.add(counter_group::kFileOutput, "BYTES_WRITTEN", 6);
  counters.add("Words", "long ones", 3);
  REQUIRE(counters.to_text() ==
          "Counters: 7\n\tFile System Counters\n\t\tHDFS: Number of bytes read=5\n"
          "\tJob Counters \n\t\tLaunched map tasks=2\n\t\tData-local map tasks=1\n"
          "\tMap-Reduce Framework\n\t\tMap input records=7\n\t\tShuffled Maps =4\n"
          "\tWords\n\t\tlong ones=3\n"
          "\tFile Output Format Counters \n\t\tBytes Written=6\n");
}

TEST_CASE("sums, peaks and the limit") {
  Counters a, b;
  a.add(counter_group::kTask, "MAP_PHYSICAL_MEMORY_BYTES_MAX", 5);
  b.add(counter_group::kTask, "MAP_PHYSICAL_MEMORY_BYTES_MAX", 3);
  a.add("g", "n", 1);
  b.add("g", "n", 2);
  a.merge(b);
  REQUIRE(a.get(counter_group::kTask, "MAP_PHYSICAL_MEMORY_BYTES_MAX") == 5);
  REQUIRE(a.get("g", "n") == 3);
  Counters many;
  for (int i = 0; i < 500; ++i) many.add("g", std::to_string(i), 1);
  REQUIRE(many.size() == 120);
}
