#include "client/cli/hdfs/dfs/umask.h"

#include "tests/support/catch.h"

namespace tusker::cli::dfs {

TEST_CASE("modes of chmod, as ChmodParser takes them") {
  const auto mode = [](std::string_view text, uint16_t old_mode, bool is_directory = false) {
    auto changed = changed_mode(text, old_mode, is_directory);
    return changed ? static_cast<int>(*changed) : -1;
  };
  CHECK(mode("755", 0) == 0755);
  CHECK(mode("1777", 0) == 01777);
  CHECK(mode("+644", 0777) == 0644);
  CHECK(mode("7", 0) == -1);
  CHECK(mode("4755", 0) == -1);
  CHECK(mode("u+x,go-rwx", 0644) == 0700);
  CHECK(mode("a=rX", 0600) == 0444);
  CHECK(mode("a=rX", 0600, true) == 0555);
  CHECK(mode("a+X", 0100) == 0111);
  CHECK(mode("o=rx", 01777) == 0775);
  CHECK(mode("+t", 0755) == 01755);
  CHECK(mode("u+t", 0755) == 0755);
  CHECK(mode("g+w,g-r", 0644) == 0604);  // the later clause about a class counts
  CHECK(mode("u=", 0755) == -1);
  CHECK(mode("rwx", 0755) == -1);
  CHECK(mode("u+x g+x", 0600) == -1);
}

TEST_CASE("umasks") {
  config::Config conf;
  CHECK(*masked(conf, 0666) == 0644);
  conf.set("fs.permissions.umask-mode", "077", "test");
  CHECK(*masked(conf, 0777) == 0700);
  conf.set("fs.permissions.umask-mode", "u=rwx,g=rx,o=", "test");
  CHECK(*masked(conf, 0777) == 0750);
  conf.set("fs.permissions.umask-mode", "mostly", "test");
  CHECK_FALSE(masked(conf, 0777));
}

}  // namespace tusker::cli::dfs
