#include "common/log/log.h"
#include "namenode/ops/delegation_tokens.h"
#include "namenode/rpc/client_protocol.h"

namespace tusker::namenode {

namespace hc = hadoop::common;

namespace {

security::Token token_of(const hc::TokenProto& proto) { return {proto.identifier(), proto.password(), proto.kind(), proto.service()}; }

}  // namespace

Task<Result<hc::GetDelegationTokenResponseProto>> ClientProtocol::get_delegation_token(Call call,
                                                                                       hc::GetDelegationTokenRequestProto request) {
  CO_TRY(const auto token,
         co_await change("Cannot issue delegation token", [this, call, request](Transaction& tx) -> Result<std::optional<security::Token>> {
           if (!ns_.settings().tokens_always) return std::nullopt;
           TRY(auto made, namenode::get_delegation_token(ns_, tx, call.user, request.renewer()));
           return made;
         }));
  hc::GetDelegationTokenResponseProto response;
  if (!token) {
    LOG_WARN("trying to get DT with no secret manager running");
    co_return response;
  }
  auto* out = response.mutable_token();
  out->set_identifier(token->identifier);
  out->set_password(token->password);
  out->set_kind(token->kind);
  out->set_service(token->service);
  co_return response;
}

Task<Result<hc::RenewDelegationTokenResponseProto>> ClientProtocol::renew_delegation_token(Call call,
                                                                                           hc::RenewDelegationTokenRequestProto request) {
  CO_TRY(const int64_t until_ms, co_await change("Cannot renew delegation token", [this, call, request](Transaction& tx) {
           return namenode::renew_delegation_token(ns_, tx, token_of(request.token()), call.user.name);
         }));
  hc::RenewDelegationTokenResponseProto response;
  response.set_newexpirytime(static_cast<uint64_t>(until_ms));
  co_return response;
}

Task<Result<hc::CancelDelegationTokenResponseProto>> ClientProtocol::cancel_delegation_token(
    Call call, hc::CancelDelegationTokenRequestProto request) {
  CO_TRY_VOID(co_await change("Cannot cancel delegation token", [call, request](Transaction& tx) {
    return namenode::cancel_delegation_token(tx, token_of(request.token()), call.user.name);
  }));
  co_return hc::CancelDelegationTokenResponseProto();
}

}  // namespace tusker::namenode
