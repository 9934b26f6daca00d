#include "mapreduce/am/job_files.h"

#include "common/config/keys_core.h"
#include "common/config/keys_mapred.h"
#include "mapreduce/history/job_record.h"
#include "tests/support/catch.h"
#include "tests/unit/mapreduce/scratch.h"

using namespace tusker;
using namespace tusker::mapreduce;

TEST_CASE("job.xml carries every property but those of one machine") {
  testing::Scratch scratch;
  config::Config config;
  config.set("a.b", "x < y & \"z\"");
  config.set("tusker.net.bind-address", "127.0.1.1");
  REQUIRE(scratch.env().disk.replace_file(scratch.path() + "/job.xml", job_xml(config)).has_value());
  config::Config read;
  REQUIRE(config::load_file(scratch.env().disk, scratch.path() + "/job.xml", read).has_value());
  REQUIRE(read.find("a.b") == "x < y & \"z\"");
  REQUIRE_FALSE(read.find("tusker.net.bind-address"));
}

TEST_CASE("white space that is a value stays one") {
  testing::Scratch scratch;
  for (const std::string separator : {" ", "\t", ", "}) {
    config::Config config;
    config.set(std::string(config::kOutputSeparator.name), separator);
    const std::string path = scratch.path() + "/job.xml";
    auto file = scratch.env().disk.open(path, OpenMode::kTruncate);
    REQUIRE((*file)->write_at(0, job_xml(config)).has_value());
    config::Config read;
    REQUIRE(config::load_file(scratch.env().disk, path, read).has_value());
    REQUIRE(read.find(config::kOutputSeparator.name) == separator);
  }
}

TEST_CASE("names of jobs and places") {
  config::Config config;
  REQUIRE(job_id_of({1700000000000, 12}) == "job_1700000000000_0012");
  REQUIRE(staging_root(config, "me") == "/tmp/hadoop-yarn/staging/me/.staging");
  REQUIRE(history_directory(config, "me") == "/tmp/hadoop-yarn/staging/history/done_intermediate/me");
}

TEST_CASE("splits and counters on the wire") {
  const InputSplit split{.uri = "hdfs://nn:1/f", .start = 5, .length = 7, .hosts = {"a", "b"}, .data = {}};
  const InputSplit back = from_proto(to_proto(split));
  REQUIRE(back.to_string() == "hdfs://nn:1/f:5+7");
  REQUIRE(back.hosts == split.hosts);
  Counters counters;
  counters.add("g", "n", -3);
  REQUIRE(from_proto(to_proto(counters)).get("g", "n") == -3);
}

TEST_CASE("the record of a job") {
  JobRecord record{.job_id = "job_1_0001", .name = "n", .user = "u", .state = "FAILED", .diagnostics = "why\n\"this\"", .maps = 3};
  record.counters.add("g", "n", 5);
  auto back = decode_job_record(encode_job_record(record));
  REQUIRE(back.has_value());
  REQUIRE(back->diagnostics == record.diagnostics);
  REQUIRE(back->counters.get("g", "n") == 5);
  REQUIRE(decode_job_record("{}").error().code() == StatusCode::kCorruption);
}
