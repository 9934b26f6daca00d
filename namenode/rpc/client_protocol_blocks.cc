#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "namenode/ops/datanode_operations.h"
#include "namenode/rpc/client_protocol.h"
#include "namenode/rpc/convert.h"

namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: handlers speak the wire's types

namespace {

// A DataNode's report of a finished replica and its writer's next call race; rather than send the writer away for 400 ms, its call waits
// here for a moment.
constexpr std::array kReplicaWaits = {std::chrono::milliseconds(1),  std::chrono::milliseconds(2),  std::chrono::milliseconds(4),
                                      std::chrono::milliseconds(8),  std::chrono::milliseconds(16), std::chrono::milliseconds(32),
                                      std::chrono::milliseconds(64), std::chrono::milliseconds(128)};

std::string block_name(const ExtendedBlockProto& b) {
  return b.poolid() + ":blk_" + std::to_string(b.blockid()) + "_" + std::to_string(b.generationstamp());
}

}  // namespace

Task<Result<AddBlockResponseProto>> ClientProtocol::add_block(Call call, AddBlockRequestProto request) {
  OpContext op = co_await context_of(call);
  AddBlockRequest add;
  add.path = request.src();
  add.client_name = request.clientname();
  if (request.has_previous()) add.previous = block_ref(request.previous());
  for (const auto& node : request.excludenodes()) add.excluded_uuids.push_back(node.id().datanodeuuid());
  add.favored.assign(request.favorednodes().begin(), request.favorednodes().end());
  add.file = InodeId(static_cast<int64_t>(request.fileid()));
  add.avoid_local_node = std::ranges::find(request.flags(), static_cast<int>(NO_LOCAL_WRITE)) != request.flags().end();
  Result<LocatedBlock> added = error(StatusCode::kIo, "");
  for (size_t attempt = 0;; ++attempt) {
    added = co_await change("Cannot add block to " + request.src(),
                            [this, op, add](Transaction& tx) { return namenode::add_block(ns_, tx, op, add); });
    const bool early = !added && added.error().code() == StatusCode::kNotReplicatedYet;
    if (!early || attempt == kReplicaWaits.size()) break;
    co_await ns_.env().clock.sleep_for(kReplicaWaits[attempt]);
  }
  if (!added) co_return error(added.error());
  AddBlockResponseProto response;
  op.cluster = ns_.cluster_view();
  *response.mutable_block() = located_block(ns_.identity().block_pool_id, *op.cluster, *added);
  co_return response;
}

Task<Result<AbandonBlockResponseProto>> ClientProtocol::abandon_block(Call call, AbandonBlockRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(co_await change("Cannot abandon block " + block_name(request.b()) + " for file" + request.src(),
                              [this, op, request](Transaction& tx) {
                                return namenode::abandon_block(ns_, tx, op, block_ref(request.b()), request.src(), request.holder(),
                                                               InodeId(static_cast<int64_t>(request.fileid())));
                              }));
  co_return AbandonBlockResponseProto();
}

Task<Result<CompleteResponseProto>> ClientProtocol::complete(Call call, CompleteRequestProto request) {
  const OpContext op = co_await context_of(call);
  std::optional<BlockRef> last;
  if (request.has_last()) last = block_ref(request.last());
  CompleteResponseProto response;
  for (size_t attempt = 0;; ++attempt) {
    CO_TRY(const bool done, co_await change("Cannot complete file " + request.src(), [this, op, request, last](Transaction& tx) {
             return namenode::complete(ns_, tx, op, request.src(), request.clientname(), last,
                                       InodeId(static_cast<int64_t>(request.fileid())));
           }));
    response.set_result(done);
    if (done || attempt == kReplicaWaits.size()) co_return response;
    co_await ns_.env().clock.sleep_for(kReplicaWaits[attempt]);
  }
}

Task<Result<FsyncResponseProto>> ClientProtocol::fsync(Call call, FsyncRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY_VOID(co_await change("Cannot fsync file " + request.src(), [this, op, request](Transaction& tx) {
    return namenode::fsync(ns_, tx, op, request.src(), InodeId(static_cast<int64_t>(request.fileid())), request.client(),
                           request.lastblocklength());
  }));
  co_return FsyncResponseProto();
}

Task<Result<UpdateBlockForPipelineResponseProto>> ClientProtocol::update_block_for_pipeline(Call call,
                                                                                            UpdateBlockForPipelineRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY(const LocatedBlock block,
         co_await change("Cannot get a new generation stamp and an access token for block " + block_name(request.block()),
                         [this, op, request](Transaction& tx) {
                           return namenode::update_block_for_pipeline(ns_, tx, op, block_ref(request.block()), request.clientname());
                         }));
  UpdateBlockForPipelineResponseProto response;
  *response.mutable_block() = located_block(ns_.identity().block_pool_id, *op.cluster, block);
  response.mutable_block()->mutable_b()->set_numbytes(request.block().numbytes());
  co_return response;
}

