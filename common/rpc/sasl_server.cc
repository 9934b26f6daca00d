#include "common/rpc/sasl_server.h"

#include <fmt/format.h>

#include "common/rpc/sasl_digest_md5.h"
#include "common/security/digest.h"

namespace tusker::rpc {

using hadoop::common::RpcSaslProto;

namespace {

constexpr size_t kNonceBytes = 30;

// What is advertised for tokens, without the challenge. The empty protocol must be present.
RpcSaslProto::SaslAuth token_auth() {
  RpcSaslProto::SaslAuth auth;
  auth.set_method("TOKEN");
  auth.set_mechanism(std::string(kDigestMechanism));
  auth.set_protocol("");
  auth.set_serverid(std::string(kDigestServerId));
  return auth;
}

}  // namespace

std::string available_methods(bool tokens, bool simple) {
  if (tokens && simple) return "[TOKEN, SIMPLE]";
  return tokens ? "[TOKEN]" : "[SIMPLE]";
}

SaslServer::SaslServer(Random& random, TokenAuthenticator* tokens, bool simple_allowed)
    : random_(random), tokens_(tokens), simple_allowed_(simple_allowed) {}
SaslServer::~SaslServer() = default;

SaslServer::Answer SaslServer::on_message(const RpcSaslProto& message) {
  if (done_) return error(StatusCode::kRpcServer, "Negotiation is already complete");
  switch (message.state()) {
    case RpcSaslProto::NEGOTIATE:
      return negotiate();
    case RpcSaslProto::INITIATE:
      return initiate(message);
    case RpcSaslProto::RESPONSE:
      if (!message.has_token()) return error(StatusCode::kSasl, "Client did not send a token");
      return respond_token(message.token());
    default:
      return error(StatusCode::kSasl, "Client sent unsupported state " + RpcSaslProto::SaslState_Name(message.state()));
  }
}

SaslServer::Answer SaslServer::negotiate() {
  RpcSaslProto answer;
  negotiated_ = true;
  if (tokens_ == nullptr) {  // simple alone: the client goes on without SASL
    answer.set_state(RpcSaslProto::SUCCESS);
    done_ = true;
    return answer;
  }
  answer.set_state(RpcSaslProto::NEGOTIATE);
  digest_.emplace(security::base64(random_.bytes(kNonceBytes)));
  *answer.add_auths() = token_auth();
  // Java sends the challenge here already, which saves a round trip.
  answer.mutable_auths(0)->set_challenge(digest_->challenge());
  if (simple_allowed_) {
    auto* simple = answer.add_auths();
    simple->set_method("SIMPLE");
    simple->set_mechanism("");
    simple->set_protocol("");
    simple->set_serverid("");
  }
  return answer;
}

SaslServer::Answer SaslServer::initiate(const RpcSaslProto& message) {
  if (message.auths_size() != 1) return error(StatusCode::kSasl, "Client mechanism is malformed");
  const auto& auth = message.auths(0);
  if (auth.method() == "SIMPLE" && simple_allowed_) {
    done_ = true;
    return std::nullopt;
  }
  if (!negotiated_) return negotiate();
  // The client copies what was advertised, byte for byte.
  if (tokens_ == nullptr || auth.SerializeAsString() != token_auth().SerializeAsString()) {
    return error(StatusCode::kAccessControl, fmt::format("{} authentication is not enabled.  Available:{}", auth.method(),
                                                         available_methods(tokens_ != nullptr, simple_allowed_)));
  }
  if (!message.has_token()) return error(StatusCode::kSasl, "Client did not send a token");
  return respond_token(message.token());
}

SaslServer::Answer SaslServer::respond_token(const std::string& response) {
  if (!digest_) return error(StatusCode::kSasl, "no token exchange is under way");
  TRY(auto accepted, digest_->verify(response, [this](std::string_view identifier) { return tokens_->password_of(identifier); }));
  TRY(token_user_, tokens_->user_of(accepted.identifier));
  token_identifier_ = std::move(accepted.identifier);
  done_ = true;
  RpcSaslProto answer;
  answer.set_state(RpcSaslProto::SUCCESS);
  answer.set_token(accepted.rspauth);
  return answer;
}

}  // namespace tusker::rpc
