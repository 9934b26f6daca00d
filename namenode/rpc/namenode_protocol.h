#pragma once

#include "common/rpc/method_table.h"
#include "common/security/groups.h"
#include "hdfs/NamenodeProtocol.pb.h"
#include "namenode/rpc/datanode_protocol.h"

namespace tusker::namenode {

// The handlers of org.apache.hadoop.hdfs.server.protocol.NamenodeProtocol: what the balancer and tools around the edit log ask, the
// superuser alone. Owned by NameNodeServer.
class NamenodeProtocol {
 public:
  NamenodeProtocol(Namesystem& ns, security::Groups& groups, DatanodeProtocol& datanodes)
      : ns_(ns), groups_(groups), datanodes_(datanodes) {}
  rpc::Protocol table();

 private:
  template <class T>
  using Answer = Task<Result<T>>;
  using Call = rpc::CallContext;

  Answer<hadoop::hdfs::namenode::GetBlocksResponseProto> get_blocks(Call call, hadoop::hdfs::namenode::GetBlocksRequestProto request);
  Answer<hadoop::hdfs::namenode::GetBlockKeysResponseProto> get_block_keys(Call call,
                                                                           hadoop::hdfs::namenode::GetBlockKeysRequestProto request);
  Answer<hadoop::hdfs::namenode::GetTransactionIdResponseProto> get_transaction_id(
      Call call, hadoop::hdfs::namenode::GetTransactionIdRequestProto request);
  Answer<hadoop::hdfs::namenode::GetMostRecentCheckpointTxIdResponseProto> get_checkpoint_tx(
      Call call, hadoop::hdfs::namenode::GetMostRecentCheckpointTxIdRequestProto request);
  Answer<hadoop::hdfs::namenode::GetMostRecentNameNodeFileTxIdResponseProto> get_file_tx(
      Call call, hadoop::hdfs::namenode::GetMostRecentNameNodeFileTxIdRequestProto request);
  Answer<hadoop::hdfs::namenode::RollEditLogResponseProto> roll_edit_log(Call call,
                                                                         hadoop::hdfs::namenode::RollEditLogRequestProto request);
  Answer<hadoop::hdfs::VersionResponseProto> version(Call call, hadoop::hdfs::VersionRequestProto request);
  Answer<hadoop::hdfs::namenode::ErrorReportResponseProto> error_report(Call call, hadoop::hdfs::namenode::ErrorReportRequestProto request);
  Answer<hadoop::hdfs::namenode::GetEditLogManifestResponseProto> get_manifest(
      Call call, hadoop::hdfs::namenode::GetEditLogManifestRequestProto request);
  Answer<hadoop::hdfs::namenode::IsUpgradeFinalizedResponseProto> is_upgrade_finalized(
      Call call, hadoop::hdfs::namenode::IsUpgradeFinalizedRequestProto request);
  Answer<hadoop::hdfs::namenode::IsRollingUpgradeResponseProto> is_rolling_upgrade(
      Call call, hadoop::hdfs::namenode::IsRollingUpgradeRequestProto request);
  Answer<hadoop::hdfs::namenode::GetNextSPSPathResponseProto> get_next_sps_path(Call call,
                                                                                hadoop::hdfs::namenode::GetNextSPSPathRequestProto request);

  Task<Result<void>> superuser_only(Call call, std::string operation);

  template <class Request, class Response>
  rpc::Method row(std::string_view name, rpc::MethodPolicy policy, Task<Result<Response>> (NamenodeProtocol::*handler)(Call, Request)) {
    return rpc::method<Request, Response>(
        name, policy, [this, handler](Call call, Request request) { return (this->*handler)(std::move(call), std::move(request)); });
  }

  Namesystem& ns_;
  security::Groups& groups_;
  DatanodeProtocol& datanodes_;
};

}  // namespace tusker::namenode
