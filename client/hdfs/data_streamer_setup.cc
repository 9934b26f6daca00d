#include <fmt/format.h>

#include <algorithm>

#include "client/hdfs/data_streamer.h"
#include "common/log/log.h"
#include "hdfs/ClientNamenodeProtocol.pb.h"

namespace tusker::client {
namespace {

using namespace hadoop::hdfs;  // NOLINT: the messages of one protocol

// A NameNode that waits for reports of earlier blocks is asked again after pauses that double, for about as long as Hadoop's clients do.
constexpr Duration kNotReplicatedFirst = std::chrono::milliseconds(5);
constexpr Duration kNotReplicatedPauseMax = std::chrono::seconds(1);
constexpr Duration kNotReplicatedPatience = std::chrono::seconds(25);

constexpr size_t kReplaceTriesMax = 3;

// The members of `nodes` that `known` hasn't.
std::vector<size_t> newcomers(const PipelineNodes& nodes, const PipelineNodes& known) {
  std::vector<size_t> out;
  for (size_t i = 0; i < nodes.size(); ++i) {
    const auto same = [&](const DatanodeInfoProto& node) { return node.id().datanodeuuid() == nodes.nodes[i].id().datanodeuuid(); };
    if (std::ranges::none_of(known.nodes, same)) out.push_back(i);
  }
  return out;
}

}  // namespace

void DataStreamer::exclude(const DatanodeInfoProto& node) {
  excluded_[node.id().datanodeuuid()] = {node, context_.env.clock.after(context_.settings.exclude_expiry)};
}

PipelineRequest DataStreamer::request_for(OpWriteBlockProto::BlockConstructionStage stage, int64_t new_stamp) const {
  return {*block_, token_, stage, file_.block_bytes, bytes_sent_, new_stamp, file_.checksum};
}

Task<Result<LocatedBlockProto>> DataStreamer::add_block() {
  AddBlockRequestProto request;
  request.set_src(file_.path);
  request.set_clientname(context_.client_name);
  request.set_fileid(file_.file_id);
  if (previous_block_) *request.mutable_previous() = *previous_block_;
  std::erase_if(excluded_, [now = context_.env.clock.now()](const auto& entry) { return entry.second.until < now; });
  for (const auto& [uuid, entry] : excluded_) *request.add_excludenodes() = entry.node;
  for (const int flag : file_.add_block_flags) request.add_flags(static_cast<AddBlockFlagProto>(flag));
  const Deadline patience = context_.env.clock.after(kNotReplicatedPatience);
  for (Duration pause = kNotReplicatedFirst;; pause = std::min(2 * pause, kNotReplicatedPauseMax)) {
    auto response = co_await context_.call<AddBlockResponseProto>("addBlock", request);
    if (response) co_return std::move(*response->mutable_block());
    if (response.error().code() != StatusCode::kNotReplicatedYet || context_.env.clock.now() > patience) co_return error(response.error());
    co_await context_.env.clock.sleep_for(pause);
  }
}

Task<Result<void>> DataStreamer::abandon_block(const ExtendedBlockProto& block) {
  AbandonBlockRequestProto request;
  *request.mutable_b() = block;
  request.set_src(file_.path);
  request.set_holder(context_.client_name);
  request.set_fileid(file_.file_id);
  CO_TRY_VOID(co_await context_.call<AbandonBlockResponseProto>("abandonBlock", request));
  co_return Result<void>();
}

// A block and its first pipeline (DataStreamer.nextBlockOutputStream). A DataNode that fails is left out of the next try.
Task<Result<void>> DataStreamer::set_up_new_block() {
  for (int64_t tries = 0; tries <= context_.settings.block_write_retries; ++tries) {
    CO_TRY(const LocatedBlockProto located, co_await add_block());
    block_ = located.b();
    block_->set_numbytes(0);
    token_ = located.blocktoken();
    nodes_ = PipelineNodes::of(located);
    bytes_sent_ = 0;
    recoveries_ = 0;
    if (nodes_.size() == 0)
      co_return error(StatusCode::kIo, "Could not get block locations. Source file \"" + file_.path + "\" - Aborting...");
    PipelineOutcome outcome = co_await open_pipeline(context_, nodes_, request_for(OpWriteBlockProto::PIPELINE_SETUP_CREATE, 0));
    if (outcome.peer) {
      use_pipeline(std::move(outcome.peer));
      co_return Result<void>();
    }
    const DatanodeInfoProto bad = nodes_.nodes[outcome.bad_index];
    LOG_WARN("Abandoning blk_{} of {}: {}; excluding datanode {}", block_->blockid(), file_.path, outcome.message,
             transfer_address(bad.id()));
    CO_TRY_VOID(co_await abandon_block(*block_));
    block_ = previous_block_;
    exclude(bad);
  }
  co_return error(StatusCode::kIo, "Unable to create new block.");
}

// The pipeline broke: what wasn't acknowledged is sent again, through the DataNodes that are left and maybe a new one.
Task<Result<void>> DataStreamer::recover() {
  drop_pipeline();
  while (!ack_queue_.empty()) {
    data_queue_.push_front(std::move(ack_queue_.back()));
    ack_queue_.pop_back();
  }
  if (++recoveries_ > context_.settings.pipeline_recoveries_max) {
    co_return error(StatusCode::kIo, fmt::format("Failing write. Tried pipeline recovery {} times without success.",
                                                 context_.settings.pipeline_recoveries_max));
  }
  // When nothing but the block's end is missing, the replicas are only to be closed.
  const bool closing = !data_queue_.empty() && data_queue_.front()->header.last_in_block;
  while (broken_ && !closed_ && !failure_) {
    CO_TRY_VOID(remove_bad_node());
    CO_TRY(const bool recovered, co_await try_recovery(closing));
    if (recovered && closing) {
      acked_seqno_ = data_queue_.front()->header.seqno;
      recycle(std::move(data_queue_.front()));
      data_queue_.pop_front();
      end_block();
      changed_.notify_all();
    }
  }
  co_return Result<void>();
}

Result<void> DataStreamer::remove_bad_node() {
  const std::string all = nodes_.describe();
  failed_nodes_.push_back(nodes_.nodes[bad_index_]);
  exclude(nodes_.nodes[bad_index_]);
  LOG_WARN("Error Recovery for blk_{} in pipeline {}: datanode {}({}) is bad.", block_->blockid(), all, bad_index_,
           describe(nodes_.nodes[bad_index_], nodes_.storage_ids[bad_index_], nodes_.types[bad_index_]));
  nodes_.remove(bad_index_);
  bad_index_ = 0;
  if (nodes_.size() == 0) return error(StatusCode::kIo, "All datanodes " + all + " are bad. Aborting...");
  return {};
}

bool DataStreamer::wants_replacement() const {
  const auto present = static_cast<int64_t>(nodes_.size());
  const int64_t wanted = file_.replication;
  if (!context_.settings.replace_datanode || present == 0 || present >= wanted) return false;
  switch (context_.settings.replace_policy) {
    case ReplacePolicy::kNever:
      return false;
    case ReplacePolicy::kAlways:
      return true;
    case ReplacePolicy::kDefault:
      return wanted >= 3 && (present <= wanted / 2 || flushed_);
  }
  return false;
}

Task<Result<LocatedBlockProto>> DataStreamer::additional_datanode(const std::vector<DatanodeInfoProto>& excluded) {
  GetAdditionalDatanodeRequestProto request;
  request.set_src(file_.path);
  request.set_fileid(file_.file_id);
  *request.mutable_blk() = *block_;
  for (const auto& node : nodes_.nodes) *request.add_existings() = node;
  for (const auto& id : nodes_.storage_ids) request.add_existingstorageuuids(id);
  for (const auto& node : excluded) *request.add_excludes() = node;
  request.set_numadditionalnodes(1);
  request.set_clientname(context_.client_name);
  CO_TRY(auto response, co_await context_.call<GetAdditionalDatanodeResponseProto>("getAdditionalDatanode", request));
  co_return std::move(*response.mutable_block());
}

// A new member of the pipeline, with a copy of what the block has so far (addDatanode2ExistingPipeline). When the copy fails, the next
// try is with another one and from another source.
Task<Result<void>> DataStreamer::replace_datanode() {
  const PipelineNodes original = nodes_;
  std::vector<DatanodeInfoProto> excluded = failed_nodes_;
  Result<void> copied;
  for (size_t tries = 0; tries < kReplaceTriesMax; ++tries) {
    CO_TRY(const LocatedBlockProto located, co_await additional_datanode(excluded));
    const PipelineNodes extended = PipelineNodes::of(located);
    const auto added = newcomers(extended, original);
    if (added.size() != 1 || extended.size() != original.size() + 1) {
      co_return error(
          StatusCode::kIo,
          fmt::format("Failed to replace a bad datanode on the existing pipeline due to no more good datanodes being available to "
                      "try. (Nodes: current={}, original={}). The current failed datanode replacement policy is DEFAULT, and a client "
                      "may configure this via 'dfs.client.block.write.replace-datanode-on-failure.policy' in its configuration.",
                      extended.describe(), original.describe()));
    }
    const size_t at = added[0];
    PipelineNodes target;
    target.nodes = {extended.nodes[at]};
    target.types = {extended.types[at]};
    target.storage_ids = {extended.storage_ids[at]};
    const DatanodeInfoProto source = original.nodes[tries % original.size()];
    copied = co_await transfer_to(context_, source, target, *block_, located.blocktoken());
    if (copied) {
      nodes_ = extended;
      co_return copied;
    }
    LOG_WARN("blk_{} can't be copied from {} to {}: {}", block_->blockid(), transfer_address(source.id()),
             transfer_address(target.nodes[0].id()), copied.error().message());
    excluded.push_back(target.nodes[0]);
  }
  co_return copied;
}

// One attempt with the nodes that are left. False when another of them failed; it is then the bad one.
Task<Result<bool>> DataStreamer::try_recovery(bool closing) {
  if (!closing && wants_replacement()) {
    const auto replaced = co_await replace_datanode();
    if (!replaced && !context_.settings.replace_best_effort) co_return error(replaced.error());
    if (!replaced) LOG_WARN("Failed to replace a bad datanode, going on with {}: {}", nodes_.describe(), replaced.error().message());
  }
  // The new stamp makes replicas of the nodes that were left out worthless.
  UpdateBlockForPipelineRequestProto update;
  *update.mutable_block() = *block_;
  update.set_clientname(context_.client_name);
  CO_TRY(const auto updated, co_await context_.call<UpdateBlockForPipelineResponseProto>("updateBlockForPipeline", update));
  const auto new_stamp = updated.block().b().generationstamp();
  token_ = updated.block().blocktoken();
  const auto stage = closing ? OpWriteBlockProto::PIPELINE_CLOSE_RECOVERY : OpWriteBlockProto::PIPELINE_SETUP_STREAMING_RECOVERY;
  PipelineOutcome outcome = co_await open_pipeline(context_, nodes_, request_for(stage, static_cast<int64_t>(new_stamp)));
  if (!outcome.peer) {
    bad_index_ = outcome.bad_index;
    broken_why_ = outcome.message;
    LOG_WARN("pipeline recovery of blk_{}: {}", block_->blockid(), outcome.message);
    co_return false;
  }
  UpdatePipelineRequestProto pipeline;
  pipeline.set_clientname(context_.client_name);
  *pipeline.mutable_oldblock() = *block_;
  block_->set_generationstamp(new_stamp);
  *pipeline.mutable_newblock() = *block_;
  for (const auto& node : nodes_.nodes) *pipeline.add_newnodes() = node.id();
  for (const auto& id : nodes_.storage_ids) pipeline.add_storageids(id);
  CO_TRY_VOID(co_await context_.call<UpdatePipelineResponseProto>("updatePipeline", pipeline));
  if (closing) {
    outcome.peer->stream->close();
    broken_ = false;
  } else {
    use_pipeline(std::move(outcome.peer));
  }
  LOG_INFO("pipeline of blk_{} recovered: {}", block_->blockid(), nodes_.describe());
  co_return true;
}

}  // namespace tusker::client
