#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/env/network.h"
#include "datanode/ops/datanode_context.h"

namespace tusker::datanode {

// Sends a range of a replica as packets: to a reader, or to another DataNode (BlockSender). The file's bytes go from the page cache to
// the socket without a copy; a short range goes with its answer in one write. Used by one task on the stream's strand.
class BlockSender {
 public:
  // Opens the replica and widens [offset, offset + length) to whole checksum runs. Waits up to 3 s for a replica that is being written to
  // reach the range. Errors in the words that Hadoop's clients know. A replica without its meta file is reported as bad; a reader gets it
  // without checksums, as Hadoop's do, but where others copy it, it isn't sent.
  enum class Purpose : uint8_t { kRead, kReadWithoutChecksums, kCopy };
  static Task<Result<std::unique_ptr<BlockSender>>> open(DataNodeContext& context, Block block, int64_t offset, int64_t length,
                                                         Purpose purpose);

  // What the packets' checksums are; NULL when none are sent.
  const transfer::DataChecksum& checksum() const { return checksum_; }
  // Where the data begins: `offset` rounded down to a run.
  int64_t chunk_offset() const { return begin_; }
  const Replica& replica() const { return reader_->replica(); }

  // Writes `preface`, the packets and the empty last one. Each write ends by its own deadline, `timeout` from its start. kCorruption when
  // the replica's files are at fault, which is then reported.
  Task<Result<void>> send(Stream& stream, std::string preface, Duration timeout);

 private:
  BlockSender(DataNodeContext& context, std::shared_ptr<ReplicaReader> reader, int64_t begin, int64_t end, bool send_checksums);
  Task<Result<void>> send_packets(Stream& stream, std::string preface, Duration timeout);
  Task<Result<void>> send_small(Stream& stream, std::string preface, Duration timeout);
  Task<Result<void>> load_checksums(int64_t at);
  Task<Result<void>> send_data(Stream& stream, int64_t at, int64_t bytes, Duration timeout);

  DataNodeContext& context_;
  std::shared_ptr<ReplicaReader> reader_;
  transfer::DataChecksum checksum_;
  int64_t begin_;
  int64_t end_;
  std::string window_;  // checksums of [window_begin_, window_end_)
  int64_t window_begin_ = 0;
  int64_t window_end_ = 0;
};

}  // namespace tusker::datanode
