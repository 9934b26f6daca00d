#include "common/log/log.h"
#include "namenode/background/loops.h"

namespace tusker::namenode {
namespace {

constexpr size_t kFilesPerTurn = 1000;

struct Lease {
  std::string holder;
  InodeId file;
};

}  // namespace

Task<void> Loops::check_leases() {
  ns_.leases().drop_old(ns_.now_ms(), ns_.settings().lease_hard_limit_ms);
  if (ns_.safe_mode().on()) co_return;
  auto leases = co_await run_on(ns_.env().disk_pool, [this]() -> Result<std::vector<Lease>> {
    std::vector<Lease> expired;
    const ReadView view(ns_.engine(), kv::Tier::kAll);
    TRY_VOID(view.scan(kLeaseFamily, "", "", [&](std::string_view key, std::string_view) -> Result<bool> {
      const std::string holder(key.substr(0, key.size() - 9));
      if (ns_.leases().idle_ms(holder, ns_.now_ms()) > ns_.settings().lease_hard_limit_ms || holder == kInternalLeaseHolder) {
        expired.push_back({holder, id_from<InodeId>(key, key.size() - 8)});
      }
      return expired.size() < kFilesPerTurn;
    }));
    return expired;
  });
  if (!leases) {
    LOG_ERROR("scanning leases: {}", leases.error().to_string());
    co_return;
  }
  for (const auto& lease : *leases) {
    auto released = co_await ns_.mutate([this, lease](Transaction& tx) -> Result<bool> {
      TRY(const auto file, tx.inode(lease.file));
      if (!file || !file->under_construction) return true;
      TRY(const auto path, tx.path_of(*file));
      if (!path) return true;  // its deletion is under way
      return release_lease(ns_, tx, *file, *path, std::string(kInternalLeaseHolder));
    });
    if (!released) LOG_WARN("releasing the lease of {} on inode {}: {}", lease.holder, lease.file.value, released.error().to_string());
  }
}

}  // namespace tusker::namenode
