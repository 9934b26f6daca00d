#include "common/log/log.h"
#include "namenode/background/loops.h"

namespace tusker::namenode {
namespace {

constexpr size_t kRowsPerPiece = 2000;

}  // namespace

Task<void> Loops::drop_old_rows() {
  for (;;) {
    auto expired = co_await run_on(ns_.env().disk_pool, [this]() -> Result<std::vector<std::string>> {
      std::vector<std::string> keys;
      std::string now;
      append_be<int64_t>(now, ns_.env().clock.wall_ms());
      TRY_VOID(ReadView(ns_.engine(), kv::Tier::kAll)
                   .scan(kRetryExpiryFamily, "", now, [&keys](std::string_view key, std::string_view) -> Result<bool> {
                     keys.emplace_back(key);
                     return keys.size() < kRowsPerPiece;
                   }));
      return keys;
    });
    if (!expired || expired->empty()) break;
    auto dropped = co_await ns_.mutate(
        [keys = *expired](Transaction& tx) -> Result<void> {
          for (const auto& key : keys) {
            tx.remove(kRetryExpiryFamily, key);
            tx.remove(kRetryFamily, key.substr(8));
          }
          return {};
        },
        false);
    if (!dropped) break;
  }
  // Operations beyond the retained ones, as one range.
  const int64_t keep_from = ns_.last_tx().value - ns_.settings().edits_retained;
  if (keep_from <= 0) co_return;
  auto trimmed = co_await run_on(ns_.env().disk_pool, [this, keep_from] {
    kv::Batch batch;
    batch.remove_range(kEditFamily, id_key(TxId(0)), id_key(TxId(keep_from)));
    return ns_.engine().write(batch, false);
  });
  if (!trimmed) LOG_ERROR("trimming the edit log: {}", trimmed.error().to_string());
}

}  // namespace tusker::namenode
