#include "mapreduce/am/job_commit.h"

#include "mapreduce/formats/local_store.h"
#include "tests/support/catch.h"
#include "tests/unit/mapreduce/scratch.h"

using namespace tusker;
using namespace tusker::mapreduce;

TEST_CASE("a commit that its master didn't survive is completed by the next one") {
  testing::Scratch scratch;
  LocalStore store(scratch.env().disk, 1 << 20);
  const std::string staging = scratch.path() + "/staging";
  const std::string out = scratch.path() + "/out";
  JobCommit commit(store, staging, store, out, true);
  REQUIRE_FALSE(*commit.resume());

  // The first master has written its intention, and has moved one of two files.
  FileOutputCommitter committer(store, out, 1, true);
  REQUIRE(store.write_file(committer.work_path("attempt_1_0001_r_000001_0") + "/part-r-00001", "b", {}).has_value());
  REQUIRE(committer.commit_task("attempt_1_0001_r_000001_0").has_value());
  REQUIRE(store.write_file(out + "/part-r-00000", "a", {}).has_value());
  JobRecord record{.job_id = "job_1_0001", .state = "SUCCEEDED", .reduces = 2};
  REQUIRE(
      store.write_file(staging + "/COMMIT_STARTED", "1\nattempt_1_0001_r_000001_0\n" + encode_job_record(record) + "\n", {}).has_value());

  auto resumed = commit.resume();
  REQUIRE(resumed.has_value());
  REQUIRE(resumed->has_value());
  REQUIRE((*resumed)->reduces == 2);
  REQUIRE(*store.read_file(out + "/part-r-00000", 9) == "a");
  REQUIRE(*store.read_file(out + "/part-r-00001", 9) == "b");
  REQUIRE(*store.status(out + "/_SUCCESS"));
  REQUIRE_FALSE(*store.status(out + "/_temporary"));
}

TEST_CASE("an intention that was never finished means that nothing was moved") {
  testing::Scratch scratch;
  LocalStore store(scratch.env().disk, 1 << 20);
  JobCommit commit(store, scratch.path() + "/staging", store, scratch.path() + "/out", true);
  REQUIRE(store.write_file(scratch.path() + "/staging/COMMIT_STARTED", "1\nattempt_1_0001_r_000001_0\n{\"jobId\":", {}).has_value());
  REQUIRE_FALSE(*commit.resume());
}
