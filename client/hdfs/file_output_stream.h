#pragma once

#include <memory>

#include "client/hdfs/data_streamer.h"
#include "client/hdfs/file_system.h"

namespace tusker::client {

// DFSOutputStream: cuts bytes into packets and blocks, and hands them to a streamer. Made by FileSystem::create; used on the strand that
// made it. Dropped without close(), it gives up what isn't acknowledged.
class FileOutputStream final : public OutputStream {
 public:
  FileOutputStream(ClientContext& context, StreamedFile file, int64_t packet_bytes, Executor strand);
  ~FileOutputStream() override;

  Task<Result<void>> write(std::string_view bytes) override;
  Task<Result<void>> flush(bool sync) override;
  Task<Result<void>> close() override;

 private:
  void begin_packet();
  Task<Result<void>> send_packet(bool sync);
  Task<Result<void>> end_block();
  Task<Result<void>> persist_blocks();
  Task<Result<void>> finish();
  Task<Result<void>> complete();

  ClientContext& context_;
  Executor strand_;
  std::shared_ptr<DataStreamer> streamer_;
  int64_t packet_data_bytes_;
  WritePacketPtr packet_;  // being filled; null between packets
  int64_t next_seqno_ = 0;
  int64_t block_offset_ = 0;  // in the present block, of the next packet's first byte
  std::string partial_run_;   // bytes of an unfinished checksum run that were flushed: the next packet begins with them again
  bool block_persisted_ = false;
  bool closed_ = false;
  Result<void> close_outcome_;  // what closing again gives
};

}  // namespace tusker::client
