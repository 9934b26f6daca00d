#include "mapreduce/task/job_library.h"

#include "mapreduce/task/map_task.h"
#include "tests/support/catch.h"
#include "tests/unit/mapreduce/scratch.h"

using namespace tusker;
using namespace tusker::mapreduce;

namespace {
std::string library(const std::string& name) { return std::string(TUSKER_TEST_LIBRARIES) + "/lib" + name + ".so"; }
}  // namespace

TEST_CASE("libraries that can't be used say why") {
  REQUIRE(JobLibrary::load("/nowhere/libx.so").error().message().starts_with("Cannot load the job library: /nowhere/libx.so"));
  auto none = JobLibrary::load(library("not_a_job"));
  REQUIRE(none.error().message().find("has no entry point 'tusker_job'") != std::string::npos);
  auto future = JobLibrary::load(library("future_job"));
  REQUIRE(future.error().code() == StatusCode::kVersionMismatch);
  REQUIRE(future.error().message().find("is built for version 99.0 of the job interface, this Tusker has 1.0") != std::string::npos);
}

TEST_CASE("what a mapper throws fails its attempt with the place in the input") {
  testing::Scratch scratch;
  auto loaded = JobLibrary::load(library("throwing_job"));
  REQUIRE(loaded.has_value());
  config::Config config;
  FileStores stores(scratch.env(), config, {"me", ""});
  auto in = *stores.locate("file:" + scratch.path() + "/in");
  REQUIRE(in.store->write_file(in.path, "good\nbad\n", {}).has_value());
  TaskReport report;
  Counters counters;
  FileOutputCommitter committer(*in.store, scratch.path() + "/out", 0, true);
  TaskContext context{.disk = scratch.env().disk,
                      .stores = stores,
                      .config = config,
                      .library = *loaded,
                      .report = report,
                      .counters = counters,
                      .output_store = *in.store,
                      .committer = committer,
                      .attempt = "attempt_1_0001_m_000000_0",
                      .local_directory = scratch.path()};
  auto ran = run_map(context, {.uri = "file:" + in.path, .start = 0, .length = 9});
  REQUIRE_FALSE(ran.has_value());
  REQUIRE(ran.error().message() == "in records 0 to 1 of file:" + in.path + ":0+9, from offset 0: the mapper failed: a bad line");
}
