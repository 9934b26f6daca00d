#pragma once

#include <string>

#include "common/rpc/token_authenticator.h"
#include "common/security/delegation_token.h"
#include "common/security/token.h"
#include "namenode/ops/namesystem.h"

// Delegation tokens of HDFS (AbstractDelegationTokenSecretManager): keys and tokens are rows, so they hold over a restart.
namespace tusker::namenode {

// Gives out a token for `user`. It holds for dfs.namenode.delegation.token.renew-interval, renewed at most for …max-lifetime.
Result<security::Token> get_delegation_token(Namesystem& ns, Transaction& tx, const security::User& user, const std::string& renewer);
// Until when it holds now. kInvalidToken for what isn't known or lived too long, kAccessControl for whoever isn't its renewer.
Result<int64_t> renew_delegation_token(Namesystem& ns, Transaction& tx, const security::Token& token, const std::string& renewer);
// By its owner or its renewer alone.
Result<void> cancel_delegation_token(Transaction& tx, const security::Token& token, const std::string& canceller);

// Makes a new master key when the present one is older than dfs.namenode.delegation.key.update-interval, and drops those whose tokens are
// all over.
Result<void> roll_delegation_key(Namesystem& ns, Transaction& tx);
// Drops tokens that nobody renewed in time, at most `limit`; how many.
Result<size_t> expire_delegation_tokens(Transaction& tx, size_t limit);

// Verifies connections that log in with a delegation token, against what is durable: a look-up of two small rows. Any thread.
class DelegationTokenAuthenticator final : public rpc::TokenAuthenticator {
 public:
  explicit DelegationTokenAuthenticator(Namesystem& ns) : ns_(ns) {}
  Result<std::string> password_of(std::string_view identifier) override;
  Result<security::User> user_of(std::string_view identifier) override;

 private:
  Namesystem& ns_;
};

}  // namespace tusker::namenode
