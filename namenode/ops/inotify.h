#pragma once

#include <optional>
#include <string_view>

#include "common/base/ids.h"
#include "common/base/result.h"
#include "hdfs/inotify.pb.h"

namespace tusker::namenode {

// What an operation of the edit log tells a watcher (InotifyFSEditLogOpTranslator), in the messages that go out; nullopt for one that
// watchers aren't told of. kCorruption when the row isn't an operation.
Result<std::optional<hadoop::hdfs::EventBatchProto>> event_batch(TxId tx, std::string_view row);

}  // namespace tusker::namenode
