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

  bool urgent() const;
  bool empty() const;
  PendingReports::ByStorage take();
  void restore(PendingReports::ByStorage events);
  std::vector<hadoop::hdfs::LocatedBlockProto> take_bad();

 private:
  std::function<void()> wake_;
  mutable Mutex mutex_;
  PendingReports pending_ TUSKER_GUARDED_BY(mutex_);
  std::vector<hadoop::hdfs::LocatedBlockProto> bad_ TUSKER_GUARDED_BY(mutex_);
};

}  // namespace tusker::datanode
