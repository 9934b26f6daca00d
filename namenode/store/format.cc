#include "namenode/store/format.h"

#include <fmt/format.h>

#include "common/kv/rocks_engine.h"
#include "namenode/store/schema.h"

namespace tusker::namenode {
namespace {

std::string store_directory(const std::string& directory) { return directory + "/current/store"; }
std::string version_file(const std::string& directory) { return directory + "/current/VERSION"; }

std::string version_text(const Identity& identity) {
  return fmt::format("namespaceID={}\nblockpoolID={}\nstorageType=NAME_NODE\ncTime=0\nclusterID={}\nlayoutVersion=-67\n",
                     identity.namespace_id, identity.block_pool_id, identity.cluster_id);
}

}  // namespace

Identity new_identity(Env& env, const std::string& cluster_id, const std::string& address) {
  Identity identity;
  identity.ctime_ms = env.clock.wall_ms();
  identity.namespace_id = static_cast<int32_t>(env.random.below(0x7ffffffe) + 1);
  identity.cluster_id = cluster_id.empty() ? "CID-" + env.random.uuid() : cluster_id;
  identity.block_pool_id = fmt::format("BP-{}-{}-{}", env.random.below(0x7fffffff), address, identity.ctime_ms);
  return identity;
}

Result<void> write_first_rows(kv::Engine& engine, const Identity& identity, const std::string& owner, const std::string& group,
                              int64_t now_ms) {
  Inode root;
  root.id = kRootInode;
  root.mode = 0755;
  root.owner = owner;
  root.group = group;
  root.mtime_ms = now_ms;
  root.quota.names = kQuotaDontSet;
  kv::Batch batch;
  batch.put(kChildFamily, child_key(root.parent, root.name), encode(root));
  batch.put(kInodeFamily, id_key(root.id), child_key(root.parent, root.name));
  batch.put(kUsageFamily, id_key(root.id), encode(Usage{.directories = 1}));
  batch.put(kMetaFamily, std::string(kCountersKey), encode(Counters{}));
  batch.put(kMetaFamily, std::string(kIdentityKey), encode(identity));
  batch.put(kMetaFamily, std::string(kLayoutKey), std::string(kLayout));
  return engine.write(batch, true);
}

Result<OpenStore> read_first_rows(std::unique_ptr<kv::Engine> engine) {
  OpenStore out;
  TRY(const auto identity, engine->get(kMetaFamily, kIdentityKey));
  TRY(const auto counters, engine->get(kMetaFamily, kCountersKey));
  if (!identity || !counters) return error(StatusCode::kIo, "NameNode is not formatted: the store has no identity; run namenode -format");
  TRY(const auto layout, engine->get(kMetaFamily, kLayoutKey));
  if (layout != std::string(kLayout)) {
    return error(StatusCode::kIo, fmt::format("the store has layout {}, this version reads layout {}: start the version that wrote it",
                                              layout.value_or("1"), kLayout));
  }
  TRY(out.identity, decode_identity(*identity));
  TRY(out.counters, decode_counters(*counters));
  out.engine = std::move(engine);
  return out;
}

bool is_formatted(Disk& disk, const std::string& directory) { return disk.exists(version_file(directory)); }

Result<void> format(Env& env, const std::string& directory, const Identity& identity, const std::string& owner, const std::string& group) {
  TRY_VOID(env.disk.make_durable_directories(directory, 0700));
  TRY(const auto lock, env.disk.lock(directory + "/in_use.lock"));
  TRY_VOID(env.disk.remove_tree(directory + "/current"));
  TRY_VOID(env.disk.make_durable_directories(directory + "/current", 0700));
  kv::RocksOptions options;
  options.create_if_missing = true;
  TRY(const auto engine, kv::open_rocks(store_directory(directory), family_names(), options));
  TRY_VOID(write_first_rows(*engine, identity, owner, group, env.clock.wall_ms()));
  // Last, since its presence means "formatted".
  TRY_VOID(env.disk.replace_file(version_file(directory), version_text(identity)));
  return env.disk.sync_directory(directory);
}

Result<OpenStore> open_store(Env& env, const std::string& directory, size_t cache_bytes, size_t write_buffer_bytes) {
  if (!is_formatted(env.disk, directory)) {
    return error(StatusCode::kIo, fmt::format("NameNode is not formatted: {} holds no namespace; run namenode -format", directory));
  }
  TRY(auto lock, env.disk.lock(directory + "/in_use.lock"));
  kv::RocksOptions options;
  options.cache_bytes = cache_bytes;
  options.write_buffer_bytes = write_buffer_bytes;
  TRY(auto engine, kv::open_rocks(store_directory(directory), family_names(), options));
  TRY(auto out, read_first_rows(std::move(engine)));
  out.lock = std::move(lock);
  return out;
}

}  // namespace tusker::namenode
