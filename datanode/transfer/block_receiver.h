#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "common/async/notify.h"
#include "common/transfer/packet.h"
#include "common/transfer/pipeline_ack.h"
#include "datanode/ops/datanode_context.h"
#include "datanode/transfer/peer.h"

namespace tusker::datanode {

// Takes one block from upstream: each batch of packets goes on to the DataNode downstream, then to disk, and is then acknowledged
// upstream in order, once downstream has done so too (BlockReceiver and its PacketResponder). Two tasks on the upstream stream's strand:
// receive(), and respond() when a client writes. Shared by them; ends when both have.
class BlockReceiver : public std::enable_shared_from_this<BlockReceiver> {
 public:
  struct Setup {
    std::shared_ptr<Peer> upstream;
    std::shared_ptr<Peer> mirror;  // null at the pipeline's end; known once that is set up
    size_t downstream = 0;         // DataNodes behind this one
    transfer::DataChecksum client_checksum;
    bool acknowledges = true;  // a client's pipeline; false for replication and transfers
  };
  BlockReceiver(DataNodeContext& context, Setup setup);

  // Before the tasks start.
  void start(std::unique_ptr<ReplicaWriter> writer, std::unique_ptr<WriterRegistry::Registration> registration);
  // As soon as it is connected, so that an interruption ends what is waited for there; null when the block goes on without it.
  void set_mirror(std::shared_ptr<Peer> mirror);
  // Interrupted, before receive() began or after.
  bool failed() const { return failed_; }
  const std::string& failure() const { return failure_; }
  // Makes both tasks end soon; any thread.
  static std::function<void()> interrupter(std::weak_ptr<BlockReceiver> receiver, Executor strand);

  // Receives until the block's last packet is on disk, and, when it acknowledges, acknowledged. An error means that nothing more can be
  // said upstream but by closing.
  Task<Result<void>> receive();
  // To be spawned beside receive() when it acknowledges.
  static Task<void> respond(std::shared_ptr<BlockReceiver> self);

  const ReplicaWriter& writer() const { return *writer_; }

 private:
  // A packet on its way back up.
  struct Pending {
    int64_t seqno;
    int64_t end;
    bool last;
    bool forwarded;
    hadoop::hdfs::Status status;
  };
  struct Written {
    Result<void> outcome;
    size_t packets = 0;
  };

  Task<Result<bool>> receive_batch();
  Task<Result<void>> forward(std::string_view bytes);
  Task<Result<void>> store(std::vector<transfer::Packet> batch, bool forwarded);
  Task<bool> next_pending();
  Task<bool> answer(Pending pending);
  Task<transfer::PipelineAck> collect(Pending pending);
  Task<bool> finalize();
  Task<void> flush_acks();
  void fail(const std::string& why);

  DataNodeContext& context_;
  Setup setup_;
  std::unique_ptr<ReplicaWriter> writer_;
  std::unique_ptr<WriterRegistry::Registration> registration_;
  Notify changed_;
  std::deque<Pending> pending_;
  std::string acks_;  // encoded, not sent yet
  bool mirror_failed_ = false;
  bool failed_ = false;
  bool checksum_failed_ = false;
  bool responder_ended_ = false;
  bool block_done_ = false;  // its last packet was acknowledged, or need not be
  std::string failure_;
};

}  // namespace tusker::datanode
