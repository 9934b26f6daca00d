#include "common/transfer/pipeline_ack.h"

#include "common/transfer/op.h"

namespace tusker::transfer {
namespace {

constexpr uint32_t kFlagStatusMask = 0xf;  // the rest of a flag's word tells of congestion and slowness

}  // namespace

bool PipelineAck::success() const { return first_bad() == replies.size(); }

size_t PipelineAck::first_bad() const {
  size_t i = 0;
  while (i < replies.size() && replies[i] == hadoop::hdfs::SUCCESS) ++i;
  return i;
}

size_t PipelineAck::restarting() const {
  size_t i = 0;
  while (i < replies.size() && replies[i] != hadoop::hdfs::OOB_RESTART) ++i;
  return i;
}

std::string encode_pipeline_ack(const PipelineAck& ack) {
  hadoop::hdfs::PipelineAckProto proto;
  proto.set_seqno(ack.seqno);
  proto.set_downstreamacktimenanos(ack.downstream_nanos);
  for (const auto reply : ack.replies) {
    proto.add_reply(reply);
    proto.add_flag(static_cast<uint32_t>(reply));
  }
  return encode_delimited(proto);
}

Task<Result<PipelineAck>> read_pipeline_ack(InputBuffer& in, Deadline deadline) {
  CO_TRY(const auto proto, co_await read_delimited<hadoop::hdfs::PipelineAckProto>(in, deadline));
  PipelineAck ack;
  ack.seqno = proto.seqno();
  ack.downstream_nanos = proto.downstreamacktimenanos();
  const bool flags = proto.flag_size() > 0;
  for (int i = 0; i < (flags ? proto.flag_size() : proto.reply_size()); ++i) {
    const int status = flags ? static_cast<int>(proto.flag(i) & kFlagStatusMask) : static_cast<int>(proto.reply(i));
    if (!hadoop::hdfs::Status_IsValid(status)) co_return error(StatusCode::kIo, "A pipeline ack with an unknown status");
    ack.replies.push_back(static_cast<hadoop::hdfs::Status>(status));
  }
  if (ack.replies.empty()) co_return error(StatusCode::kIo, "A pipeline ack without replies");
  co_return ack;
}

}  // namespace tusker::transfer
