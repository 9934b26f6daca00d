#include "resourcemanager/ops/token_secrets.h"

#include <fmt/format.h>

#include "common/yarn/convert.h"

namespace tusker::resourcemanager {

TokenSecrets::TokenSecrets(Random& random)
    : random_(random),
      am_rm_{yarn::MasterKey::generate(random), std::nullopt},
      nm_{yarn::MasterKey::generate(random), std::nullopt},
      container_{yarn::MasterKey::generate(random), std::nullopt} {}

void TokenSecrets::attempt_started(const yarn::ApplicationAttemptId& id) {
  MutexLock lock(mutex_);
  live_.insert(id);
}

void TokenSecrets::attempt_ended(const yarn::ApplicationAttemptId& id) {
  MutexLock lock(mutex_);
  live_.erase(id);
}

Result<std::string> TokenSecrets::password_of(std::string_view identifier) {
  TRY(auto proto, yarn::parse_am_rm_identifier(identifier));
  MutexLock lock(mutex_);
  const yarn::MasterKey* key = am_rm_.find(proto.keyid());
  if (key == nullptr)
    return error(StatusCode::kInvalidToken, fmt::format("Invalid AMRMToken: its master key {} is not known", proto.keyid()));
  yarn::ApplicationAttemptId id = yarn::from_proto(proto.appattemptid());
  if (!live_.contains(id)) return error(StatusCode::kInvalidToken, fmt::format("{} not found in AMRMTokenSecretManager.", id.to_string()));
  return key->password_of(identifier);
}

Result<security::User> TokenSecrets::user_of(std::string_view identifier) {
  TRY(auto proto, yarn::parse_am_rm_identifier(identifier));
  return security::User{yarn::from_proto(proto.appattemptid()).to_string(), ""};
}

security::Token TokenSecrets::am_rm_token(const yarn::ApplicationAttemptId& id) {
  MutexLock lock(mutex_);
  return yarn::make_am_rm_token(id, am_rm_.current);
}

bool TokenSecrets::am_rm_token_is_old(std::string_view identifier) {
  auto proto = yarn::parse_am_rm_identifier(identifier);
  MutexLock lock(mutex_);
  return proto && proto->keyid() != am_rm_.current.key_id;
}

security::Token TokenSecrets::nm_token(const yarn::ApplicationAttemptId& id, const yarn::NodeId& node, const std::string& service,
                                       const std::string& user) {
  MutexLock lock(mutex_);
  return yarn::make_nm_token(id, node, user, service, nm_.current);
}

security::Token TokenSecrets::container_token(hadoop::yarn::ContainerTokenIdentifierProto identifier, const std::string& service) {
  MutexLock lock(mutex_);
  return yarn::make_container_token(std::move(identifier), service, container_.current);
}

yarn::MasterKey TokenSecrets::newest_nm_key() {
  MutexLock lock(mutex_);
  return nm_.newest();
}

yarn::MasterKey TokenSecrets::newest_container_key() {
  MutexLock lock(mutex_);
  return container_.newest();
}

void TokenSecrets::roll_am_rm_key() {
  MutexLock lock(mutex_);
  am_rm_.roll_to(yarn::MasterKey::generate(random_, static_cast<int32_t>(static_cast<uint32_t>(am_rm_.current.key_id) + 1)));
}

void TokenSecrets::roll_node_keys() {
  MutexLock lock(mutex_);
  for (Keys* keys : {&nm_, &container_}) {
    keys->next = yarn::MasterKey::generate(random_, static_cast<int32_t>(static_cast<uint32_t>(keys->current.key_id) + 1));
  }
}

void TokenSecrets::activate_node_keys() {
  MutexLock lock(mutex_);
  for (Keys* keys : {&nm_, &container_}) {
    if (keys->next) keys->current = *std::exchange(keys->next, std::nullopt);
  }
}

}  // namespace tusker::resourcemanager
