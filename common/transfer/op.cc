#include "common/transfer/op.h"

#include <fmt/format.h>
#include <google/protobuf/message_lite.h>

#include "common/base/bytes.h"

namespace tusker::transfer {

std::string encode_delimited(const google::protobuf::MessageLite& message) {
  std::string out;
  append_varint(out, message.ByteSizeLong());
  message.AppendToString(&out);
  return out;
}

std::string encode_op(Op op, const google::protobuf::MessageLite& message) {
  std::string out;
  append_be<int16_t>(out, kDataTransferVersion);
  out.push_back(static_cast<char>(op));
  append_varint(out, message.ByteSizeLong());
  message.AppendToString(&out);
  return out;
}

Task<Result<ReceivedOp>> read_op(InputBuffer& in, Deadline deadline) {
  CO_TRY_VOID(co_await in.fill(3, deadline));
  const auto version = load_be<int16_t>(in.view().data());
  const auto op = static_cast<Op>(in.view()[2]);
  if (version != kDataTransferVersion) {
    co_return error(StatusCode::kIo, fmt::format("Version Mismatch (Expected: {}, Received: {} )", kDataTransferVersion, version));
  }
  in.consume(3);
  CO_TRY(const std::string_view message, co_await read_delimited_bytes(in, deadline));
  co_return ReceivedOp{op, message};
}

}  // namespace tusker::transfer
