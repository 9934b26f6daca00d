#include "nodemanager/ops/token_secrets.h"

#include <fmt/format.h>

#include "common/security/digest.h"
#include "common/yarn/convert.h"

namespace tusker::nodemanager {
namespace {

void set_key(std::optional<yarn::MasterKeyPair>& keys, yarn::MasterKey key) {
  if (keys) {
    keys->roll_to(std::move(key));
  } else {
    keys = yarn::MasterKeyPair{std::move(key), std::nullopt};
  }
}

}  // namespace

void TokenSecrets::set_node(yarn::NodeId node) {
  MutexLock lock(mutex_);
  node_ = std::move(node);
}

void TokenSecrets::set_nm_key(yarn::MasterKey key) {
  MutexLock lock(mutex_);
  set_key(nm_, std::move(key));
}

void TokenSecrets::set_container_key(yarn::MasterKey key) {
  MutexLock lock(mutex_);
  set_key(container_, std::move(key));
}

void TokenSecrets::set_resource_manager(int64_t identifier) {
  MutexLock lock(mutex_);
  resource_manager_ = identifier;
}

std::optional<yarn::MasterKey> TokenSecrets::nm_key() {
  MutexLock lock(mutex_);
  return nm_ ? std::optional(nm_->current) : std::nullopt;
}

std::optional<yarn::MasterKey> TokenSecrets::container_key() {
  MutexLock lock(mutex_);
  return container_ ? std::optional(container_->current) : std::nullopt;
}

Result<std::string> TokenSecrets::password_of(std::string_view identifier) {
  TRY(auto proto, yarn::parse_nm_identifier(identifier));
  MutexLock lock(mutex_);
  const yarn::MasterKey* key = nm_ ? nm_->find(proto.keyid()) : nullptr;
  if (key == nullptr) {
    return error(StatusCode::kInvalidToken, fmt::format("Given NMToken for application : {} seems to have been generated illegally.",
                                                        yarn::from_proto(proto.appattemptid()).to_string()));
  }
  if (yarn::from_proto(proto.nodeid()) != node_) {
    return error(
        StatusCode::kInvalidToken,
        fmt::format("Given NMToken for application : {} is not valid for current node manager.expected : {} found : {}",
                    yarn::from_proto(proto.appattemptid()).to_string(), node_.to_string(), yarn::from_proto(proto.nodeid()).to_string()));
  }
  return key->password_of(identifier);
}

Result<security::User> TokenSecrets::user_of(std::string_view identifier) {
  TRY(auto proto, yarn::parse_nm_identifier(identifier));
  return security::User{yarn::from_proto(proto.appattemptid()).to_string(), ""};
}

Result<hadoop::yarn::ContainerTokenIdentifierProto> TokenSecrets::verify(const security::Token& token,
                                                                         const yarn::ApplicationAttemptId& caller, int64_t now_ms) {
  TRY(auto identifier, yarn::parse_container_identifier(token.identifier));
  const yarn::ContainerId id = yarn::from_proto(identifier.containerid());
  MutexLock lock(mutex_);
  const yarn::MasterKey* key = container_ ? container_->find(identifier.masterkeyid()) : nullptr;
  if (key == nullptr || !security::equal_secrets(key->password_of(token.identifier), token.password) ||
      identifier.nmhostaddr() != node_.to_string()) {
    return error(StatusCode::kInvalidToken,
                 fmt::format("Given Container {} identifier is not valid for current Node manager. Illegal Container: {}", id.to_string(),
                             identifier.nmhostaddr()));
  }
  if (id.attempt.application != caller.application) {
    return error(StatusCode::kYarn,
                 fmt::format("Unauthorized request to start container. \nNMToken for application attempt : {} was used for starting "
                             "container with container token issued for application attempt : {}",
                             caller.to_string(), id.attempt.to_string()));
  }
  if (identifier.expirytimestamp() < now_ms) {
    return error(StatusCode::kYarn,
                 fmt::format("Unauthorized request to start container. \nThis token is expired. current time is {} found {}\n"
                             "Note: System times on machines may be out of sync. Check system time and time zones.",
                             now_ms, identifier.expirytimestamp()));
  }
  if (identifier.rmidentifier() != resource_manager_) {
    return error(StatusCode::kInvalidContainer, fmt::format("Container {} rejected as it is allocated by a previous RM", id.to_string()));
  }
  return identifier;
}

}  // namespace tusker::nodemanager
