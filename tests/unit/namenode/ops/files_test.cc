#include "tests/unit/namenode/ops/namespace_fixture.h"

using namespace tusker;
using namespace tusker::namenode;
using tests::NamespaceFixture;
using tests::Store;

namespace {

constexpr int64_t kBlock = 1 << 20;

Result<Appended> append_to(NamespaceFixture& f, const std::string& path, const std::string& client, bool new_block = false) {
  return f.mutate([&](Transaction& tx) { return append(f.ns(), tx, f.as("root"), path, client, new_block); });
}
Result<bool> cut(NamespaceFixture& f, const std::string& path, int64_t length, const std::string& client = "c") {
  return f.mutate([&](Transaction& tx) { return truncate(f.ns(), tx, f.as("root"), path, length, client); });
}
Result<void> join(NamespaceFixture& f, const std::string& target, const std::vector<std::string>& sources) {
  return f.mutate([&](Transaction& tx) { return concat(f.ns(), tx, f.as("root"), target, sources); });
}
Result<bool> recover(NamespaceFixture& f, const std::string& path, const std::string& client) {
  return f.mutate([&](Transaction& tx) { return recover_lease(f.ns(), tx, f.as("root"), path, client); });
}
Inode file_at(NamespaceFixture& f, const std::string& path) {
  auto found = f.read([&](const View& view) { return get_file_info(view, f.as("root").caller, path); });
  REQUIRE(found);
  REQUIRE(found->has_value());
  return **found;
}
BlockInfo last_block(NamespaceFixture& f, const std::string& path) {
  auto found = f.read([&](const View& view) { return view.block(file_at(f, path).blocks.back()); });
  REQUIRE(found);
  REQUIRE(found->has_value());
  return **found;
}
// The recovery that the nodes were told of ends as they would report it.
Result<void> synchronize(NamespaceFixture& f, const BlockInfo& block, int64_t bytes) {
  SynchronizedBlock done;
  done.block = {f.ns().identity().block_pool_id, block.id, block.generation, block.bytes};
  done.new_generation = block.recovery;
  done.new_bytes = bytes;
  done.close_file = true;
  done.storage_uuids = {"DS-1", "DS-2", "DS-3"};
  return f.mutate([&](Transaction& tx) { return commit_block_synchronization(f.ns(), tx, done); });
}

}  // namespace

TEST_CASE("append reopens a last block that isn't full, and only that") {
  const Store store = GENERATE(Store::kMemory, Store::kRocks);
  NamespaceFixture f(store);
  f.write_file("/half", 700);
  f.write_file("/full", kBlock);
  const auto half = append_to(f, "/half", "c1");
  REQUIRE(half);
  REQUIRE(half->last);
  CHECK(half->last->storages.size() == 3);
  CHECK(half->last->offset == 0);
  CHECK(half->last->block.bytes == 700);
  CHECK(last_block(f, "/half").state == BlockState::kUnderConstruction);
  CHECK(file_at(f, "/half").writer.client_name == "c1");
  const auto full = append_to(f, "/full", "c1");
  REQUIRE(full);
  CHECK_FALSE(full->last);
  CHECK(last_block(f, "/full").is_complete());
  AddBlockRequest next;
  next.path = "/full";
  next.client_name = "c1";
  CHECK(f.mutate([&](Transaction& tx) { return add_block(f.ns(), tx, f.as("root"), next); }));
  f.check_consistency();
}

TEST_CASE("append in a new block leaves the last one closed") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 700);
  const auto opened = append_to(f, "/f", "c1", true);
  REQUIRE(opened);
  REQUIRE(opened->last);
  CHECK(opened->last->storages.empty());
  CHECK(last_block(f, "/f").is_complete());
}

TEST_CASE("append says what stands in its way") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/dir/f", 10);
  CHECK(append_to(f, "/dir", "c1").error() ==
        Status(StatusCode::kFileAlreadyExists, "Cannot append to directory /dir; already exists as a directory."));
  CHECK(append_to(f, "/none", "c1").error() ==
        Status(StatusCode::kFileNotFound, "Failed to append to non-existent file /none for client 10.0.0.1"));
  REQUIRE(append_to(f, "/dir/f", "c1"));
  CHECK(append_to(f, "/dir/f", "c1").error() ==
        Status(StatusCode::kAlreadyBeingCreated,
               "Failed to APPEND_FILE /dir/f for c1 on 10.0.0.1 because c1 is already the current lease holder."));
  CHECK(append_to(f, "/dir/f", "c2").error() ==
        Status(StatusCode::kAlreadyBeingCreated,
               "Failed to APPEND_FILE /dir/f for c2 on 10.0.0.1 because this file lease is currently owned by c1 on 10.0.0.1"));
}

