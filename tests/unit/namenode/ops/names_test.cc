#include "namenode/background/loops.h"
#include "tests/unit/namenode/ops/namespace_fixture.h"

using namespace tusker;
using namespace tusker::namenode;
using tests::NamespaceFixture;
using tests::Store;

namespace {

const Store kStores[] = {Store::kMemory, Store::kRocks};

Result<bool> make(NamespaceFixture& f, const std::string& path, const std::string& user = "root", uint16_t mode = 0755,
                  bool parents = true) {
  return f.mutate([&](Transaction& tx) { return mkdirs(f.ns(), tx, f.as(user), path, mode, parents); });
}
Result<bool> move(NamespaceFixture& f, const std::string& from, const std::string& to, const std::string& user = "root") {
  return f.mutate([&](Transaction& tx) { return rename(f.ns(), tx, f.as(user), from, to); });
}
bool there(NamespaceFixture& f, const std::string& path) {
  const auto found = f.read([&](const View& view) { return get_file_info(view, f.as("root").caller, path); });
  REQUIRE(found);
  return found->has_value();
}

}  // namespace

TEST_CASE("directories are made with their parents and outlive a restart") {
  for (const Store store : kStores) {
    NamespaceFixture f(store);
    REQUIRE(make(f, "/a/b/c").value());
    CHECK(make(f, "/a/b/c").value());  // again is fine
    const auto lone = make(f, "/x/y", "root", 0755, false);
    REQUIRE_FALSE(lone);
    CHECK(lone.error().message() == "Parent directory doesn't exist: /x");
    f.restart();
    CHECK(there(f, "/a/b/c"));
    f.check_consistency();
  }
}

TEST_CASE("a file stands in the way of directories") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 100);
  const auto on = make(f, "/f");
  REQUIRE_FALSE(on);
  CHECK(on.error().code() == StatusCode::kFileAlreadyExists);
  const auto below = make(f, "/f/x");
  REQUIRE_FALSE(below);
  CHECK(below.error().code() == StatusCode::kParentNotDirectory);
  CHECK(below.error().message() == "/f (is not a directory)");
}

TEST_CASE("permissions hold on the way and at the place") {
  NamespaceFixture f(Store::kMemory);
  REQUIRE(make(f, "/private", "root", 0700));
  REQUIRE(make(f, "/open", "root", 01777));
  const auto hidden = f.read([&](const View& view) { return get_file_info(view, f.as("bob").caller, "/private/x"); });
  REQUIRE_FALSE(hidden);
  CHECK(hidden.error().message() == "Permission denied: user=bob, access=EXECUTE, inode=\"/private\":root:supergroup:drwx------");
  REQUIRE(make(f, "/open/of-bob", "bob"));
  const auto stolen = f.mutate([&](Transaction& tx) { return remove(f.ns(), tx, f.as("carol"), "/open/of-bob", true); });
  REQUIRE_FALSE(stolen);
  CHECK(stolen.error().message().starts_with("Permission denied by sticky bit: user=carol"));
  const auto chown = f.mutate([&](Transaction& tx) { return set_owner(f.ns(), tx, f.as("bob"), "/open/of-bob", "carol", ""); });
  REQUIRE_FALSE(chown);
  CHECK(chown.error().message() == "User bob is not a super user (non-super user cannot change owner).");
}

TEST_CASE("rename moves subtrees and their sums") {
  for (const Store store : kStores) {
    NamespaceFixture f(store);
    REQUIRE(make(f, "/a/b"));
    REQUIRE(make(f, "/c"));
    f.write_file("/a/b/f", 1000);
    CHECK(move(f, "/a/b", "/c").value());  // into the directory
    CHECK(there(f, "/c/b/f"));
    f.check_consistency();
    CHECK_FALSE(move(f, "/c", "/c/b/x").value());  // below itself
    CHECK_FALSE(move(f, "/missing", "/x").value());
    CHECK_FALSE(move(f, "/c/b/f", "/no/such/x").value());
    CHECK(move(f, "/c/b/f", "/f").value());
    CHECK(move(f, "/f", "/f").value());
    f.check_consistency();
  }
}

