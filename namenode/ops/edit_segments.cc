#include "namenode/ops/edit_segments.h"

namespace tusker::namenode {
namespace {

constexpr size_t kSegmentsMax = 10'000;

void put(Transaction& tx, const EditSegments& segments) { tx.put(kMetaFamily, std::string(kSegmentsKey), encode(segments)); }

// Forgets the segments whose last operation isn't kept any more.
void forget_old(const Settings& settings, const Transaction& tx, EditSegments& segments) {
  const TxId keep_from(tx.counters().last_tx.value - settings.edits_retained);
  auto& starts = segments.starts;
  size_t old = starts.size() > kSegmentsMax ? starts.size() - kSegmentsMax : 0;
  while (old + 1 < starts.size() && starts[old + 1] <= keep_from) ++old;
  starts.erase(starts.begin(), starts.begin() + static_cast<ptrdiff_t>(old));
}

void begin_segment(Namesystem& ns, Transaction& tx, EditSegments& segments) {
  tx.log(Edit::start_log_segment());
  segments.starts.push_back(tx.counters().last_tx);
  forget_old(ns.settings(), tx, segments);
}

}  // namespace

Result<EditSegments> edit_segments(const View& view) {
  TRY(const auto row, view.row(kMetaFamily, kSegmentsKey));
  if (!row) return EditSegments{.starts = {TxId(1)}, .checkpoint = TxId(0), .checkpoint_ms = 0};
  return decode_edit_segments(*row);
}

Result<TxId> roll_edit_log(Namesystem& ns, Transaction& tx) {
  TRY(EditSegments segments, edit_segments(tx));
  tx.log(Edit::end_log_segment());
  begin_segment(ns, tx, segments);
  put(tx, segments);
  return segments.starts.back();
}

Result<bool> save_namespace(Namesystem& ns, Transaction& tx, int64_t window_s, int64_t tx_gap) {
  TRY(EditSegments segments, edit_segments(tx));
  if (window_s > 0 || tx_gap > 0) {
    const int64_t saved_ms = segments.checkpoint_ms == 0 ? ns.identity().ctime_ms : segments.checkpoint_ms;
    const bool young = (tx.now_ms() - saved_ms) / 1000 <= window_s;
    if (young && segments.checkpoint.value >= tx.counters().last_tx.value - tx_gap) return false;
  }
  tx.log(Edit::end_log_segment());
  segments.checkpoint = tx.counters().last_tx;
  segments.checkpoint_ms = tx.now_ms();
  begin_segment(ns, tx, segments);
  put(tx, segments);
  return true;
}

}  // namespace tusker::namenode