TEST_CASE("beyond the soft limit a newcomer gets the file, or starts its recovery") {
  NamespaceFixture f(Store::kMemory);
  const auto silence = [&](const std::string& client) { f.ns().leases().renew(client, f.ns().now_ms() - kLeaseSoftLimitMs - 1); };
  f.write_file("/whole", kBlock);
  REQUIRE(append_to(f, "/whole", "c1"));  // its last block is full, so nothing is being written
  silence("c1");
  CHECK(append_to(f, "/whole", "c2"));
  CHECK(file_at(f, "/whole").writer.client_name == "c2");
  f.write_file("/half", 10);
  REQUIRE(append_to(f, "/half", "c3"));
  silence("c3");
  CHECK(append_to(f, "/half", "c4").error() ==
        Status(StatusCode::kRecoveryInProgress,
               "Failed to APPEND_FILE /half for c4 on 10.0.0.1 because lease recovery is in progress. Try again later."));
  const BlockInfo block = last_block(f, "/half");
  CHECK(block.state == BlockState::kUnderRecovery);  // though the answer was an error
  CHECK(append_to(f, "/half", "c4").error().message().ends_with("because another recovery is in progress by c3 on 10.0.0.1"));
  REQUIRE(synchronize(f, block, 10));
  CHECK(append_to(f, "/half", "c4"));
}

TEST_CASE("recoverLease gives the file to who asks, until its block is brought to one length") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/f", 10);
  CHECK(recover(f, "/f", "c2").value());
  REQUIRE(append_to(f, "/f", "c1"));
  CHECK_FALSE(recover(f, "/f", "c2").value());
  CHECK(file_at(f, "/f").writer.client_name == "c2");
  CHECK_FALSE(recover(f, "/f", "c2").value());
  const BlockInfo block = last_block(f, "/f");
  CHECK(f.mutate([&](Transaction& tx) {
           return complete(f.ns(), tx, f.as("root"), "/f", "c2", BlockRef{f.ns().identity().block_pool_id, block.id, block.generation, 10},
                           {});
         })
            .error()
            .message()
            .ends_with("whereas it is under recovery."));
  REQUIRE(synchronize(f, block, 8));
  CHECK(recover(f, "/f", "c2").value());
  CHECK(file_at(f, "/f").length == 8);
  f.check_consistency();
}

TEST_CASE("truncate at a block's end is done at once, inside one the nodes cut it") {
  const Store store = GENERATE(Store::kMemory, Store::kRocks);
  NamespaceFixture f(store);
  f.write_file("/f", kBlock);
  REQUIRE(append_to(f, "/f", "writer"));
  AddBlockRequest add;
  add.path = "/f";
  add.client_name = "writer";
  const auto second = f.mutate([&](Transaction& tx) { return add_block(f.ns(), tx, f.as("root"), add); });
  REQUIRE(second);
  const BlockRef ref{f.ns().identity().block_pool_id, second->block.id, second->block.generation, 500};
  REQUIRE(f.mutate([&](Transaction& tx) -> Result<bool> {
    for (const StorageId storage : second->storages) {
      TRY_VOID(replica_reported(f.ns(), tx, storage, {ref.id, ref.generation, 500, ReplicaState::kFinalized}));
    }
    return complete(f.ns(), tx, f.as("root"), "/f", "writer", ref, {});
  }));
  CHECK(cut(f, "/f", kBlock + 500).value());
  CHECK(
      cut(f, "/f", kBlock + 501).error() ==
      Status(StatusCode::kHadoopIllegalArgument, "Cannot truncate to a larger file size. Current size: 1049076, truncate size: 1049077."));
  CHECK_FALSE(cut(f, "/f", kBlock + 100).value());
  CHECK_FALSE(cut(f, "/f", kBlock + 100).value());
  CHECK(cut(f, "/f", kBlock + 99).error() ==
        Status(StatusCode::kAlreadyBeingCreated, "Failed to TRUNCATE_FILE /f for c on 10.0.0.1 because /f is being truncated."));
  f.restart();
  const BlockInfo block = last_block(f, "/f");
  CHECK(block.truncate_to == 100);
  REQUIRE(synchronize(f, block, 100));
  CHECK(file_at(f, "/f").length == kBlock + 100);
  CHECK_FALSE(file_at(f, "/f").under_construction);
  CHECK(cut(f, "/f", kBlock).value());
  CHECK(file_at(f, "/f").blocks.size() == 1);
  CHECK(cut(f, "/f", 0).value());
  CHECK(file_at(f, "/f").blocks.empty());
  f.check_consistency();
}

