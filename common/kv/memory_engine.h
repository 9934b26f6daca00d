#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/base/mutex.h"
#include "common/kv/engine.h"

namespace tusker::kv {

// The engine of the simulation: sorted maps in memory, with a durable copy beside the volatile one. crash() throws away what was not
// durable, as a machine would. Reads never block. A write while a snapshot is held copies
// the tables that it changes, so it suits small stores only.
class MemoryEngine final : public Engine {
 public:
  explicit MemoryEngine(size_t families);
  Result<std::optional<std::string>> get(Family family, std::string_view key, Tier tier, const Snapshot* snapshot) override;
  std::unique_ptr<Iterator> iterate(Family family, std::string_view lower, std::string_view upper, Tier tier,
                                    const Snapshot* snapshot) override;
  std::unique_ptr<Snapshot> snapshot() override;
  Result<void> write(const Batch& batch, bool durable) override;

  // Back to the state of the last durable write.
  void crash();

  using Table = std::map<std::string, std::string, std::less<>>;
  using Tables = std::vector<std::shared_ptr<Table>>;

 private:
  mutable Mutex mutex_;
  Tables now_ TUSKER_GUARDED_BY(mutex_);
  Tables durable_ TUSKER_GUARDED_BY(mutex_);
  std::vector<Batch> unsynced_ TUSKER_GUARDED_BY(mutex_);
};

}  // namespace tusker::kv
