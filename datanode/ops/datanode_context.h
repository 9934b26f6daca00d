#pragma once

#include <atomic>
#include <memory>

#include "common/base/mutex.h"
#include "common/env/env.h"
#include "datanode/config.h"
#include "datanode/ops/block_notifier.h"
#include "datanode/ops/writer_registry.h"
#include "datanode/store/fs_dataset.h"
#include "hdfs/DatanodeProtocol.pb.h"

namespace tusker::datanode {

// Counters behind the DataNodeActivity bean (DataNodeMetrics). Any thread.
struct DataNodeMetrics {
  std::atomic<int64_t> bytes_written{0};
  std::atomic<int64_t> bytes_read{0};
  std::atomic<int64_t> blocks_written{0};
  std::atomic<int64_t> blocks_read{0};
  std::atomic<int64_t> blocks_replicated{0};
  std::atomic<int64_t> blocks_removed{0};
  std::atomic<int64_t> blocks_verified_bad{0};
  std::atomic<int64_t> heartbeats{0};
  std::atomic<int64_t> block_reports{0};
  std::atomic<int64_t> incremental_block_reports{0};
  std::atomic<int64_t> fsyncs{0};
  std::atomic<int64_t> xceivers{0};            // connections served now
  std::atomic<int64_t> xmits_in_progress{0};   // replicas being sent to other DataNodes now
  std::atomic<int64_t> balancer_bandwidth{0};  // bytes a second
};

// How this DataNode is known to others: what it registered, as the NameNode corrected it. Any thread.
class Identity {
 public:
  void set(hadoop::hdfs::datanode::DatanodeRegistrationProto registration) {
    MutexLock lock(mutex_);
    registration_ = std::move(registration);
  }
  hadoop::hdfs::datanode::DatanodeRegistrationProto get() const {
    MutexLock lock(mutex_);
    return registration_;
  }

 private:
  mutable Mutex mutex_;
  hadoop::hdfs::datanode::DatanodeRegistrationProto registration_ TUSKER_GUARDED_BY(mutex_);
};

// The parts that every operation of a DataNode works with. Held by the server, which outlives all who have a reference to it.
struct DataNodeContext {
  Env& env;
  const DataNodeConfig& config;
  FsDataset& dataset;
  WriterRegistry& writers;
  BlockNotifier& notifier;
  DataNodeMetrics& metrics;
  Identity& identity;
};

}  // namespace tusker::datanode
