#include "common/yarn/tokens.h"

#include <fmt/format.h>

#include "common/yarn/convert.h"
#include "common/yarn/protocols.h"

namespace tusker::yarn {
namespace {

template <class Identifier>
Result<Identifier> parse(std::string_view bytes, std::string_view kind) {
  Identifier identifier;
  if (bytes.empty() || !identifier.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return error(StatusCode::kInvalidToken, fmt::format("The identifier of this {} can't be decoded", kind));
  }
  return identifier;
}

security::Token sign(std::string identifier, std::string_view kind, std::string service, const MasterKey& key) {
  std::string password = key.password_of(identifier);
  return {std::move(identifier), std::move(password), std::string(kind), std::move(service)};
}

}  // namespace

security::Token make_am_rm_token(const ApplicationAttemptId& attempt, const MasterKey& key) {
  hadoop::yarn::AMRMTokenIdentifierProto identifier;
  *identifier.mutable_appattemptid() = to_proto(attempt);
  identifier.set_keyid(key.key_id);
  return sign(identifier.SerializeAsString(), kAmRmTokenKind, "", key);
}

security::Token make_nm_token(const ApplicationAttemptId& attempt, const NodeId& node, std::string_view submitter, std::string service,
                              const MasterKey& key) {
  hadoop::yarn::NMTokenIdentifierProto identifier;
  *identifier.mutable_appattemptid() = to_proto(attempt);
  *identifier.mutable_nodeid() = to_proto(node);
  identifier.set_appsubmitter(std::string(submitter));
  identifier.set_keyid(key.key_id);
  return sign(identifier.SerializeAsString(), kNmTokenKind, std::move(service), key);
}

security::Token make_container_token(hadoop::yarn::ContainerTokenIdentifierProto identifier, std::string service, const MasterKey& key) {
  identifier.set_masterkeyid(key.key_id);
  return sign(identifier.SerializeAsString(), kContainerTokenKind, std::move(service), key);
}

Result<hadoop::yarn::AMRMTokenIdentifierProto> parse_am_rm_identifier(std::string_view bytes) {
  return parse<hadoop::yarn::AMRMTokenIdentifierProto>(bytes, kAmRmTokenKind);
}

Result<hadoop::yarn::NMTokenIdentifierProto> parse_nm_identifier(std::string_view bytes) {
  return parse<hadoop::yarn::NMTokenIdentifierProto>(bytes, kNmTokenKind);
}

Result<hadoop::yarn::ContainerTokenIdentifierProto> parse_container_identifier(std::string_view bytes) {
  return parse<hadoop::yarn::ContainerTokenIdentifierProto>(bytes, kContainerTokenKind);
}

hadoop::common::TokenProto to_proto(const security::Token& token) {
  hadoop::common::TokenProto proto;
  proto.set_identifier(token.identifier);
  proto.set_password(token.password);
  proto.set_kind(token.kind);
  proto.set_service(token.service);
  return proto;
}

security::Token from_proto(const hadoop::common::TokenProto& proto) {
  return {proto.identifier(), proto.password(), proto.kind(), proto.service()};
}

}  // namespace tusker::yarn
