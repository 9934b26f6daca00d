#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "client/hdfs/write_packet.h"
#include "client/hdfs/write_pipeline.h"
#include "common/async/notify.h"

namespace tusker::client {

// What of a file a streamer writes.
struct StreamedFile {
  std::string path;
  uint64_t file_id = 0;
  int16_t replication = 3;
  int64_t block_bytes = 0;
  transfer::DataChecksum checksum;
  std::vector<int> add_block_flags = {};  // AddBlockFlagProto
};

// Sends a file's packets block by block through pipelines of DataNodes, and mends those (org.apache.hadoop.hdfs.DataStreamer). Its tasks
// and its output stream share one strand; it ends by itself once closed, failed or abandoned. Holds at most
// dfs.client.write.max-packets-in-flight packets that aren't acknowledged.
class DataStreamer : public std::enable_shared_from_this<DataStreamer> {
 public:
  DataStreamer(ClientContext& context, StreamedFile file, Executor strand);
  void start();

  // --- for the output stream; on the strand ---
  // Waits for room, then takes the packet. Its seqno and offset are the caller's to set; a block ends with an empty last packet.
  Task<Result<void>> enqueue(WritePacketPtr packet);
  // Waits until everything up to `seqno` has been acknowledged by the whole pipeline.
  Task<Result<void>> wait_acked(int64_t seqno);
  // A packet to fill, maybe one used before.
  WritePacketPtr take_free(int64_t data_bytes_max);
  // After hflush the policy for replacing DataNodes is stricter.
  void note_flushed() { flushed_ = true; }
  // The block being written, with its acknowledged bytes; the last of the file once all is acknowledged.
  const std::optional<hadoop::hdfs::ExtendedBlockProto>& block() const { return block_; }
  const StreamedFile& file() const { return file_; }
  // Ends the tasks: nothing more will come. What isn't acknowledged is lost.
  void close();

 private:
  // A pipeline in use. The responder of one that was given up sees it by `abandoned`.
  struct Pipeline {
    std::shared_ptr<DatanodePeer> peer;
    bool abandoned = false;
  };

  static Task<void> run(std::shared_ptr<DataStreamer> self);
  static Task<void> respond(std::shared_ptr<DataStreamer> self, std::shared_ptr<Pipeline> pipeline);
  Task<Result<void>> step();
  Task<Result<void>> send_front();
  Task<Result<void>> send_heartbeat();
  Task<Result<void>> finish_block();
  void end_block();
  Result<bool> take_ack(int64_t seqno);
  void pipeline_failed(Pipeline& pipeline, size_t bad_index, const std::string& why);
  void drop_pipeline();
  void use_pipeline(std::shared_ptr<DatanodePeer> peer);
  void fail(Status why);
  void recycle(WritePacketPtr packet);

  // --- setting up: data_streamer_setup.cc ---
  Task<Result<void>> set_up_new_block();
  Task<Result<hadoop::hdfs::LocatedBlockProto>> add_block();
  Task<Result<void>> abandon_block(const hadoop::hdfs::ExtendedBlockProto& block);
  void exclude(const hadoop::hdfs::DatanodeInfoProto& node);
  PipelineRequest request_for(hadoop::hdfs::OpWriteBlockProto::BlockConstructionStage stage, int64_t new_stamp) const;
  Task<Result<void>> recover();
  Task<Result<bool>> try_recovery(bool closing);
  Result<void> remove_bad_node();
  bool wants_replacement() const;
  Task<Result<void>> replace_datanode();
  Task<Result<hadoop::hdfs::LocatedBlockProto>> additional_datanode(const std::vector<hadoop::hdfs::DatanodeInfoProto>& excluded);

  ClientContext& context_;
  StreamedFile file_;
  Executor strand_;
  Notify changed_;
  std::deque<WritePacketPtr> data_queue_;
  std::deque<WritePacketPtr> ack_queue_;
  std::vector<WritePacketPtr> free_;
  int64_t acked_seqno_ = -1;
  bool closed_ = false;
  bool flushed_ = false;
  std::optional<Status> failure_;

  std::optional<hadoop::hdfs::ExtendedBlockProto> block_;           // numBytes: acknowledged
  std::optional<hadoop::hdfs::ExtendedBlockProto> previous_block_;  // complete
  hadoop::common::TokenProto token_;
  PipelineNodes nodes_;
  std::shared_ptr<Pipeline> pipeline_;
  int64_t bytes_sent_ = 0;
  bool broken_ = false;  // the pipeline failed at bad_index_
  size_t bad_index_ = 0;
  std::string broken_why_;
  std::vector<hadoop::hdfs::DatanodeInfoProto> failed_nodes_;  // of the present block
  struct Excluded {
    hadoop::hdfs::DatanodeInfoProto node;
    TimePoint until;
  };
  std::map<std::string, Excluded> excluded_;  // by uuid
  int64_t recoveries_ = 0;                    // in a row without an acknowledgement between
  TimePoint last_sent_;
};

}  // namespace tusker::client
