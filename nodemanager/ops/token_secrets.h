#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "common/base/mutex.h"
#include "common/base/yarn_ids.h"
#include "common/rpc/token_authenticator.h"
#include "common/yarn/master_key.h"
#include "common/yarn/tokens.h"

namespace tusker::nodemanager {

// The keys that the ResourceManager gave this node (NMTokenSecretManagerInNM, NMContainerTokenSecretManager), and what they prove.
// Authenticates ApplicationMasters at the containers' port. Any thread: a leaf with a lock of its own.
class TokenSecrets : public rpc::TokenAuthenticator {
 public:
  // This node's own id, as tokens must name it. Before the ports open.
  void set_node(yarn::NodeId node);
  void set_nm_key(yarn::MasterKey key);
  void set_container_key(yarn::MasterKey key);
  // Which ResourceManager's containers may be started; 0: none, until this node has registered again.
  void set_resource_manager(int64_t identifier);
  std::optional<yarn::MasterKey> nm_key();
  std::optional<yarn::MasterKey> container_key();

  Result<std::string> password_of(std::string_view identifier) override;
  Result<security::User> user_of(std::string_view identifier) override;

  // Checks a container's token as Hadoop's node does: signature, node, ResourceManager, expiry, and that it belongs to the caller's
  // application. kInvalidToken or kYarn say what is wrong.
  Result<hadoop::yarn::ContainerTokenIdentifierProto> verify(const security::Token& token, const yarn::ApplicationAttemptId& caller,
                                                             int64_t now_ms);

 private:
  Mutex mutex_;
  yarn::NodeId node_ TUSKER_GUARDED_BY(mutex_);
  std::optional<yarn::MasterKeyPair> nm_ TUSKER_GUARDED_BY(mutex_);
  std::optional<yarn::MasterKeyPair> container_ TUSKER_GUARDED_BY(mutex_);
  int64_t resource_manager_ TUSKER_GUARDED_BY(mutex_) = 0;
};

}  // namespace tusker::nodemanager
