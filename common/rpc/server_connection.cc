#include "common/rpc/server_connection.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>

#include "common/base/java_exceptions.h"
#include "common/log/log.h"
#include "common/rpc/frame.h"

namespace tusker::rpc {

using hadoop::common::RpcResponseHeaderProto;
using hadoop::common::RpcSaslProto;

namespace {

constexpr size_t kReadBytes = 64 << 10;
constexpr size_t kOutBytesMax = 16 << 20;  // answers waiting; beyond it the connection isn't read
constexpr size_t kOutKeptMax = 1 << 20;    // of an empty buffer
constexpr std::string_view kHttpAnswer =
    "HTTP/1.1 404 Not Found\r\nContent-type: text/plain\r\n\r\n"
    "It looks like you are making an HTTP request to a Hadoop IPC port. "
    "This is not the correct port for the web interface on this daemon.\r\n";

}  // namespace

ServerConnection::ServerConnection(Server& server, std::unique_ptr<Stream> stream)
    : server_(server), stream_(std::move(stream)), out_ready_(server.env_.clock), room_(server.env_.clock) {
  ++server_.stats_.connections;
}

ServerConnection::~ServerConnection() { --server_.stats_.connections; }

Task<bool> ServerConnection::fill(size_t bytes) {
  if (in_taken_ > 0 && (in_taken_ == in_.size() || in_taken_ > kReadBytes)) {
    in_.erase(0, in_taken_);
    in_taken_ = 0;
  }
  while (!has(bytes)) {
    const size_t have = in_.size();
    const size_t wanted = have + std::max(kReadBytes, bytes - (have - in_taken_));
    in_.resize_and_overwrite(wanted, [](char*, size_t size) { return size; });  // no zeros over what is read into
    auto got = co_await stream_->read_some(MutableBytes(in_.data() + have, in_.size() - have),
                                           server_.env_.clock.after(server_.options_.idle_max));
    in_.resize(have + (got ? *got : 0));
    if (!got) {
      if (got.error().code() == StatusCode::kTimeout && calls_in_progress_ > 0) continue;
      co_return false;
    }
    server_.stats_.bytes_received += static_cast<int64_t>(*got);
  }
  co_return true;
}

void ServerConnection::send_bytes(std::string_view bytes) {
  out_.append(bytes);
  out_grew();
}

void ServerConnection::out_grew() {
  if (taking_ || flush_posted_ || writer_sends_) return;
  flush_posted_ = true;
  asio::post(stream_->executor(), [self = shared_from_this()] {
    self->flush_posted_ = false;
    self->flush();
  });
}

void ServerConnection::flush() {
  if (writer_sends_ || out_.empty()) return;
  if (!closed_) {
    const auto sent = stream_->try_write(out_);
    if (!sent) {
      closed_ = true;
    } else {
      server_.stats_.bytes_sent += static_cast<int64_t>(*sent);
      out_.erase(0, *sent);
      if (out_.empty()) {
        if (out_.capacity() > kOutKeptMax) std::string().swap(out_);
        room_.notify_all();
        return;
      }
    }
  }
  out_ready_.notify_all();  // the rest waits for the peer
}

void ServerConnection::reject_version(uint8_t version) {
  const std::string text = fmt::format("Server IPC version {} cannot communicate with client version {}", kVersion, version);
  if (version > kVersion) {
    send_fatal(
        Fatal{kCallIdAuthorizationFailed, RpcResponseHeaderProto::FATAL_VERSION_MISMATCH, Status(StatusCode::kVersionMismatch, text)});
    return;
  }
  // The layout that clients of that age read.
  const std::string_view java_class = java_class_of(StatusCode::kVersionMismatch);
  std::string bytes;
  if (version == 2) {
    append_be<int32_t>(bytes, 0);
    bytes.push_back(1);
  } else {
    append_be<int32_t>(bytes, -1);
    append_be<int32_t>(bytes, -1);
  }
  for (const std::string_view part : {java_class, std::string_view(text)}) {
    append_be<uint32_t>(bytes, static_cast<uint32_t>(part.size()));
    bytes.append(part);
  }
  send_bytes(bytes);
}

Task<bool> ServerConnection::read_preamble() {
  if (!co_await fill(4)) co_return false;
  const std::string_view magic(in_.data() + in_taken_, 4);
  if (magic == "GET ") {
    send_bytes(kHttpAnswer);
    co_return false;
  }
  if (magic != std::string_view(kMagic, sizeof kMagic)) {
    LOG_WARN("{} wrong magic {} from {}", server_.options_.name, to_hex(magic), stream_->remote().to_string());
    co_return false;
  }
  if (!co_await fill(kPreambleBytes)) co_return false;
  const auto version = static_cast<uint8_t>(in_[in_taken_ + 4]);
  const auto auth = static_cast<uint8_t>(in_[in_taken_ + 6]);
  in_taken_ += kPreambleBytes;
  if (version != kVersion) {
    reject_version(version);
    co_return false;
  }
  if (auth == kAuthSasl) {
    sasl_.emplace(server_.env_.random, server_.options_.tokens, server_.options_.simple_allowed);
  } else if (auth != kAuthNone) {
    send_fatal(Fatal{kCallIdAuthorizationFailed, RpcResponseHeaderProto::FATAL_UNAUTHORIZED,
                     Status(StatusCode::kIo, fmt::format("Unknown auth protocol:{}", static_cast<int8_t>(auth)))});
    co_return false;
  } else if (!server_.options_.simple_allowed) {
    send_fatal(Fatal{kCallIdAuthorizationFailed, RpcResponseHeaderProto::FATAL_UNAUTHORIZED,
                     Status(StatusCode::kAccessControl, fmt::format("SIMPLE authentication is not enabled.  Available:{}",
                                                                    available_methods(server_.options_.tokens != nullptr, false)))});
    co_return false;
  }
  co_return true;
}

bool ServerConnection::has_room() const {
  return calls_in_progress_ < server_.options_.connection_calls_max && out_.size() <= kOutBytesMax;
}

Task<void> ServerConnection::wait_for_room() {
  while (!has_room() && !closed_) co_await room_.wait(kNever);  // a call ends, or the writer sends or gives up: each notifies
}

Task<void> ServerConnection::read_loop(std::shared_ptr<ServerConnection> self) { co_await self->read(); }
Task<void> ServerConnection::write_loop(std::shared_ptr<ServerConnection> self) { co_await self->write(); }

Result<std::optional<std::string_view>> ServerConnection::next_frame() {
  if (!has(4)) return std::nullopt;
  const auto length = load_be<uint32_t>(in_.data() + in_taken_);
  if (length == 0 || length > server_.options_.frame_bytes_max) {
    return error(StatusCode::kRpcServer,
                 fmt::format("frame of {} bytes: the limit is {} (ipc.maximum.data.length)", length, server_.options_.frame_bytes_max));
  }
  if (!has(4 + length)) return std::nullopt;
  const std::string_view frame(in_.data() + in_taken_ + 4, length);
  in_taken_ += 4 + length;
  return frame;
}

Task<bool> ServerConnection::take_frames() {
  while (!closed_) {
    const auto frame = next_frame();
    if (!frame) {
      LOG_WARN("{} from {}: {}", server_.options_.name, stream_->remote().to_string(), frame.error().message());
      co_return false;
    }
    if (!*frame) co_return true;
    taking_ = true;
    auto fatal = on_frame(**frame);
    if (!fatal && impersonates_) fatal = co_await check_impersonation();  // nothing is answered meanwhile
    taking_ = false;
    if (fatal) {
      LOG_WARN("{} refusing connection from {}: {}", server_.options_.name, stream_->remote().to_string(), fatal->status.to_string());
      send_fatal(*fatal);
      co_return false;
    }
    if (!has_room()) {
      flush();
      co_await wait_for_room();
    }
  }
  co_return false;
}

Task<void> ServerConnection::read() {
  bool going = co_await read_preamble();
  while (going && !closed_) {
    going = co_await take_frames();
    flush();
    // The length of what is at hand is within the limit, or take_frames() had refused it.
    if (going) going = co_await fill(has(4) ? 4 + load_be<uint32_t>(in_.data() + in_taken_) : 4);
  }
  closed_ = true;
  out_ready_.notify_all();
}

Task<void> ServerConnection::write() {
  std::string sending;
  while (true) {
    while (out_.empty() && !closed_) co_await out_ready_.wait(kNever);  // the reader ends in bounded time and notifies
    if (out_.empty()) break;
    sending.clear();
    std::swap(sending, out_);
    room_.notify_all();
    server_.stats_.bytes_sent += static_cast<int64_t>(sending.size());
    writer_sends_ = true;
    const auto sent = co_await stream_->write(sending, server_.env_.clock.after(server_.options_.write_timeout));
    writer_sends_ = false;
    if (!sent) break;
    if (sending.capacity() > kOutKeptMax) std::string().swap(sending);
  }
  closed_ = true;
  room_.notify_all();
  stream_->close();
}

std::optional<ServerConnection::Fatal> ServerConnection::on_frame(std::string_view frame) {
  RequestHeader& header = header_;
  if (auto read = read_delimited(frame, header); !read) {
    return Fatal{kCallIdAuthorizationFailed, RpcResponseHeaderProto::FATAL_DESERIALIZING_REQUEST, read.error()};
  }
  const auto invalid = [&header](std::string text) {
    return Fatal{header.callid(), RpcResponseHeaderProto::FATAL_INVALID_RPC_HEADER, Status(StatusCode::kRpcServer, std::move(text))};
  };
  if (!header.has_rpcop()) return invalid(" IPC Server: No rpc op in rpcRequestHeader");
  if (header.rpcop() != RequestHeader::RPC_FINAL_PACKET) {
    return invalid("IPC Server does not implement rpc header operation" + RequestHeader::OperationProto_Name(header.rpcop()));
  }
  if (!header.has_rpckind()) return invalid(" IPC Server: No rpc kind in rpcRequestHeader");
  if (header.callid() < 0) return on_out_of_band(header, frame);
  if (!context_seen_) return invalid("Connection context not established");
  if (header.rpckind() != hadoop::common::RPC_PROTOCOL_BUFFER) {
    return invalid(fmt::format(" IPC Server: Unknown rpc kind {}", static_cast<int>(header.rpckind())));
  }
  return on_call(header, frame);
}

std::optional<ServerConnection::Fatal> ServerConnection::on_out_of_band(const RequestHeader& header, std::string_view body) {
  switch (header.callid()) {
    case kCallIdPing:
      return std::nullopt;
    case kCallIdConnectionContext:
      return on_context(body);
    case kCallIdSasl:
      return on_sasl(body);
    default:
      return Fatal{header.callid(), RpcResponseHeaderProto::FATAL_INVALID_RPC_HEADER,
                   Status(StatusCode::kRpcServer, fmt::format("Unknown out of band call #{}", header.callid()))};
  }
}

std::optional<ServerConnection::Fatal> ServerConnection::on_context(std::string_view body) {
  const auto fatal = [](auto code, StatusCode status, std::string text) {
    return Fatal{kCallIdConnectionContext, code, Status(status, std::move(text))};
  };
  if (context_seen_)
    return fatal(RpcResponseHeaderProto::FATAL_INVALID_RPC_HEADER, StatusCode::kRpcServer, "Connection context already processed");
  if (sasl_ && !sasl_->done()) {
    return fatal(RpcResponseHeaderProto::FATAL_INVALID_RPC_HEADER, StatusCode::kRpcServer,
                 "Connection header sent during SASL negotiation");
  }
  hadoop::common::IpcConnectionContextProto context;
  if (auto read = read_delimited(body, context); !read) {
    return Fatal{kCallIdConnectionContext, RpcResponseHeaderProto::FATAL_DESERIALIZING_REQUEST, read.error()};
  }
  context_seen_ = true;
  context_.remote = stream_->remote();
  if (sasl_) context_.token_identifier = sasl_->token_identifier();
  context_protocol_ = context.protocol();
  const auto& info = context.userinfo();
  if (sasl_ && sasl_->token_user()) {
    context_.user = *sasl_->token_user();
    if (!info.effectiveuser().empty() && info.effectiveuser() != context_.user.name) {
      return fatal(
          RpcResponseHeaderProto::FATAL_UNAUTHORIZED, StatusCode::kAccessControl,
          fmt::format("Authenticated user ({}) doesn't match what the client claims to be ({})", context_.user.name, info.effectiveuser()));
    }
    return std::nullopt;
  }
  // Short names: a principal's realm and host don't count here.
  context_.user.name = info.effectiveuser().substr(0, info.effectiveuser().find_first_of("/@"));
  context_.user.real_name = info.realuser().substr(0, info.realuser().find_first_of("/@"));
  impersonates_ = !context_.user.real_name.empty() && context_.user.real_name != context_.user.name;
  return std::nullopt;
}

Task<std::optional<ServerConnection::Fatal>> ServerConnection::check_impersonation() {
  impersonates_ = false;  // once a connection
  const auto& check = server_.options_.check_impersonation;
  Result<void> allowed = error(StatusCode::kAuthorization,
                               fmt::format("User: {} is not allowed to impersonate {}", context_.user.real_name, context_.user.name));
  if (check) allowed = co_await check(context_.user, stream_->remote());
  if (allowed) co_return std::nullopt;
  co_return Fatal{kCallIdConnectionContext, RpcResponseHeaderProto::FATAL_UNAUTHORIZED, allowed.error()};
}

std::optional<ServerConnection::Fatal> ServerConnection::on_sasl(std::string_view body) {
  const auto fatal = [](Status status) { return Fatal{kCallIdSasl, RpcResponseHeaderProto::FATAL_UNAUTHORIZED, std::move(status)}; };
  if (!sasl_) {
    return Fatal{kCallIdSasl, RpcResponseHeaderProto::FATAL_INVALID_RPC_HEADER,
                 Status(StatusCode::kRpcServer, "SASL protocol not requested by client")};
  }
  RpcSaslProto message;
  if (auto read = read_delimited(body, message); !read) return fatal(read.error());
  auto reply = sasl_->on_message(message);
  if (!reply) return fatal(reply.error());
  if (*reply) {
    RpcResponseHeaderProto header;
    header.set_callid(static_cast<uint32_t>(kCallIdSasl));
    header.set_status(RpcResponseHeaderProto::SUCCESS);
    header.set_serveripcversionnum(kVersion);
    header.set_clientid("");
    header.set_retrycount(-1);
    std::string frame;
    append_frame(frame, {&header, &**reply});
    send_bytes(frame);
  }
  return std::nullopt;
}

std::optional<ServerConnection::Fatal> ServerConnection::on_call(const RequestHeader& header, std::string_view body) {
  if (auto read = read_delimited(body, request_); !read) {
    return Fatal{header.callid(), RpcResponseHeaderProto::FATAL_DESERIALIZING_REQUEST, read.error()};
  }
  auto parameter = read_delimited_bytes(body);
  if (!parameter) return Fatal{header.callid(), RpcResponseHeaderProto::FATAL_DESERIALIZING_REQUEST, parameter.error()};
  CallContext& context = context_;
  context.client_id = header.clientid();
  context.call_id = header.callid();
  context.retry_count = header.retrycount();
  ++server_.stats_.calls_total;

  const auto known = server_.index_.find(request_.declaringclassprotocolname());
  if (known == server_.index_.end()) {
    context.protocol = {};
    context.method = {};
    answer_error(context, Status(StatusCode::kNoSuchProtocol, "Unknown protocol: " + request_.declaringclassprotocolname()),
                 RpcResponseHeaderProto::ERROR_NO_SUCH_PROTOCOL);
    return std::nullopt;
  }
  const Protocol& protocol = *known->second.protocol;
  context.protocol = protocol.name;
  if (request_.clientprotocolversion() != protocol.version) {
    answer_error(context,
                 Status(StatusCode::kVersionMismatch, fmt::format("Protocol {} version mismatch. (client = {}, server = {})", protocol.name,
                                                                  request_.clientprotocolversion(), protocol.version)),
                 RpcResponseHeaderProto::ERROR_RPC_VERSION_MISMATCH);
    return std::nullopt;
  }
  const auto row = known->second.methods.find(request_.methodname());
  if (row == known->second.methods.end()) {
    answer_error(
        context,
        Status(StatusCode::kNoSuchMethod, fmt::format("Unknown method {} called on {} protocol.", request_.methodname(), protocol.name)),
        RpcResponseHeaderProto::ERROR_NO_SUCH_METHOD);
    return std::nullopt;
  }
  const Method* method = row->second;
  context.method = method->name;
  if (context_.user.name.empty()) {
    answer_error(context, Status(StatusCode::kAccessControl, "the connection names no user"), RpcResponseHeaderProto::FATAL_UNAUTHORIZED);
    return std::nullopt;
  }
  if (server_.stats_.calls_in_progress >= static_cast<int64_t>(server_.options_.calls_max)) {
    ++server_.stats_.calls_refused;
    answer_error(context, Status(StatusCode::kRetriable, "Server too busy"), RpcResponseHeaderProto::ERROR_RPC_SERVER);
    return std::nullopt;
  }
  if (method->direct && answer_directly(*method, *parameter)) return std::nullopt;
  if (method->starter && start_call(*method, *parameter)) return std::nullopt;
  ++calls_in_progress_;
  ++server_.stats_.calls_in_progress;
  server_.tasks_.spawn(stream_->executor(), run_call(shared_from_this(), method, context, std::string(*parameter)));
  return std::nullopt;
}

void ServerConnection::send_fatal(const Fatal& fatal) {
  RpcResponseHeaderProto header;
  header.set_callid(static_cast<uint32_t>(fatal.call_id));
  header.set_status(RpcResponseHeaderProto::FATAL);
  header.set_serveripcversionnum(kVersion);
  header.set_exceptionclassname(std::string(java_class_of(fatal.status.code())));
  header.set_errormsg(fatal.status.message());
  header.set_errordetail(fatal.code);
  header.set_clientid("");
  header.set_retrycount(-1);
  append_frame(out_, {&header});
  out_grew();
}

}  // namespace tusker::rpc