TEST_CASE("concat moves blocks and refuses what HDFS refuses") {
  NamespaceFixture f(Store::kRocks);
  f.write_file("/d/t", 100);
  f.write_file("/d/a", 10);
  f.write_file("/d/b", 20);
  f.write_file("/e/x", 30);
  const auto text = [&](const std::string& target, const std::vector<std::string>& sources) { return join(f, target, sources).error(); };
  using enum StatusCode;
  CHECK(text("/d/t", {}) == Status(kIllegalArgument, "No sources given"));
  CHECK(text("/d/none", {"/d/a"}) == Status(kFileNotFound, "File does not exist: /d/none"));
  CHECK(text("/d", {"/d/a"}) == Status(kFileNotFound, "Path is not a file: /d"));
  CHECK(text("/d/t", {"/e/x"}) == Status(kHadoopIllegalArgument, "Source file /e/x is not in the same directory with the target /d/t"));
  CHECK(text("/d/t", {"/d/t"}) == Status(kHadoopIllegalArgument, "concat: the src file /d/t is the same with the target file /d/t"));
  CHECK(text("/d/t", {"/d/a", "/d/a"}) == Status(kHadoopIllegalArgument, "concat: at least two of the source files are the same"));
  CHECK(text("/d/t", {"/.reserved/raw/d/a"}).code() == kIo);
  REQUIRE(append_to(f, "/d/b", "c"));
  CHECK(text("/d/t", {"/d/b"}) == Status(kHadoopIllegalArgument, "concat: source file /d/b is invalid or empty or underConstruction"));
  REQUIRE(f.mutate([&](Transaction& tx) { return set_replication(f.ns(), tx, f.as("root"), "/d/a", 1); }));
  REQUIRE(join(f, "/d/t", {"/d/a"}));
  f.check_consistency();
  f.restart();
  f.check_consistency();
  CHECK(file_at(f, "/d/t").length == 110);
  CHECK(file_at(f, "/d/t").blocks.size() == 2);
  CHECK_FALSE(f.read([&](const View& view) { return get_file_info(view, f.as("root").caller, "/d/a"); })->has_value());
}

TEST_CASE("a removal to the trash needs what a removal needs") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/open/mine/theirs/f", 1);
  for (const char* path : {"/open", "/open/mine"}) {
    REQUIRE(f.mutate([&](Transaction& tx) { return set_permission(f.ns(), tx, f.as("root"), path, 0777); }));
  }
  const auto move = [&](bool to_trash) {
    return f.mutate([&](Transaction& tx) { return rename2(f.ns(), tx, f.as("eve"), "/open/mine", "/open/moved", {.to_trash = to_trash}); });
  };
  CHECK(move(true).error().code() == StatusCode::kAccessControl);
  CHECK(move(false));
}

TEST_CASE("reserved paths are the inodes and the raw tree") {
  NamespaceFixture f(Store::kMemory);
  f.write_file("/d/f", 5);
  const auto id = file_at(f, "/d/f").id;
  const std::string by_id = "/.reserved/.inodes/" + std::to_string(id.value);
  CHECK(file_at(f, by_id).id == id);
  CHECK(file_at(f, by_id + "/..").name == "d");
  CHECK(file_at(f, "/.reserved/raw/d/f").id == id);
  CHECK(file_at(f, "/.reserved/raw").id == kRootInode);
  CHECK(file_at(f, "/.reserved").mode == 01770);
  const auto gone = f.read([&](const View& view) { return get_file_info(view, f.as("root").caller, "/.reserved/.inodes/9"); });
  CHECK(gone.error() == Status(StatusCode::kFileNotFound, "File for given inode path does not exist: /.reserved/.inodes/9"));
  const auto list = [&](const std::string& path, const std::string& after) {
    return f.read([&](const View& view) { return get_listing(view, f.as("root").caller, path, after, f.ns().settings()); });
  };
  const auto reserved = list("/.reserved", "");
  REQUIRE(reserved);
  REQUIRE((*reserved)->entries.size() == 2);
  CHECK((*reserved)->entries[0].name == ".inodes");
  CHECK((*reserved)->entries[1].name == "raw");
  CHECK((*list("/d", by_id))->entries.empty());
  const auto lost = list("/d", "/.reserved/.inodes/9");
  CHECK(lost.error().message() == "Can't find startAfter /.reserved/.inodes/9");
  CHECK(f.mutate([&](Transaction& tx) { return mkdirs(f.ns(), tx, f.as("eve"), "/.reserved/raw/x", 0755, true); }).error().code() ==
        StatusCode::kAccessControl);
}
