#include "common/rpc/sasl_server.h"

#include <fmt/format.h>

namespace tusker::rpc {

using hadoop::common::RpcSaslProto;

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
    case RpcSaslProto::NEGOTIATE: return negotiate();
    case RpcSaslProto::INITIATE: return initiate(message);
    case RpcSaslProto::RESPONSE:
      if (!message.has_token()) return error(StatusCode::kSasl, "Client did not send a token");
      return respond_token(message.token());
    default: return error(StatusCode::kSasl, "Client sent unsupported state " + RpcSaslProto::SaslState_Name(message.state()));
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
  return error(StatusCode::kSasl, "TOKEN authentication is not available on this server");
}

SaslServer::Answer SaslServer::initiate(const RpcSaslProto& message) {
  if (message.auths_size() != 1) return error(StatusCode::kSasl, "Client mechanism is malformed");
  const auto& auth = message.auths(0);
  if (auth.method() == "SIMPLE" && simple_allowed_) {
    done_ = true;
    return std::nullopt;
  }
  if (!negotiated_) return negotiate();
  return error(StatusCode::kAccessControl, fmt::format("{} authentication is not enabled.  Available:{}", auth.method(),
                                                       available_methods(tokens_ != nullptr, simple_allowed_)));
}

SaslServer::Answer SaslServer::respond_token(const std::string&) {
  static_cast<void>(random_);
  return error(StatusCode::kSasl, "no token exchange is under way");
}

}  // namespace tusker::rpc