Task<Result<UpdatePipelineResponseProto>> ClientProtocol::update_pipeline(Call call, UpdatePipelineRequestProto request) {
  const OpContext op = co_await context_of(call);
  std::vector<std::string> nodes;
  for (const auto& node : request.newnodes()) nodes.push_back(node.datanodeuuid());
  std::vector<std::string> storages(request.storageids().begin(), request.storageids().end());
  CO_TRY_VOID(
      co_await change_once(call, "Pipeline not updated", [this, op, request, nodes, storages](Transaction& tx) -> Result<std::string> {
        TRY_VOID(namenode::update_pipeline(ns_, tx, op, request.clientname(), block_ref(request.oldblock()), block_ref(request.newblock()),
                                           nodes, storages));
        return std::string();
      }));
  co_return UpdatePipelineResponseProto();
}

Task<Result<GetAdditionalDatanodeResponseProto>> ClientProtocol::get_additional_datanode(Call call,
                                                                                         GetAdditionalDatanodeRequestProto request) {
  const OpContext op = co_await context_of(call);
  std::vector<std::string> existing(request.existingstorageuuids().begin(), request.existingstorageuuids().end());
  std::vector<std::string> excluded;
  for (const auto& node : request.excludes()) excluded.push_back(node.id().datanodeuuid());
  CO_TRY_VOID(refuse_in_safe_mode("Cannot add datanode; src=" + request.src() + ", blk=" + block_name(request.blk())));
  CO_TRY(const LocatedBlock block, co_await ns_.read([this, op, request, existing, excluded](const View& view) {
    return namenode::get_additional_datanode(ns_, view, op, request.src(), InodeId(static_cast<int64_t>(request.fileid())),
                                             block_ref(request.blk()), existing, excluded, static_cast<int>(request.numadditionalnodes()),
                                             request.clientname());
  }));
  GetAdditionalDatanodeResponseProto response;
  *response.mutable_block() = located_block(ns_.identity().block_pool_id, *op.cluster, block);
  co_return response;
}

Task<Result<RenewLeaseResponseProto>> ClientProtocol::renew_lease(Call, RenewLeaseRequestProto request) {
  if (request.namespaces_size() > 0) {
    co_return error(StatusCode::kIo, fmt::format("namespaces([{}]) should be null or empty", fmt::join(request.namespaces(), ", ")));
  }
  CO_TRY_VOID(refuse_in_safe_mode("Cannot renew lease for " + request.clientname()));
  ns_.leases().renew(request.clientname(), ns_.now_ms());
  co_return RenewLeaseResponseProto();
}

Task<Result<RecoverLeaseResponseProto>> ClientProtocol::recover_lease(Call call, RecoverLeaseRequestProto request) {
  const OpContext op = co_await context_of(call);
  CO_TRY(const bool closed, co_await change("Cannot recover the lease of " + request.src(), [this, op, request](Transaction& tx) {
           return namenode::recover_lease(ns_, tx, op, request.src(), request.clientname());
         }));
  RecoverLeaseResponseProto response;
  response.set_result(closed);
  co_return response;
}

Task<Result<ReportBadBlocksResponseProto>> ClientProtocol::report_bad_blocks(Call, ReportBadBlocksRequestProto request) {
  CO_TRY_VOID(co_await ns_.mutate(
      [this, request](Transaction& tx) -> Result<void> {
        for (const auto& block : request.blocks()) {
          for (const BadReplica& bad : bad_replicas(block)) TRY_VOID(replica_is_bad(ns_, tx, bad));
        }
        return {};
      },
      false));
  co_return ReportBadBlocksResponseProto();
}

Result<void> ClientProtocol::get_block_locations(const View& view, const OpContext& op, const GetBlockLocationsRequestProto& request,
                                                 GetBlockLocationsResponseProto& response) {
  TRY(LocatedBlocks blocks, namenode::get_block_locations(view, op, request.src(), static_cast<int64_t>(request.offset()),
                                                          static_cast<int64_t>(request.length())));
  if (ns_.safe_mode().on()) {
    const auto nowhere = std::ranges::find_if(blocks.blocks, [](const auto& b) { return b.storages.empty(); });
    if (nowhere != blocks.blocks.end()) TRY_VOID(refuse_in_safe_mode("Zero blocklocations for " + request.src()));
  }
  const int64_t precision_ms = ns_.settings().atime_precision_ms;
  if (precision_ms > 0 && !ns_.safe_mode().on() && ns_.env().clock.wall_ms() > blocks.atime_ms + precision_ms) {
    ns_.mutate_later([this, file = blocks.file](Transaction& tx) { return touch_file(ns_, tx, file); });
  }
  sort_for_reader(op, blocks);
  *response.mutable_locations() = located_blocks(ns_.identity().block_pool_id, *op.cluster, blocks);
  return {};
}

}  // namespace tusker::namenode
