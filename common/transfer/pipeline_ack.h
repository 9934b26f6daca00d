#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/base/result.h"
#include "common/transfer/input_buffer.h"
#include "hdfs/datatransfer.pb.h"

namespace tusker::transfer {

inline constexpr int64_t kUnknownSeqno = -2;

// What a pipeline says of one packet: this DataNode's reply first, then those downstream (PipelineAck).
struct PipelineAck {
  int64_t seqno = kUnknownSeqno;
  std::vector<hadoop::hdfs::Status> replies;
  uint64_t downstream_nanos = 0;

  bool success() const;
  // The first reply that isn't a success, or the number of replies.
  size_t first_bad() const;
  // A DataNode of the pipeline says that it restarts (OOB_RESTART); its index, or the number of replies.
  size_t restarting() const;
};

// Preceded by its length, with both lists (reply and flag) of equal length, as all versions of clients want.
std::string encode_pipeline_ack(const PipelineAck& ack);
// kIo for what can't be decoded or has no reply.
Task<Result<PipelineAck>> read_pipeline_ack(InputBuffer& in, Deadline deadline);

}  // namespace tusker::transfer
