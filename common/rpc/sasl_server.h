#pragma once

#include <optional>
#include <string>

#include "common/base/result.h"
#include "common/env/random.h"
#include "common/rpc/sasl_digest_md5.h"
#include "common/rpc/token_authenticator.h"
#include "common/security/user.h"
#include "hadoop/RpcHeader.pb.h"

namespace tusker::rpc {

// The server's side of one connection's SASL negotiation (org.apache.hadoop.ipc.Server.saslProcess). Owned by the connection, on its
// strand. A failure is fatal for the connection: the caller sends it and closes.
class SaslServer {
 public:
  // `tokens` null: no TOKEN is offered. Both must outlive it.
  SaslServer(Random& random, TokenAuthenticator* tokens, bool simple_allowed);
  ~SaslServer();

  // Takes one message of the client, gives the answer to send, if there is one.
  Result<std::optional<hadoop::common::RpcSaslProto>> on_message(const hadoop::common::RpcSaslProto& message);

  bool done() const { return done_; }
  // The user that a token stands for, and its identifier; empty after SIMPLE.
  const std::optional<security::User>& token_user() const { return token_user_; }
  const std::string& token_identifier() const { return token_identifier_; }

 private:
  using Answer = Result<std::optional<hadoop::common::RpcSaslProto>>;
  Answer negotiate();
  Answer initiate(const hadoop::common::RpcSaslProto& message);
  Answer respond_token(const std::string& response);

  Random& random_;  // of nonces
  TokenAuthenticator* tokens_;
  bool simple_allowed_;
  bool done_ = false;
  bool negotiated_ = false;
  std::optional<DigestMd5Server> digest_;
  std::optional<security::User> token_user_;
  std::string token_identifier_;
};

// "[TOKEN, SIMPLE]": the methods on offer, as Hadoop's refusals list them.
std::string available_methods(bool tokens, bool simple);

}  // namespace tusker::rpc
