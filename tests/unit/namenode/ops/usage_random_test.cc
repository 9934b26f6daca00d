#include <map>
#include <random>

#include "namenode/ops/attribute_operations.h"
#include "tests/unit/namenode/ops/namespace_fixture.h"

using namespace tusker;
using namespace tusker::namenode;
using tests::NamespaceFixture;
using tests::Store;

namespace {

// Operations at random on a small tree; whatever they answer, the sums must stay what a recount gives.
class RandomTree {
 public:
  RandomTree(NamespaceFixture& f, uint32_t seed) : f_(f), random_(seed) {}

  void step() {
    const std::string path = some_path();
    const auto op = f_.as("root");
    switch (random_() % 9) {
      case 0:
        static_cast<void>(f_.mutate([&](Transaction& tx) { return mkdirs(f_.ns(), tx, op, path, 0755, true); }));
        break;
      case 1:
        begin_file(path);
        break;
      case 2:
        write_block(path);
        break;
      case 3:
        finish_file(path);
        break;
      case 4:
        static_cast<void>(f_.mutate([&](Transaction& tx) { return rename(f_.ns(), tx, op, path, some_path()); }));
        break;
      case 5:
        static_cast<void>(f_.mutate([&](Transaction& tx) { return rename2(f_.ns(), tx, op, path, some_path(), {.overwrite = true}); }));
        break;
      case 6:
        static_cast<void>(f_.mutate([&](Transaction& tx) { return remove(f_.ns(), tx, op, path, true); }));
        break;
      case 7:
        set_something(path);
        break;
      default:
        static_cast<void>(
            f_.mutate([&](Transaction& tx) { return set_replication(f_.ns(), tx, op, path, static_cast<int16_t>(1 + random_() % 4)); }));
    }
  }

 private:
  std::string some_path() {
    std::string out;
    for (size_t depth = 1 + random_() % 3; depth > 0; --depth) out += "/" + std::string(1, static_cast<char>('a' + random_() % 3));
    return out;
  }
  void begin_file(const std::string& path) {
    CreateRequest request;
    request.path = path;
    request.client_name = "writer";
    request.overwrite = true;
    request.block_bytes = 1 << 20;
    if (random_() % 4 == 0) request.storage_policy = "COLD";
    static_cast<void>(f_.mutate([&](Transaction& tx) { return create(f_.ns(), tx, f_.as("root"), request); }));
  }
  void write_block(const std::string& path) {
    AddBlockRequest add;
    add.path = path;
    add.client_name = "writer";
    const auto block = f_.mutate([&](Transaction& tx) { return add_block(f_.ns(), tx, f_.as("root"), add); });
    if (!block) return;
    const BlockRef ref = ref_of(*block, static_cast<int64_t>(random_() % 5000));
    if (random_() % 4 == 0) {
      REQUIRE(f_.mutate([&](Transaction& tx) { return abandon_block(f_.ns(), tx, f_.as("root"), ref, path, "writer", {}); }));
    } else {
      report(*block, ref.bytes);
      last_[path] = ref;
    }
  }
  void finish_file(const std::string& path) {
    const auto known = last_.find(path);
    const std::optional<BlockRef> last = known == last_.end() ? std::nullopt : std::optional(known->second);
    static_cast<void>(f_.mutate([&](Transaction& tx) { return complete(f_.ns(), tx, f_.as("root"), path, "writer", last, {}); }));
  }
  void set_something(const std::string& path) {
    static const char* const kNames[] = {"", "HOT", "ONE_SSD", "COLD", "WARM"};
    if (random_() % 3 == 0) {
      const QuotaChange change{.names = static_cast<int64_t>(random_() % 8), .space = static_cast<int64_t>(random_() % 9) << 20};
      static_cast<void>(f_.mutate([&](Transaction& tx) { return set_quota(f_.ns(), tx, f_.as("root"), path, change); }));
    } else {
      const std::string name = kNames[random_() % std::size(kNames)];
      static_cast<void>(f_.mutate([&](Transaction& tx) { return set_storage_policy(f_.ns(), tx, f_.as("root"), path, name); }));
    }
  }
  BlockRef ref_of(const LocatedBlock& block, int64_t bytes) {
    return {f_.ns().identity().block_pool_id, block.block.id, block.block.generation, bytes};
  }
  void report(const LocatedBlock& block, int64_t bytes) {
    REQUIRE(f_.mutate([&](Transaction& tx) -> Result<void> {
      for (const StorageId storage : block.storages) {
        TRY_VOID(replica_reported(f_.ns(), tx, storage, {block.block.id, block.block.generation, bytes, ReplicaState::kFinalized}));
      }
      return {};
    }));
  }

  NamespaceFixture& f_;
  std::mt19937 random_;
  std::map<std::string, BlockRef> last_;
};

}  // namespace

TEST_CASE("whatever is done, the sums of all directories equal a recount") {
  NamespaceFixture f(Store::kMemory);
  const auto seed = static_cast<uint32_t>(f.real.env().random.below(UINT32_MAX));
  INFO("seed " << seed);
  RandomTree tree(f, seed);
  for (int i = 0; i < 40; ++i) {
    for (int k = 0; k < 25; ++k) tree.step();
    f.check_consistency();
  }
}
