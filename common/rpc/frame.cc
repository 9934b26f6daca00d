#include "common/rpc/frame.h"

#include "common/base/bytes.h"

namespace tusker::rpc {
namespace {

// Leaves room for the length and fills it in afterwards.
size_t begin_frame(std::string& out) {
  const size_t start = out.size();
  out.append(4, '\0');
  return start;
}
void end_frame(std::string& out, size_t start) { store_be<uint32_t>(out.data() + start, static_cast<uint32_t>(out.size() - start - 4)); }

void append_delimited(std::string& out, const google::protobuf::MessageLite& message) {
  append_varint(out, message.ByteSizeLong());
  message.AppendToString(&out);
}

}  // namespace

void append_frame(std::string& out, std::initializer_list<const google::protobuf::MessageLite*> messages) {
  const size_t start = begin_frame(out);
  for (const auto* message : messages) append_delimited(out, *message);
  end_frame(out, start);
}

void append_frame(std::string& out, const google::protobuf::MessageLite& header, std::string_view body) {
  const size_t start = begin_frame(out);
  append_delimited(out, header);
  append_varint(out, body.size());
  out.append(body);
  end_frame(out, start);
}

void append_call(std::string& out, const google::protobuf::MessageLite& header, const google::protobuf::MessageLite& request,
                 std::string_view parameter) {
  const size_t start = begin_frame(out);
  append_delimited(out, header);
  append_delimited(out, request);
  append_varint(out, parameter.size());
  out.append(parameter);
  end_frame(out, start);
}

Result<std::string_view> read_delimited_bytes(std::string_view& in) {
  const auto length = read_varint(in);
  if (!length || *length > in.size()) return error(StatusCode::kRpcServer, "a message's length exceeds its frame");
  const std::string_view bytes = in.substr(0, *length);
  in.remove_prefix(*length);
  return bytes;
}

Result<void> read_delimited(std::string_view& in, google::protobuf::MessageLite& message) {
  TRY(const std::string_view bytes, read_delimited_bytes(in));
  if (!message.ParsePartialFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return error(StatusCode::kRpcServer, "a message of " + message.GetTypeName() + " is malformed");
  }
  if (!message.IsInitialized()) {
    return error(StatusCode::kRpcServer, "Message missing required fields: " + message.InitializationErrorString());
  }
  return {};
}

}  // namespace tusker::rpc
