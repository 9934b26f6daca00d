#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "client/hdfs/datanode_peer.h"
#include "common/transfer/checksum.h"
#include "common/transfer/packet.h"

namespace tusker::client {

// Reads a range of one block from one DataNode, every byte checked against its checksum (BlockReaderRemote). Owned by an input stream;
// on its strand.
class BlockReader {
 public:
  struct Range {
    hadoop::hdfs::LocatedBlockProto block;
    hadoop::hdfs::DatanodeInfoProto node;
    int64_t offset = 0;  // in the block
    int64_t length = 0;
  };
  // Asks for the range, over `reuse` if that isn't null. The error says what the DataNode said; kInvalidToken for a refused token.
  static Task<Result<std::unique_ptr<BlockReader>>> open(ClientContext& context, Range range, std::shared_ptr<DatanodePeer> reuse);

  // The next bytes of the range, a view that is good until the next call; empty at the range's end. kCorruption when a checksum is wrong.
  Task<Result<std::string_view>> next();
  // What comes next, if there is room for it behind what was given: that stays good too. Empty when there isn't, at the range's end, and on
  // a failure, which next() then gives.
  Task<std::string_view> next_behind();
  // Where in the block next() goes on. What comes before the range, of a run that is sent whole, isn't given.
  int64_t position() const { return position_; }
  bool done() const { return position_ >= range_.offset + range_.length; }
  const hadoop::hdfs::DatanodeInfoProto& node() const { return range_.node; }
  // The connection, once the range was read to its end, the DataNode told so, and it may carry another operation; else null.
  std::shared_ptr<DatanodePeer> take_peer();

 private:
  BlockReader(ClientContext& context, Range range, std::shared_ptr<DatanodePeer> peer)
      : context_(context), range_(std::move(range)), peer_(std::move(peer)), position_(range_.offset) {}
  Task<Result<void>> request();
  Task<Result<std::string_view>> take(transfer::Packet packet);
  Result<std::string_view> accept(const transfer::Packet& packet);
  Task<Result<void>> finish(bool wait);

  ClientContext& context_;
  Range range_;
  std::shared_ptr<DatanodePeer> peer_;
  transfer::DataChecksum checksum_;
  int64_t position_;
  int64_t expected_offset_ = 0;  // of the next packet
  int64_t expected_seqno_ = 0;
  bool finished_ = false;
  std::optional<Status> failure_;  // found by next_behind()
};

}  // namespace tusker::client
