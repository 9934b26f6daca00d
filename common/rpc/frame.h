#pragma once

#include <google/protobuf/message_lite.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "common/base/result.h"

namespace tusker::rpc {

// RPC v9 framing (org.apache.hadoop.ipc): int32 length, then protobuf messages each preceded by a varint length.
inline constexpr char kMagic[] = {'h', 'r', 'p', 'c'};
inline constexpr uint8_t kVersion = 9;
inline constexpr uint8_t kAuthNone = 0x00;
inline constexpr uint8_t kAuthSasl = 0xDF;
inline constexpr int32_t kCallIdAuthorizationFailed = -1;
inline constexpr int32_t kCallIdConnectionContext = -3;
inline constexpr int32_t kCallIdPing = -4;
inline constexpr int32_t kCallIdSasl = -33;
inline constexpr size_t kPreambleBytes = 7;

// Appends a whole frame of the messages, each delimited.
void append_frame(std::string& out, std::initializer_list<const google::protobuf::MessageLite*> messages);
// The same with an already serialized last message.
void append_frame(std::string& out, const google::protobuf::MessageLite& header, std::string_view body);
// A call's frame: its header, which method of which protocol, and the serialized parameter.
void append_call(std::string& out, const google::protobuf::MessageLite& header, const google::protobuf::MessageLite& request,
                 std::string_view parameter);
// Reads one delimited message and removes it from `in`. kRpcServer when the bytes are not one.
Result<void> read_delimited(std::string_view& in, google::protobuf::MessageLite& message);
// The bytes of one delimited message, removed from `in`.
Result<std::string_view> read_delimited_bytes(std::string_view& in);

}  // namespace tusker::rpc
