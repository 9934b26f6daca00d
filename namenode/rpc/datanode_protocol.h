#pragma once

#include "common/rpc/method_table.h"
#include "hdfs/DatanodeProtocol.pb.h"
#include "namenode/ops/datanode_operations.h"

namespace tusker::namenode {

// The handlers of org.apache.hadoop.hdfs.server.protocol.DatanodeProtocol. Owned by NameNodeServer.
class DatanodeProtocol {
 public:
  explicit DatanodeProtocol(Namesystem& ns) : ns_(ns) {}
  rpc::Protocol table();

  hadoop::hdfs::NamespaceInfoProto namespace_info() const;

 private:
  template <class T>
  using Answer = Task<Result<T>>;
  using Call = rpc::CallContext;

  Answer<hadoop::hdfs::VersionResponseProto> version(Call call, hadoop::hdfs::VersionRequestProto request);
  Answer<hadoop::hdfs::datanode::RegisterDatanodeResponseProto> register_node(Call call,
                                                                              hadoop::hdfs::datanode::RegisterDatanodeRequestProto request);
  Answer<hadoop::hdfs::datanode::HeartbeatResponseProto> heartbeat(Call call, hadoop::hdfs::datanode::HeartbeatRequestProto request);
  Answer<hadoop::hdfs::datanode::BlockReportResponseProto> block_report(Call call, hadoop::hdfs::datanode::BlockReportRequestProto request);
  Answer<hadoop::hdfs::datanode::BlockReceivedAndDeletedResponseProto> incremental(
      Call call, hadoop::hdfs::datanode::BlockReceivedAndDeletedRequestProto request);
  Answer<hadoop::hdfs::datanode::CacheReportResponseProto> cache_report(Call call, hadoop::hdfs::datanode::CacheReportRequestProto request);
  Answer<hadoop::hdfs::datanode::ErrorReportResponseProto> error_report(Call call, hadoop::hdfs::datanode::ErrorReportRequestProto request);
  Answer<hadoop::hdfs::datanode::ReportBadBlocksResponseProto> report_bad_blocks(
      Call call, hadoop::hdfs::datanode::ReportBadBlocksRequestProto request);
  Answer<hadoop::hdfs::datanode::CommitBlockSynchronizationResponseProto> commit_synchronization(
      Call call, hadoop::hdfs::datanode::CommitBlockSynchronizationRequestProto request);

  // One storage's full report: compared off the core, applied in pieces.
  Task<Result<void>> apply_report(std::string node_uuid, std::string storage_uuid, std::vector<ReportedReplica> report, int64_t report_ms);
  Task<Result<void>> take_report(std::string node_uuid, hadoop::hdfs::datanode::BlockReportRequestProto request);
  Result<void> check_registration(const hadoop::hdfs::datanode::DatanodeRegistrationProto& registration) const;

  template <class Request, class Response>
  rpc::Method row(std::string_view name, Task<Result<Response>> (DatanodeProtocol::*handler)(Call, Request)) {
    return rpc::method<Request, Response>(
        name, rpc::MethodPolicy{.mutates = true, .needs_active = false},
        [this, handler](Call call, Request request) { return (this->*handler)(std::move(call), std::move(request)); });
  }

  Namesystem& ns_;
};

}  // namespace tusker::namenode
