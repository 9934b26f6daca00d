#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/base/mutex.h"
#include "datanode/model/pending_reports.h"
#include "hdfs/hdfs.pb.h"

namespace tusker::datanode {

// What the NameNode has yet to hear of blocks; the NameNode's actor empties it. Owned by the server; any thread.
class BlockNotifier {
 public:
  // Called, on any thread, when something was added that is to be sent at once. Set once, before anything is added.
  void set_wake(std::function<void()> wake) { wake_ = std::move(wake); }

  void notify(const std::string& storage_uuid, BlockEvent event);
  // A replica on some DataNode whose bytes don't match their checksums. At most 1000 wait; more are dropped, as they will be found again.
  void report_bad(hadoop::hdfs::LocatedBlockProto block);

  // An operator wants what is pending reported now, or with `full` everything.
  void trigger(bool full);

  bool urgent() const;
  bool empty() const;
  PendingReports::ByStorage take();
  void restore(PendingReports::ByStorage events);
  std::vector<hadoop::hdfs::LocatedBlockProto> take_bad();
  void restore_bad(std::vector<hadoop::hdfs::LocatedBlockProto> blocks);
  // True once after trigger(true).
  bool take_full_request();

 private:
  std::function<void()> wake_;
  mutable Mutex mutex_;
  PendingReports pending_ TUSKER_GUARDED_BY(mutex_);
  std::vector<hadoop::hdfs::LocatedBlockProto> bad_ TUSKER_GUARDED_BY(mutex_);
  bool triggered_ TUSKER_GUARDED_BY(mutex_) = false;
  bool full_requested_ TUSKER_GUARDED_BY(mutex_) = false;
};

}  // namespace tusker::datanode
