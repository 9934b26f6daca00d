#include "common/log/log.h"
#include "namenode/background/loops.h"

namespace tusker::namenode {
namespace {

constexpr size_t kBytesPerPiece = 64 << 10;
constexpr size_t kRetryKeyBytes = 20;  // client id, call id

struct Expired {
  std::string key;
  std::string retry_keys;
};

}  // namespace

Task<void> Loops::drop_old_rows() {
  for (;;) {
    auto expired = co_await run_on(ns_.env().disk_pool, [this]() -> Result<std::vector<Expired>> {
      std::vector<Expired> found;
      size_t bytes = 0;
      std::string now;
      append_be<int64_t>(now, ns_.env().clock.wall_ms());
      TRY_VOID(ReadView(ns_.engine(), kv::Tier::kAll)
                   .scan(kRetryExpiryFamily, "", now, [&](std::string_view key, std::string_view value) -> Result<bool> {
                     found.push_back({std::string(key), std::string(value)});
                     bytes += value.size();
                     return bytes < kBytesPerPiece;
                   }));
      return found;
    });
    if (!expired || expired->empty()) break;
    auto dropped = co_await ns_.mutate(
        [rows = *expired](Transaction& tx) -> Result<void> {
          for (const auto& row : rows) {
            tx.remove(kRetryExpiryFamily, row.key);
            for (size_t at = 0; at + kRetryKeyBytes <= row.retry_keys.size(); at += kRetryKeyBytes) {
              tx.remove(kRetryFamily, row.retry_keys.substr(at, kRetryKeyBytes));
            }
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
