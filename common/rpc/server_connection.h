#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/async/notify.h"
#include "common/base/mutex.h"
#include "common/rpc/call_context.h"
#include "common/rpc/sasl_server.h"
#include "common/rpc/server.h"
#include "hadoop/IpcConnectionContext.pb.h"
#include "hadoop/ProtobufRpcEngine2.pb.h"
#include "hadoop/RpcHeader.pb.h"

namespace tusker::rpc {

// One client's connection. Lives on its stream's strand, kept alive by its reader, its writer and its calls; all of them are tasks of the
// server. Calls run on the same strand and interleave at their waits; what needs CPU or disk for long goes to the disk pool. Calls that
// need no wait are answered by the reader itself.
class ServerConnection : public std::enable_shared_from_this<ServerConnection> {
 public:
  ServerConnection(Server& server, std::unique_ptr<Stream> stream);
  ~ServerConnection();

  // Reads until the peer leaves or breaks a rule.
  static Task<void> read_loop(std::shared_ptr<ServerConnection> self);
  // Sends answers, as many in one write as have gathered.
  static Task<void> write_loop(std::shared_ptr<ServerConnection> self);

 private:
  using RequestHeader = hadoop::common::RpcRequestHeaderProto;
  // A refusal that ends the connection.
  struct Fatal {
    int32_t call_id;
    hadoop::common::RpcResponseHeaderProto::RpcErrorCodeProto code;
    Status status;
  };

  Task<bool> read_preamble();
  // What came, of what is wanted. False when the peer left or was idle for too long.
  bool has(size_t bytes) const { return in_.size() - in_taken_ >= bytes; }
  Task<bool> fill(size_t bytes);
  bool has_room() const;
  Task<void> wait_for_room();
  // The next whole frame's bytes if they are at hand. An error for a length beyond the limit.
  Result<std::optional<std::string_view>> next_frame();
  // Takes the frames that are at hand; false when the connection is to end.
  Task<bool> take_frames();
  // Takes one frame; a Fatal ends the connection.
  std::optional<Fatal> on_frame(std::string_view frame);
  std::optional<Fatal> on_out_of_band(const RequestHeader& header, std::string_view body);
  std::optional<Fatal> on_context(std::string_view body);
  Task<std::optional<Fatal>> check_impersonation();
  std::optional<Fatal> on_sasl(std::string_view body);
  std::optional<Fatal> on_call(const RequestHeader& header, std::string_view body);
  Task<void> read();
  Task<void> write();
  // False when the call has to wait for something.
  bool answer_directly(const Method& method, std::string_view parameter);
  // False when it can't be started without a task.
  bool start_call(const Method& method, std::string_view parameter);
  // A started call has ended; any thread. Those of one moment are answered together.
  void finish_later(CallContext context, Result<std::string> result);
  void answer_finished();
  static Task<void> run_call(std::shared_ptr<ServerConnection> self, const Method* method, CallContext context, std::string parameter);

  // Tells that out_ has grown: soon after, all that has gathered goes out.
  void out_grew();
  void flush();
  void answer(const CallContext& context, const Result<std::string>& result);
  void answer_error(const CallContext& context, const Status& status, hadoop::common::RpcResponseHeaderProto::RpcErrorCodeProto code);
  void send_fatal(const Fatal& fatal);
  void send_bytes(std::string_view bytes);
  void reject_version(uint8_t version);

  Server& server_;
  std::unique_ptr<Stream> stream_;
  std::optional<SaslServer> sasl_;
  bool context_seen_ = false;
  bool closed_ = false;
  bool impersonates_ = false;  // and whether it may isn't known yet
  std::string context_protocol_;
  std::string in_;       // bytes received and not yet taken
  size_t in_taken_ = 0;  // of in_, from its front
  std::string out_;      // answers not yet sent
  bool taking_ = false;  // a frame is being taken: flush() comes after the last one at hand
  bool flush_posted_ = false;
  bool writer_sends_ = false;  // the writer waits for the peer to take what it was given
  size_t calls_in_progress_ = 0;
  struct Finished {
    CallContext context;
    Result<std::string> result;
  };
  Mutex finished_mutex_;
  std::vector<Finished> finished_ TUSKER_GUARDED_BY(finished_mutex_);
  // Of the frame that is being taken; kept for their strings' memory.
  RequestHeader header_;
  hadoop::common::RequestHeaderProto request_;
  hadoop::common::RpcResponseHeaderProto answer_header_;
  CallContext context_;
  Notify out_ready_;
  Notify room_;
};

}  // namespace tusker::rpc