TEST_CASE("rename2 overwrites when told, and says why not") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/a", 10);
  f.write_file("/b", 20);
  REQUIRE(make(f, "/d/full"));
  const auto run = [&](const std::string& from, const std::string& to, bool overwrite) {
    return f.mutate([&](Transaction& tx) { return rename2(f.ns(), tx, f.as("root"), from, to, {.overwrite = overwrite}); });
  };
  CHECK(run("/a", "/b", false).error().message() == "rename destination /b already exists");
  CHECK(run("/a", "/d", true).error().message() == "Source /a and destination /d must both be directories");
  CHECK(run("/nothing", "/b", true).error().message() == "rename source /nothing is not found.");
  CHECK(run("/d/full", "/d", true).error().message() == "rename destination directory is not empty: /d");
  CHECK(run("/a", "/x/y", false).error().message() == "rename destination parent /x/y not found.");
  REQUIRE(run("/a", "/b", true));
  CHECK_FALSE(there(f, "/a"));
  f.check_consistency();
}

TEST_CASE("delete answers as HDFS does and leaves the sums right") {
  for (const Store store : kStores) {
    NamespaceFixture f(store);
    f.write_file("/a/b/f", 5000);
    f.write_file("/g", 1);
    const auto run = [&](const std::string& path, bool recursive) {
      return f.mutate([&](Transaction& tx) { return remove(f.ns(), tx, f.as("root"), path, recursive); });
    };
    CHECK_FALSE(run("/", true).value());
    CHECK_FALSE(run("/missing", true).value());
    CHECK(run("/a", false).error().message() == "`/a is non empty': Directory is not empty");
    CHECK(run("/a", true).value());
    CHECK(run("/g", false).value());
    CHECK_FALSE(there(f, "/a/b/f"));
    f.check_consistency();
    f.restart();
    CHECK_FALSE(there(f, "/a"));
  }
}

TEST_CASE("listings come in pages, in name order") {
  NamespaceFixture f(Store::kMemory, [](Settings& s) { s.list_limit = 2; });
  for (const char* name : {"c", "a", "e", "b", "d"}) REQUIRE(make(f, std::string("/dir/") + name));
  std::string seen;
  std::string after;
  for (int page = 0; page < 5; ++page) {
    const auto listing = f.read([&](const View& view) { return get_listing(view, f.as("root").caller, "/dir", after, f.ns().settings()); });
    REQUIRE(listing);
    REQUIRE(listing->has_value());
    for (const auto& entry : (*listing)->entries) seen += after = entry.name;
    if ((*listing)->remaining == 0) break;
  }
  CHECK(seen == "abcde");
}

TEST_CASE("the limits on names give Hadoop's errors") {
  NamespaceFixture f(Store::kMemory);
  const auto name_long = make(f, "/" + std::string(256, 'n'));
  REQUIRE_FALSE(name_long);
  CHECK(name_long.error().code() == StatusCode::kPathComponentTooLong);
  CHECK(name_long.error().message().ends_with("in directory / is exceeded: limit=255 length=256"));
  CHECK(make(f, "/.snapshot").error().message() == "\".snapshot\" is a reserved name.");
  CHECK(make(f, "/a/../b").error().code() == StatusCode::kInvalidPath);
}

TEST_CASE("a directory is not moved into itself, a file onto itself is fine") {
  NamespaceFixture f(Store::kMemory);
  REQUIRE(make(f, "/d"));
  f.write_file("/f", 10);
  CHECK_FALSE(move(f, "/d", "/d").value());
  CHECK(move(f, "/f", "/f").value());
  CHECK(move(f, "/d", "/").value());  // it is there already
  f.check_consistency();
}

TEST_CASE("the root with entries isn't deleted, with an exception unless recursion was asked for") {
  NamespaceFixture f(Store::kMemory);
  const auto run = [&](bool recursive) {
    return f.mutate([&](Transaction& tx) { return remove(f.ns(), tx, f.as("root"), "/", recursive); });
  };
  CHECK_FALSE(run(false).value());
  REQUIRE(make(f, "/d"));
  CHECK_FALSE(run(true).value());
  const auto plain = run(false);
  REQUIRE_FALSE(plain);
  CHECK(plain.error().code() == StatusCode::kPathIsNotEmptyDirectory);
}

