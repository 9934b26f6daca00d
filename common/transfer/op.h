#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/transfer/input_buffer.h"

namespace google::protobuf {
class MessageLite;
}

namespace tusker::transfer {

// What a client asks of a DataNode's transfer port (org.apache.hadoop.hdfs.protocol.datatransfer.Op).
enum class Op : uint8_t {
  kWriteBlock = 80,
  kReadBlock = 81,
  kReadMetadata = 82,
  kReplaceBlock = 83,
  kCopyBlock = 84,
  kBlockChecksum = 85,
  kTransferBlock = 86,
  kRequestShortCircuitFds = 87,
  kReleaseShortCircuitFds = 88,
  kRequestShortCircuitShm = 89,
  kBlockGroupChecksum = 90,
  kCustom = 127,
};

inline constexpr int16_t kDataTransferVersion = 28;

// int16 version, a byte of opcode, the message preceded by its length.
std::string encode_op(Op op, const google::protobuf::MessageLite& message);
// A message preceded by its length: every answer is one.
std::string encode_delimited(const google::protobuf::MessageLite& message);

// An operation as received: its message is a view into the buffer it came from, good until that is filled again.
struct ReceivedOp {
  Op op;
  std::string_view message;
};
// kIo for another version; unknown opcodes are left to the caller. kEof when the peer closed instead.
Task<Result<ReceivedOp>> read_op(InputBuffer& in, Deadline deadline);

}  // namespace tusker::transfer
