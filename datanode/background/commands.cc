#include "datanode/background/commands.h"

#include <limits>

#include "common/async/run_on.h"
#include "common/log/log.h"
#include "datanode/background/block_recovery.h"
#include "datanode/ops/convert.h"
#include "datanode/ops/transfer_replica.h"

namespace tusker::datanode {
namespace {

using hadoop::hdfs::datanode::BlockCommandProto;
using hadoop::hdfs::datanode::DatanodeCommandProto;

// A block's length that means: don't report its deletion.
constexpr int64_t kNoAck = std::numeric_limits<int64_t>::max();
// Deletions made in one call to the disk pool.
constexpr size_t kInvalidateSlice = 64;

}  // namespace

Commands::Commands(DataNodeContext& context, rpc::Client& client, NameNode& namenode)
    : context_(context), client_(client), namenode_(namenode), tasks_("the NameNode's commands") {}

bool Commands::obey(const DatanodeCommandProto& command) {
  switch (command.cmdtype()) {
    case DatanodeCommandProto::RegisterCommand:
      return true;
    case DatanodeCommandProto::BlockCommand:
      obey_block_command(command.blkcmd());
      return false;
    case DatanodeCommandProto::BlockRecoveryCommand: {
      const auto& blocks = command.recoverycmd().blocks();
      tasks_.spawn(context_.env.make_strand(), recover({blocks.begin(), blocks.end()}));
      return false;
    }
    case DatanodeCommandProto::BalancerBandwidthCommand:
      context_.metrics.balancer_bandwidth = static_cast<int64_t>(command.balancercmd().bandwidth());
      LOG_INFO("balancer bandwidth is now {} bytes/s", command.balancercmd().bandwidth());
      return false;
    case DatanodeCommandProto::FinalizeCommand:  // the common answer to a full report: there is no upgrade to finalize
    case DatanodeCommandProto::NullDatanodeCommand:
      return false;
    default:
      LOG_INFO("command {} of the NameNode is ignored", DatanodeCommandProto::Type_Name(command.cmdtype()));
      return false;
  }
}

void Commands::obey_block_command(const BlockCommandProto& command) {
  if (command.blockpoolid() != context_.dataset.namespace_info().block_pool_id) {
    LOG_WARN("a command for block pool {}, which isn't ours, is ignored", command.blockpoolid());
    return;
  }
  switch (command.action()) {
    case BlockCommandProto::TRANSFER:
      for (int i = 0; i < command.blocks_size() && i < command.targets_size(); ++i) {
        tasks_.spawn(context_.env.make_strand(),
                     transfer(to_block(command.blocks(i)), command.targets(i),
                              i < command.targetstoragetypes_size() ? command.targetstoragetypes(i) : hadoop::hdfs::StorageTypesProto(),
                              i < command.targetstorageuuids_size() ? command.targetstorageuuids(i) : hadoop::hdfs::StorageUuidsProto()));
      }
      return;
    case BlockCommandProto::INVALIDATE: {
      std::vector<Block> blocks;
      for (const auto& block : command.blocks()) blocks.push_back(to_block(block));
      tasks_.spawn(context_.env.make_strand(), invalidate(std::move(blocks)));
      return;
    }
    default:
      LOG_INFO("block command {} of the NameNode is ignored", static_cast<int>(command.action()));
  }
}

Task<void> Commands::transfer(Block block, hadoop::hdfs::DatanodeInfosProto nodes, hadoop::hdfs::StorageTypesProto types,
                              hadoop::hdfs::StorageUuidsProto uuids) {
  TransferTargets targets;
  targets.nodes.assign(nodes.datanodes().begin(), nodes.datanodes().end());
  for (const int type : types.storagetypes()) targets.types.push_back(static_cast<hadoop::hdfs::StorageTypeProto>(type));
  targets.storage_uuids.assign(uuids.storageuuids().begin(), uuids.storageuuids().end());
  const auto sent = co_await transfer_replica(context_, block, std::move(targets), "");
  if (!sent) LOG_WARN("Failed to transfer {}: {}", block.name(), sent.error().message());
}

Task<void> Commands::invalidate(std::vector<Block> blocks) {
  for (size_t at = 0; at < blocks.size(); at += kInvalidateSlice) {
    const size_t end = std::min(blocks.size(), at + kInvalidateSlice);
    co_await run_on(context_.env.disk_pool, [this, slice = std::vector<Block>(blocks.begin() + static_cast<ptrdiff_t>(at),
                                                                              blocks.begin() + static_cast<ptrdiff_t>(end))] {
      for (const Block& block : slice) {
        const auto storage = context_.dataset.invalidate(block);
        if (!storage) {
          LOG_WARN("{}", storage.error().message());
          continue;
        }
        ++context_.metrics.blocks_removed;
        if (block.bytes != kNoAck) context_.notifier.notify(*storage, {block, ReceivedDeleted::kDeleted, ""});
      }
    });
  }
  LOG_INFO("deleted {} blocks as the NameNode ordered", blocks.size());
}

Task<void> Commands::recover(std::vector<hadoop::hdfs::RecoveringBlockProto> blocks) {
  for (auto& block : blocks) {
    const std::string name = to_block(block.block().b()).name();
    const auto recovered = co_await recover_block(context_, client_, namenode_, std::move(block));
    if (!recovered) LOG_WARN("recovery of {} failed: {}", name, recovered.error().message());
  }
}

}  // namespace tusker::datanode
