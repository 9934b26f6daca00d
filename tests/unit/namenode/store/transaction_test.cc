#include "namenode/store/transaction.h"

#include "common/kv/memory_engine.h"
#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::namenode;

namespace {

struct Store {
  kv::MemoryEngine engine{kFamilyCount};
  Committed committed{engine};
  Overlay overlay{engine, committed};
  uint64_t number = 0;

  Transaction begin() { return {overlay, Counters{}, 1000}; }
  void decide(Transaction& tx) {
    Counters counters;
    tx.commit(counters);
  }
  void commit() {
    const auto batch = overlay.batch(++number, TxId(0));
    REQUIRE(batch);
    overlay.begin(number);
    REQUIRE(engine.write(*batch, true));
    overlay.committed(number);
  }
};

Inode directory(int64_t id, InodeId parent, std::string name) {
  Inode inode;
  inode.id = InodeId(id);
  inode.parent = parent;
  inode.name = std::move(name);
  return inode;
}

// "/", "/a", "/a/b", each with its usage row.
void make_tree(Store& store) {
  Transaction tx = store.begin();
  Inode root = directory(kRootInode.value, InodeId(), "");
  tx.put_inode(root);
  tx.put(kInodeFamily, id_key(root.id), child_key(InodeId(), ""));
  tx.put(kUsageFamily, id_key(root.id), encode(Usage{.directories = 1}));
  Inode a = directory(20001, root.id, "a");
  tx.put(kUsageFamily, id_key(a.id), encode(Usage{.directories = 1}));
  REQUIRE(tx.link(root, a, Usage{.directories = 1}));
  Inode b = directory(20002, a.id, "b");
  tx.put(kUsageFamily, id_key(b.id), encode(Usage{.directories = 1}));
  REQUIRE(tx.link(a, b, Usage{.directories = 1}));
  store.decide(tx);
}

}  // namespace

TEST_CASE("a transaction sees the engine under the pending rows under its own") {
  Store store;
  kv::Batch batch;
  for (const char* key : {"a", "b", "c", "d"}) batch.put(kMetaFamily, key, "engine");
  REQUIRE(store.engine.write(batch, true));
  Transaction earlier = store.begin();
  earlier.put(kMetaFamily, "b", "pending");
  earlier.remove(kMetaFamily, "c");
  earlier.put(kMetaFamily, "e", "pending");
  store.decide(earlier);
  Transaction tx = store.begin();
  tx.put(kMetaFamily, "bb", "own");
  tx.remove(kMetaFamily, "d");
  tx.put(kMetaFamily, "e", "own");
  std::string seen;
  REQUIRE(tx.scan(kMetaFamily, "", "", [&seen](std::string_view key, std::string_view value) -> Result<bool> {
    seen += std::string(key) + "=" + std::string(value) + " ";
    return true;
  }));
  CHECK(seen == "a=engine b=pending bb=own e=own ");
  CHECK(*tx.row(kMetaFamily, "c") == std::nullopt);
  CHECK(*tx.row(kMetaFamily, "a") == "engine");
}

TEST_CASE("usage below a directory counts for those above, before and after the commit") {
  Store store;
  make_tree(store);
  Transaction tx = store.begin();
  REQUIRE(tx.add_usage(InodeId(20002), Usage{.files = 1, .bytes = 7}));
  CHECK(tx.usage(InodeId(20001)) == Usage{.directories = 2, .files = 1, .bytes = 7});  // its own delta
  store.decide(tx);
  CHECK(store.begin().usage(kRootInode) == Usage{.directories = 3, .files = 1, .bytes = 7});  // a pending one
  store.commit();
  const ReadView view(store.engine, kv::Tier::kAll);
  CHECK(view.usage(kRootInode) == Usage{.directories = 3, .files = 1, .bytes = 7});
  CHECK(view.usage(InodeId(20002)) == Usage{.directories = 1, .files = 1, .bytes = 7});
}

TEST_CASE("a directory that is unlinked takes what was added below it along") {
  Store store;
  make_tree(store);
  Transaction adding = store.begin();
  REQUIRE(adding.add_usage(InodeId(20002), Usage{.files = 1}));
  store.decide(adding);
  Transaction tx = store.begin();
  auto a = tx.inode(InodeId(20001));
  auto root = tx.inode(kRootInode);
  const auto usage = tx.usage(InodeId(20001));
  REQUIRE(usage);
  REQUIRE(tx.unlink(**root, **a, *usage));
  store.decide(tx);
  store.commit();
  CHECK(store.begin().usage(kRootInode) == Usage{.directories = 1});
  CHECK(*store.begin().find_inode(InodeId(20001)) == nullptr);
}

TEST_CASE("a reader sees the inodes of its commit, whatever is remembered") {
  Store store;
  make_tree(store);
  store.commit();
  const ReadView before(store.engine, kv::Tier::kAll, store.committed);
  REQUIRE(*before.find_child(kRootInode, "a"));
  Transaction tx = store.begin();
  Inode a = **tx.find_child(kRootInode, "a");
  a.mode = 0700;
  tx.put_inode(a);
  Inode root = **tx.root();
  REQUIRE(tx.link(root, directory(20003, root.id, "c"), Usage{}));
  store.decide(tx);
  store.commit();
  const ReadView after(store.engine, kv::Tier::kAll, store.committed);
  CHECK((*before.find_child(kRootInode, "a"))->mode == 0755);
  CHECK(*before.find_child(kRootInode, "c") == nullptr);
  CHECK((*after.find_child(kRootInode, "a"))->mode == 0700);
  CHECK(*after.find_child(kRootInode, "c") != nullptr);
  // What the earlier reader finds in its snapshot now is not remembered for later ones.
  REQUIRE(*before.find_child(InodeId(20001), "b"));
  CHECK((*after.find_child(kRootInode, "a"))->mode == 0700);
}

TEST_CASE("the operations of a commit stand in one row, each with its transaction id") {
  Store store;
  Transaction tx = store.begin();
  tx.log(Edit::set_replication("/a", 2));
  tx.log(Edit::set_replication("/b", 3));
  tx.remember_answer(std::string(20, 'k'), 5000, "answer");
  Counters counters;
  tx.commit(counters);
  const auto batch = store.overlay.batch(1, TxId(12));
  REQUIRE(batch);
  REQUIRE(store.engine.write(*batch, true));
  const auto row = store.engine.get(kEditFamily, id_key(TxId(11)), kv::Tier::kAll, nullptr);
  REQUIRE(row);
  REQUIRE(row->has_value());
  std::vector<int64_t> ids;
  REQUIRE(for_each_edit(TxId(11), **row, [&](TxId id, std::string_view operation) -> Result<bool> {
    ids.push_back(id.value);
    CHECK(operation == Edit::set_replication(ids.size() == 1 ? "/a" : "/b", ids.size() == 1 ? 2 : 3).bytes());
    return true;
  }));
  CHECK(ids == std::vector<int64_t>{11, 12});
  CHECK_FALSE(for_each_edit(TxId(11), std::string_view(**row).substr(0, 3), [](TxId, std::string_view) -> Result<bool> { return true; }));
  const auto answer = store.engine.get(kRetryFamily, std::string(20, 'k'), kv::Tier::kAll, nullptr);
  REQUIRE(answer);
  CHECK((**answer).substr(8) == "answer");
}
