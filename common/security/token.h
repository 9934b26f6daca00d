#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace tusker::security {

// Hadoop's generic token (org.apache.hadoop.security.token.Token): opaque identifier and password, and what they are for.
struct Token {
  std::string identifier;
  std::string password;
  std::string kind;
  std::string service;
  friend auto operator<=>(const Token&, const Token&) = default;
};

// The Writable form: vint length + bytes for each of the four parts. decode removes what it read from `in`; kCorruption names what is
// wrong.
std::string encode_token(const Token& token);
Result<Token> decode_token(std::string_view& in);

// A credentials file (org.apache.hadoop.security.Credentials): aliased tokens and secret keys, format 0 ("HDTS" 0).
struct Credentials {
  std::vector<std::pair<std::string, Token>> tokens;
  std::vector<std::pair<std::string, std::string>> secrets;
  const Token* find_kind(std::string_view kind) const;
};
std::string encode_credentials(const Credentials& credentials);
Result<Credentials> decode_credentials(std::string_view bytes);

// Hadoop's vint (WritableUtils.writeVLong), which is not protobuf's.
void append_vlong(std::string& out, int64_t v);
Result<int64_t> read_vlong(std::string_view& in);

}  // namespace tusker::security
