#include "mapreduce/formats/file_output_committer.h"

#include "mapreduce/formats/local_store.h"
#include "tests/support/catch.h"
#include "tests/unit/mapreduce/scratch.h"

using namespace tusker;
using namespace tusker::mapreduce;

TEST_CASE("output appears with the job's commit, from committed attempts alone") {
  testing::Scratch scratch;
  LocalStore store(scratch.env().disk, 1 << 20);
  const std::string out = scratch.path() + "/out";
  REQUIRE(check_output(store, out).has_value());
  FileOutputCommitter committer(store, out, 1, true);
  REQUIRE(committer.setup_job().has_value());
  REQUIRE(check_output(store, out).error().message() == "Output directory file:" + out + " already exists");
  auto write = [&](const std::string& attempt, const std::string& text) {
    REQUIRE(store.write_file(committer.work_path(attempt) + "/part-r-00000", text, {}).has_value());
  };
  write("attempt_1_0001_r_000000_0", "first");
  write("attempt_1_0001_r_000000_1", "second");
  write("attempt_1_0001_r_000000_2", "aborted");
  REQUIRE(*committer.needs_task_commit("attempt_1_0001_r_000000_0"));
  REQUIRE_FALSE(*committer.needs_task_commit("attempt_1_0001_m_000000_0"));
  REQUIRE(committer.commit_task("attempt_1_0001_r_000000_0").has_value());
  REQUIRE(committer.commit_task("attempt_1_0001_r_000000_1").has_value());
  REQUIRE(committer.abort_task("attempt_1_0001_r_000000_2").has_value());
  REQUIRE_FALSE(*store.status(out + "/part-r-00000"));
  // An attempt that was thought dead commits late: it is not the one that counts.
  const std::vector<std::string> winners = {"attempt_1_0001_r_000000_1"};
  REQUIRE(committer.commit_job(winners).has_value());
  REQUIRE(*store.read_file(out + "/part-r-00000", 100) == "second");
  REQUIRE(store.list(out)->size() == 2);
  // Once more, as after an interruption.
  REQUIRE(committer.commit_job(winners).has_value());
  REQUIRE(*store.read_file(out + "/part-r-00000", 100) == "second");
  REQUIRE((*store.status(out + "/_SUCCESS"))->length == 0);
}

TEST_CASE("output of an attempt that counts and isn't there fails the commit") {
  testing::Scratch scratch;
  LocalStore store(scratch.env().disk, 1 << 20);
  const std::string out = scratch.path() + "/out";
  FileOutputCommitter committer(store, out, 1, true);
  REQUIRE(committer.setup_job().has_value());
  REQUIRE(store.write_file(committer.work_path("attempt_1_0001_r_000000_0") + "/part-r-00000", "text", {}).has_value());
  REQUIRE(committer.commit_task("attempt_1_0001_r_000000_0").has_value());
  auto ended = committer.commit_job({"attempt_1_0001_r_000000_0", "attempt_1_0001_r_000001_0"});
  REQUIRE(ended.error().code() == StatusCode::kFileNotFound);
  REQUIRE(ended.error().message().find("attempt_1_0001_r_000001_0") != std::string::npos);
  REQUIRE_FALSE(*store.status(out + "/part-r-00000"));
  REQUIRE_FALSE(*store.status(out + "/_SUCCESS"));
}
