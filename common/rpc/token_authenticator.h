#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/security/user.h"

namespace tusker::rpc {

// What a server with tokens knows: which password belongs to an identifier, and whose it is. Any thread.
class TokenAuthenticator {
 public:
  virtual ~TokenAuthenticator() = default;
  // The password of a token by its identifier bytes. kInvalidToken if there is no such token, or it has expired.
  virtual Result<std::string> password_of(std::string_view identifier) = 0;
  // The user that the identifier stands for (an application attempt's id for an AMRM token).
  virtual Result<security::User> user_of(std::string_view identifier) = 0;
};

}  // namespace tusker::rpc
