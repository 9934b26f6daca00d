#include "common/rpc/client_connection.h"

#include <fmt/format.h>

#include <boost/asio/post.hpp>

#include "common/base/java_exceptions.h"
#include "common/log/log.h"
#include "common/rpc/frame.h"
#include "common/rpc/sasl_digest_md5.h"
#include "common/security/digest.h"
#include "hadoop/IpcConnectionContext.pb.h"
#include "hadoop/ProtobufRpcEngine2.pb.h"

namespace tusker::rpc {

using hadoop::common::RpcRequestHeaderProto;
using hadoop::common::RpcResponseHeaderProto;

namespace {

RpcRequestHeaderProto request_header(int32_t call_id, int32_t retry_count, const std::string& client_id) {
  RpcRequestHeaderProto header;
  header.set_rpckind(hadoop::common::RPC_PROTOCOL_BUFFER);
  header.set_rpcop(RpcRequestHeaderProto::RPC_FINAL_PACKET);
  header.set_callid(call_id);
  header.set_clientid(client_id);
  header.set_retrycount(retry_count);
  return header;
}

// A Java server appends its stack trace; the message is what stands before it.
std::string message_of(const std::string& text) {
  const size_t trace = text.find("\n\tat ");
  return text.substr(0, trace);
}

}  // namespace

void Client::Pool::forget(const ClientConnection* connection) {
  MutexLock lock(mutex);
  std::erase_if(connections, [connection](const auto& entry) { return entry.second.get() == connection; });
}

ClientConnection::ClientConnection(Env& env, const ClientOptions& options, const std::string& client_id, Target target,
                                   std::shared_ptr<Client::Pool> pool)
    : env_(env),
      options_(options),
      client_id_(client_id),
      target_(std::move(target)),
      pool_(std::move(pool)),
      strand_(env.make_strand()),
      last_activity_(env.clock.now()),
      last_sent_(env.clock.now()),
      changed_(env.clock) {}

void ClientConnection::start(TaskGroup& tasks) {
  tasks.spawn(strand_, run(shared_from_this()));
  tasks.spawn(strand_, write_loop(shared_from_this()));
  tasks.spawn(strand_, watch_loop(shared_from_this()));
}

void ClientConnection::submit(PendingCall call) {
  asio::post(strand_, [self = shared_from_this(), call = std::move(call)]() mutable { self->enqueue(std::move(call)); });
}

void ClientConnection::enqueue(PendingCall call) {
  if (dead_) {
    call.outcome.set(CallOutcome{error(StatusCode::kUnavailable, "the connection to " + target_.server.to_string() + " was closed"), true});
    return;
  }
  const auto header = request_header(call.call_id, call.retry_count, client_id_);
  hadoop::common::RequestHeaderProto request;
  request.set_methodname(call.method);
  request.set_declaringclassprotocolname(target_.protocol);
  request.set_clientprotocolversion(1);
  append_call(out_, header, request, call.parameter);
  call.parameter.clear();
  last_activity_ = env_.clock.now();
  pending_.insert_or_assign(call.call_id, std::move(call));
  changed_.notify_all();
}

void ClientConnection::append_context(std::string& out) const {
  const auto header = request_header(kCallIdConnectionContext, -1, "");
  hadoop::common::IpcConnectionContextProto context;
  if (!target_.token) {
    context.mutable_userinfo()->set_effectiveuser(target_.user.name);
    if (!target_.user.real_name.empty()) context.mutable_userinfo()->set_realuser(target_.user.real_name);
  }
  context.set_protocol(target_.protocol);
  append_frame(out, {&header, &context});
}

Task<Result<void>> ClientConnection::connect() {
  CO_TRY(stream_, co_await env_.network.connect(target_.server, strand_, env_.clock.after(options_.connect_timeout)));
  co_return co_await authenticate();
}

Task<Result<void>> ClientConnection::authenticate() {
  std::string hello(kMagic, sizeof kMagic);
  hello.push_back(static_cast<char>(kVersion));
  hello.push_back(0);  // service class
  if (target_.token) co_return co_await authenticate_by_token(std::move(hello));
  hello.push_back(static_cast<char>(kAuthNone));
  append_context(hello);
  co_return co_await stream_->write(hello, env_.clock.after(options_.connect_timeout));
}

// One message of the server's side of the negotiation.
Task<Result<hadoop::common::RpcSaslProto>> ClientConnection::read_sasl() {
  CO_TRY(const std::string frame, co_await read_frame(env_.clock.after(options_.connect_timeout)));
  std::string_view rest = frame;
  RpcResponseHeaderProto header;
  CO_TRY_VOID(read_delimited(rest, header));
  if (header.status() != RpcResponseHeaderProto::SUCCESS) {
    co_return error(status_of_java(header.exceptionclassname(), message_of(header.errormsg())));
  }
  hadoop::common::RpcSaslProto message;
  CO_TRY_VOID(read_delimited(rest, message));
  co_return message;
}

// org.apache.hadoop.security.SaslRpcClient.saslConnect for a token. `hello`: the preamble without its last byte.
Task<Result<void>> ClientConnection::authenticate_by_token(std::string hello) {
  using hadoop::common::RpcSaslProto;
  const auto deadline = env_.clock.after(options_.connect_timeout);
  const auto header = request_header(kCallIdSasl, -1, "");
  // 1. ask what the server offers
  hello.push_back(static_cast<char>(kAuthSasl));
  RpcSaslProto negotiate;
  negotiate.set_state(RpcSaslProto::NEGOTIATE);
  append_frame(hello, {&header, &negotiate});
  CO_TRY_VOID(co_await stream_->write(hello, deadline));
  CO_TRY(const RpcSaslProto offer, co_await read_sasl());
  std::string out;
  if (offer.state() == RpcSaslProto::SUCCESS) {  // the server knows SIMPLE alone
    append_context(out);
    co_return co_await stream_->write(out, deadline);
  }
  const auto auth =
      std::ranges::find_if(offer.auths(), [](const auto& one) { return one.method() == "TOKEN" && one.mechanism() == kDigestMechanism; });
  if (auth == offer.auths().end()) {
    co_return error(StatusCode::kAccessControl, "Client cannot authenticate via:[TOKEN]; the server offers no DIGEST-MD5");
  }
  // 2. answer the challenge in the offer
  DigestMd5Client digest(*target_.token, security::base64(env_.random.bytes(30)));
  RpcSaslProto initiate;
  initiate.set_state(RpcSaslProto::INITIATE);
  *initiate.add_auths() = *auth;
  initiate.mutable_auths(0)->clear_challenge();
  CO_TRY(*initiate.mutable_token(), digest.respond(auth->challenge()));
  append_frame(out, {&header, &initiate});
  CO_TRY_VOID(co_await stream_->write(out, deadline));
  // 3. the server proves itself, then calls flow
  CO_TRY(const RpcSaslProto success, co_await read_sasl());
  if (success.state() != RpcSaslProto::SUCCESS) co_return error(StatusCode::kSasl, "Server sent another message than SUCCESS");
  CO_TRY_VOID(digest.check(success.token()));
  out.clear();
  append_context(out);
  co_return co_await stream_->write(out, deadline);
}

Task<Result<std::string>> ClientConnection::read_frame(Deadline deadline) {
  char length_bytes[4];
  CO_TRY_VOID(co_await stream_->read_exactly(length_bytes, deadline));
  const auto length = load_be<uint32_t>(length_bytes);
  if (length == 0 || length > options_.frame_bytes_max) {
    co_return error(StatusCode::kIo, fmt::format("RPC response has a length of {} exceeds maximum data length", length));
  }
  std::string frame(length, '\0');
  CO_TRY_VOID(co_await stream_->read_exactly(MutableBytes(frame), deadline));
  co_return frame;
}

Result<void> ClientConnection::on_frame(std::string_view frame) {
  RpcResponseHeaderProto header;
  TRY_VOID(read_delimited(frame, header));
  const auto call_id = static_cast<int32_t>(header.callid());
  const auto failure = [&header] { return status_of_java(header.exceptionclassname(), message_of(header.errormsg())); };
  if (header.status() == RpcResponseHeaderProto::FATAL) return error(failure());
  const auto it = pending_.find(call_id);
  if (it == pending_.end()) return {};  // its caller gave up
  auto outcome = it->second.outcome;
  pending_.erase(it);
  last_activity_ = env_.clock.now();
  if (header.status() == RpcResponseHeaderProto::ERROR) {
    outcome.set(CallOutcome{error(failure())});
    return {};
  }
  auto body = read_delimited_bytes(frame);
  if (!body) {
    outcome.set(CallOutcome{error(body.error())});
    return error(body.error());
  }
  outcome.set(CallOutcome{std::string(*body)});
  return {};
}

Task<void> ClientConnection::run(std::shared_ptr<ClientConnection> self) {
  struct Unwinding {  // a cancelled client must not leave callers waiting
    ClientConnection& connection;
    ~Unwinding() { connection.die(Status(StatusCode::kCancelled, "the RPC client was stopped")); }
  } unwinding{*self};
  if (auto connected = co_await self->connect(); !connected) {
    // A server that hangs up in the middle of the greeting is one that can't be reached now.
    const Status& why = connected.error();
    self->die(why.code() == StatusCode::kEof ? Status(StatusCode::kUnavailable, why.message()) : why);
    co_return;
  }
  if (self->dead_) {  // its callers gave up meanwhile
    self->stream_->close();
    co_return;
  }
  self->ready_ = true;
  self->last_activity_ = self->env_.clock.now();
  self->changed_.notify_all();
  // One read brings many small answers.
  std::string& in = self->in_;
  for (;;) {
    constexpr size_t kReadBytes = 32 << 10;
    size_t need = 4;
    size_t taken = 0;
    while (in.size() - taken >= 4) {
      const auto length = load_be<uint32_t>(in.data() + taken);
      if (length == 0 || length > self->options_.frame_bytes_max) {
        self->die(Status(StatusCode::kIo, fmt::format("RPC response has a length of {} exceeds maximum data length", length)));
        co_return;
      }
      if (in.size() - taken < 4 + length) {
        need = 4 + length;
        break;
      }
      if (auto handled = self->on_frame(std::string_view(in).substr(taken + 4, length)); !handled) {
        self->die(handled.error());
        co_return;
      }
      taken += 4 + length;
    }
    in.erase(0, taken);
    const size_t have = in.size();
    in.resize(have + std::max(kReadBytes, need > have ? need - have : 0));
    auto got = co_await self->stream_->read_some(MutableBytes(in.data() + have, in.size() - have), kNever);  // watch_loop closes the stream
    in.resize(have + (got ? *got : 0));
    if (!got) {
      self->die(Status(StatusCode::kUnavailable, got.error().message()));
      co_return;
    }
  }
}

Task<void> ClientConnection::write_loop(std::shared_ptr<ClientConnection> self) {
  std::string sending;
  while (true) {
    while ((self->out_.empty() || !self->ready_) && !self->dead_) co_await self->changed_.wait(kNever);  // run() dies in bounded time
    if (self->dead_) co_return;
    sending.clear();
    std::swap(sending, self->out_);
    self->last_sent_ = self->env_.clock.now();
    if (auto sent = co_await self->stream_->write(sending, self->env_.clock.after(self->options_.connect_timeout)); !sent) {
      self->die(Status(StatusCode::kUnavailable, sent.error().message()));
      co_return;
    }
  }
}

// The earliest moment at which something is due: a call's deadline, a ping, the idle end.
Deadline ClientConnection::next_event() const {
  if (pending_.empty()) return last_activity_ + options_.idle_max;
  Deadline next = last_sent_ + options_.ping_interval;
  for (const auto& [id, call] : pending_) next = std::min(next, call.deadline);
  return next;
}

Task<void> ClientConnection::watch_loop(std::shared_ptr<ClientConnection> self) {
  while (!self->dead_) {
    co_await self->changed_.wait(self->next_event());
    const TimePoint now = self->env_.clock.now();
    for (auto it = self->pending_.begin(); it != self->pending_.end();) {
      if (it->second.deadline > now) {
        ++it;
        continue;
      }
      it->second.outcome.set(CallOutcome{error(
          StatusCode::kTimeout, fmt::format("{} to {} was not answered in time", it->second.method, self->target_.server.to_string()))});
      it = self->pending_.erase(it);
    }
    if (self->dead_) break;
    if (self->pending_.empty() && now >= self->last_activity_ + self->options_.idle_max) {
      self->die(Status(StatusCode::kUnavailable, "idle"));
    } else if (!self->pending_.empty() && self->ready_ && now >= self->last_sent_ + self->options_.ping_interval) {
      self->last_sent_ = now;
      const auto ping = request_header(kCallIdPing, -1, "");
      append_frame(self->out_, {&ping});
      self->changed_.notify_all();
    }
  }
}

void ClientConnection::die(const Status& why) {
  if (dead_) return;
  dead_ = true;
  pool_->forget(this);
  if (stream_) stream_->close();
  const bool try_again = stream_ != nullptr && !ready_ && why.code() == StatusCode::kUnavailable;
  for (auto& [id, call] : pending_) call.outcome.set(CallOutcome{error(why.code(), why.message()), try_again});
  pending_.clear();
  if (ready_ && why.code() == StatusCode::kUnavailable && options_.on_connection_lost) options_.on_connection_lost(target_.server);
  changed_.notify_all();
}

}  // namespace tusker::rpc
