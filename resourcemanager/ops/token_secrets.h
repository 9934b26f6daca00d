#pragma once

#include <set>
#include <string>
#include <string_view>

#include "common/base/mutex.h"
#include "common/rpc/token_authenticator.h"
#include "common/yarn/master_key.h"
#include "common/yarn/tokens.h"
#include "resourcemanager/model/container.h"
#include "resourcemanager/model/node.h"

namespace tusker::resourcemanager {

// The ResourceManager's secrets (AMRMTokenSecretManager, NMTokenSecretManagerInRM, RMContainerTokenSecretManager) and which attempts live.
// Authenticates ApplicationMasters at the scheduler's port. Any thread: a leaf with a lock of its own. Not stored: after a restart all keys
// are new, as Hadoop's NM and container keys.
class TokenSecrets : public rpc::TokenAuthenticator {
 public:
  explicit TokenSecrets(Random& random);

  // An attempt's AMRM token is good from the one to the other.
  void attempt_started(const yarn::ApplicationAttemptId& id);
  void attempt_ended(const yarn::ApplicationAttemptId& id);

  Result<std::string> password_of(std::string_view identifier) override;
  Result<security::User> user_of(std::string_view identifier) override;

  security::Token am_rm_token(const yarn::ApplicationAttemptId& id);
  // True when `identifier` was signed by a key that has been replaced: its holder should get a new token.
  bool am_rm_token_is_old(std::string_view identifier);
  security::Token nm_token(const yarn::ApplicationAttemptId& id, const yarn::NodeId& node, const std::string& service,
                           const std::string& user);
  security::Token container_token(hadoop::yarn::ContainerTokenIdentifierProto identifier, const std::string& service);

  // What a node must know: the newest keys, those that become current at the next activate() included.
  yarn::MasterKey newest_nm_key();
  yarn::MasterKey newest_container_key();

  // New keys. An AMRM key is used at once, the others only after activate(): the nodes must have heard of them before.
  void roll_am_rm_key();
  void roll_node_keys();
  void activate_node_keys();

 private:
  struct Keys {
    yarn::MasterKey current;
    std::optional<yarn::MasterKey> next;
    const yarn::MasterKey& newest() const { return next ? *next : current; }
  };

  Random& random_;
  Mutex mutex_;
  yarn::MasterKeyPair am_rm_ TUSKER_GUARDED_BY(mutex_);
  Keys nm_ TUSKER_GUARDED_BY(mutex_);
  Keys container_ TUSKER_GUARDED_BY(mutex_);
  std::set<yarn::ApplicationAttemptId> live_ TUSKER_GUARDED_BY(mutex_);
};

}  // namespace tusker::resourcemanager
