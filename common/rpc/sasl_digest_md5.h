#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/security/token.h"

// SASL DIGEST-MD5 (RFC 2831) as Hadoop uses it for tokens: algorithm md5-sess, qop auth, realm and server id "default", an empty protocol,
// username and password the Base64 of a token's identifier and password.

namespace tusker::rpc {

inline constexpr std::string_view kDigestMechanism = "DIGEST-MD5";
inline constexpr std::string_view kDigestServerId = "default";

// The directives of a challenge or response. kSasl when the text isn't a list of name=value, or repeats a name.
Result<std::map<std::string, std::string>> parse_digest_directives(std::string_view text);

// Server side of one authentication. One thread at a time.
class DigestMd5Server {
 public:
  // `nonce`: unguessable, from [A-Za-z0-9+/=].
  explicit DigestMd5Server(std::string nonce) : nonce_(std::move(nonce)) {}

  std::string challenge() const;

  struct Accepted {
    std::string identifier;  // of the token
    std::string rspauth;     // what the client demands in the SUCCESS message
  };
  // Verifies a client's response to challenge(). `password_of` gives a token's password by its identifier; its errors are passed on
  // (kInvalidToken). kSasl when the response is malformed, answers another challenge or doesn't fit the password.
  Result<Accepted> verify(std::string_view response, const std::function<Result<std::string>(std::string_view)>& password_of) const;

 private:
  std::string nonce_;
};

// Client side of one authentication.
class DigestMd5Client {
 public:
  DigestMd5Client(const security::Token& token, std::string cnonce);
  // The response to a server's challenge. kSasl when the challenge asks for what we don't do.
  Result<std::string> respond(std::string_view challenge);
  // Checks the server's proof that it knows the password. kSasl when it doesn't.
  Result<void> check(std::string_view final_token) const;

 private:
  std::string username_;
  std::string password_;
  std::string cnonce_;
  std::string expected_rspauth_;
};

}  // namespace tusker::rpc