TEST_CASE("create asks for the parent's permission first, and overwriting for the file's, sticky or not") {
  NamespaceFixture f(Store::kMemory);
  REQUIRE(make(f, "/closed", "root", 0755));
  REQUIRE(make(f, "/shared", "root", 01777));
  f.write_file("/closed/f", 10);
  const auto open = [&](const std::string& path, const std::string& user, bool create_flag, bool overwrite) {
    CreateRequest request;
    request.path = path;
    request.client_name = "of-" + user;
    request.create = create_flag;
    request.overwrite = overwrite;
    request.block_bytes = 1 << 20;
    request.mode = 0666;
    return f.mutate([&](Transaction& tx) { return create(f.ns(), tx, f.as(user), request); });
  };
  CHECK(open("/closed/f", "bob", true, false).error().code() == StatusCode::kAccessControl);
  CHECK(open("/closed/none", "root", false, true).error().message() == "Can't overwrite non-existent /closed/none");
  REQUIRE(open("/shared/f", "root", true, false));
  CHECK(open("/shared/f", "bob", true, true));  // anybody may write it, so anybody may replace it
}

TEST_CASE("reading sets the access time when it is older than the precision") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 10);
  const auto stat = [&] { return **f.read([&](const View& view) { return get_file_info(view, f.as("root").caller, "/f"); }); };
  const Inode fresh = stat();
  const auto touch = [&] { REQUIRE(f.mutate([&](Transaction& tx) { return touch_file(f.ns(), tx, fresh.id); })); };
  touch();
  CHECK(stat().atime_ms == fresh.atime_ms);
  REQUIRE(f.mutate([&](Transaction& tx) { return set_times(f.ns(), tx, f.as("root"), "/f", -1, 1000); }));
  touch();
  CHECK(stat().atime_ms >= fresh.atime_ms);
  CHECK(stat().mtime_ms == fresh.mtime_ms);
}

TEST_CASE("who may remove all below a directory is found out before the core has to") {
  NamespaceFixture f(Store::kMemory);
  REQUIRE(make(f, "/people", "root", 0777));
  REQUIRE(make(f, "/people/bob/a/b", "bob"));
  const auto check = [&](const std::string& path) {
    return f.read([&](const View& view) { return check_removal(view, f.as("bob"), path); });
  };
  const auto walked = check("/people/bob");
  REQUIRE(walked);
  CHECK(walked->value != 0);
  CHECK(check("/people/none").value() == InodeId());
  REQUIRE(make(f, "/people/bob/a/roots/x"));
  CHECK(check("/people/bob").error().code() == StatusCode::kAccessControl);
  const auto run = [&](InodeId checked) {
    return f.mutate([&](Transaction& tx) { return remove(f.ns(), tx, f.as("bob"), "/people/bob", true, checked); });
  };
  CHECK(run(InodeId(5)).error().code() == StatusCode::kAccessControl);  // another one was walked
  CHECK(run(*walked).value());
}

TEST_CASE("a deleted tree is cleared in pieces, whatever its shape") {
  NamespaceFixture f(Store::kRocks);
  const auto op = f.as("root");
  const auto make = [&](const std::string& path) {
    REQUIRE(f.mutate([&](Transaction& tx) { return mkdirs(f.ns(), tx, op, path, 0755, true); }).value());
  };
  std::string deep = "/t";
  for (int i = 0; i < 60; ++i) deep += "/d";
  make(deep);
  for (int i = 0; i < 1203; ++i) make("/t/wide/" + std::to_string(i) + "/x");
  f.write_file("/t/wide/file", 10);
  make("/stays");
  REQUIRE(f.mutate([&](Transaction& tx) { return remove(f.ns(), tx, op, "/t", true, InodeId()); }).value());
  Loops loops(f.ns());
  f.real.run(loops.clear_deleted());
  const auto rows_of = [&](Family family) {
    size_t count = 0;
    REQUIRE(f.read([&](const View& view) {
      return view.scan(family, "", "", [&](std::string_view, std::string_view) -> Result<bool> {
        ++count;
        return true;
      });
    }));
    return count;
  };
  CHECK(rows_of(kChildFamily) == 2);  // the root and "/stays"
  CHECK(rows_of(kInodeFamily) == 2);
  CHECK(rows_of(kUsageFamily) == 2);
  CHECK(rows_of(kDoomedFamily) == 0);
  CHECK(rows_of(kBlockFamily) == 0);
  f.check_consistency();
}
