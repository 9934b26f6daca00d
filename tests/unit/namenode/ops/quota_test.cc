#include "namenode/ops/attribute_operations.h"
#include "tests/unit/namenode/ops/namespace_fixture.h"

using namespace tusker;
using namespace tusker::namenode;
using tests::NamespaceFixture;
using tests::Store;

namespace {

constexpr int64_t kBlock = 1 << 20;  // of write_file()

Result<bool> make(NamespaceFixture& f, const std::string& path) {
  return f.mutate([&](Transaction& tx) { return mkdirs(f.ns(), tx, f.as("root"), path, 0755, true); });
}
Result<void> limit(NamespaceFixture& f, const std::string& path, const QuotaChange& change) {
  return f.mutate([&](Transaction& tx) { return set_quota(f.ns(), tx, f.as("root"), path, change); });
}
ContentSummary usage(NamespaceFixture& f, const std::string& path) {
  const auto found = f.read([&](const View& view) { return get_quota_usage(view, f.as("root").caller, path); });
  REQUIRE(found);
  return *found;
}
bool there(NamespaceFixture& f, const std::string& path) {
  return f.read([&](const View& view) { return get_file_info(view, f.as("root").caller, path); })->has_value();
}
Result<Inode> open(NamespaceFixture& f, const std::string& path) {
  CreateRequest request;
  request.path = path;
  request.client_name = "writer";
  request.block_bytes = kBlock;
  return f.mutate([&](Transaction& tx) { return create(f.ns(), tx, f.as("root"), request); });
}
Result<LocatedBlock> next_block(NamespaceFixture& f, const std::string& path) {
  AddBlockRequest add;
  add.path = path;
  add.client_name = "writer";
  return f.mutate([&](Transaction& tx) { return add_block(f.ns(), tx, f.as("root"), add); });
}
std::string why(const auto& result) { return result ? "" : result.error().message(); }

}  // namespace

TEST_CASE("names are counted, and what could be made before one too many stays") {
  for (const Store store : {Store::kMemory, Store::kRocks}) {
    NamespaceFixture f(store);
    REQUIRE(make(f, "/q"));
    REQUIRE(limit(f, "/q", {.names = 3}));
    const auto made = make(f, "/q/a/b/c");
    REQUIRE_FALSE(made);
    CHECK(made.error().code() == StatusCode::kNsQuotaExceeded);
    CHECK(made.error().message() == "The NameSpace quota (directories and files) of directory /q is exceeded: quota=3 file count=4");
    CHECK(there(f, "/q/a/b"));
    CHECK_FALSE(there(f, "/q/a/b/c"));
    CHECK_FALSE(open(f, "/q/f"));
    REQUIRE(limit(f, "/q", {.names = kQuotaReset}));
    CHECK(make(f, "/q/a/b/c"));
    f.restart();
    CHECK(usage(f, "/q").usage.names() == 4);
    f.check_consistency();
  }
}

TEST_CASE("a block being written takes a whole block's room") {
  NamespaceFixture f(Store::kMemory);
  REQUIRE(make(f, "/q"));
  REQUIRE(limit(f, "/q", {.space = 4 * kBlock}));
  f.write_file("/q/a", 1000);
  CHECK(usage(f, "/q").usage.space == 3000);
  f.check_consistency();
  REQUIRE(open(f, "/q/b"));
  REQUIRE(next_block(f, "/q/b"));
  CHECK(usage(f, "/q").usage.space == 3000 + 3 * kBlock);
  CHECK(usage(f, "/q").usage.bytes == 1000);
  f.check_consistency();
  REQUIRE(open(f, "/q/c"));
  const auto refused = next_block(f, "/q/c");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == StatusCode::kDsQuotaExceeded);
  CHECK(refused.error().message() ==
        "The DiskSpace quota of /q is exceeded: quota = 4194304 B = 4 MB but diskspace consumed = 6294456 B = 6.00 MB");
  REQUIRE(f.mutate([&](Transaction& tx) { return remove(f.ns(), tx, f.as("root"), "/q/b", false); }));
  CHECK(usage(f, "/q").usage.space == 3000);
  f.check_consistency();
}

TEST_CASE("more replicas and moves ask the quota") {
  NamespaceFixture f(Store::kMemory);
  REQUIRE(make(f, "/q"));
  f.write_file("/q/a", 1000);
  REQUIRE(limit(f, "/q", {.names = 2, .space = 3500}));
  const auto replicas = [&](int16_t count) {
    return f.mutate([&](Transaction& tx) { return set_replication(f.ns(), tx, f.as("root"), "/q/a", count); });
  };
  CHECK(replicas(4).error().code() == StatusCode::kDsQuotaExceeded);
  CHECK(replicas(2));
  f.check_consistency();
  REQUIRE(make(f, "/d"));
  const auto moved = f.mutate([&](Transaction& tx) { return rename(f.ns(), tx, f.as("root"), "/d", "/q/d"); });
  CHECK(why(moved) == "The NameSpace quota (directories and files) of directory /q is exceeded: quota=2 file count=3");
  CHECK(f.mutate([&](Transaction& tx) { return rename(f.ns(), tx, f.as("root"), "/q/a", "/q/b"); }));  // within it nothing changes
  f.check_consistency();
}

TEST_CASE("a kind of storage has its own limit, by the policies below") {
  NamespaceFixture f(Store::kMemory);
  REQUIRE(make(f, "/q/ssd"));
  REQUIRE(make(f, "/q/rest"));
  REQUIRE(f.mutate([&](Transaction& tx) { return set_storage_policy(f.ns(), tx, f.as("root"), "/q/ssd", "ONE_SSD"); }));
  REQUIRE(limit(f, "/q", {.space = kBlock, .type = StorageType::kSsd}));
  f.write_file("/q/ssd/a", 1000);
  f.write_file("/q/rest/b", 1000);  // no policy: no kind of storage
  CHECK(usage(f, "/q").type_space[static_cast<size_t>(StorageType::kSsd)] == 1000);
  CHECK(usage(f, "/q").type_space[static_cast<size_t>(StorageType::kDisk)] == 2000);
  REQUIRE(open(f, "/q/ssd/c"));
  const auto refused = next_block(f, "/q/ssd/c");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message() == "Quota by storage type : SSD on path : /q is exceeded. quota = 1 MB but space consumed = 1.00 MB");
  CHECK(refused.error().remote_class() == "org.apache.hadoop.hdfs.protocol.QuotaByStorageTypeExceededException");
  REQUIRE(open(f, "/q/rest/c"));
  CHECK(next_block(f, "/q/rest/c"));
  f.check_consistency();
}

TEST_CASE("which quotas can be set") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 10);
  CHECK(why(limit(f, "/none", {.names = 1})) == "Directory does not exist: /none");
  CHECK(why(limit(f, "/f", {.names = 1})) == "`/f': Is not a directory");
  CHECK(why(limit(f, "/", {.names = -2})) == "Illegal value for nsQuota or ssQuota : -2 and 9223372036854775807");
  CHECK(usage(f, "/").quota.names == INT64_MAX);
  REQUIRE(limit(f, "/", {.names = 5}));
  REQUIRE(limit(f, "/", {.names = kQuotaReset}));
  CHECK(usage(f, "/").quota.names == INT64_MAX);
  CHECK(std::string(QuotaChange{.space = kQuotaReset}.operation()) == "clearSpaceQuota");
}
