#pragma once

#include "namenode/ops/namesystem.h"

// The operations as files, as far as HDFS's tools see them: where segments begin and what was saved last (FSEditLog, FSImage).
namespace tusker::namenode {

Result<EditSegments> edit_segments(const View& view);

// Ends the segment in progress and begins another; its first transaction (FSImage.rollEditLog).
Result<TxId> roll_edit_log(Namesystem& ns, Transaction& tx);

// FSImage.saveNamespace. All that was acknowledged is in the store: what is new is a segment that begins here, and the mark that the
// namespace was saved. False when the last save is younger than `window_s` seconds and at most `tx_gap` transactions old; 0 and 0 save
// always.
Result<bool> save_namespace(Namesystem& ns, Transaction& tx, int64_t window_s, int64_t tx_gap);

}  // namespace tusker::namenode
