#include "common/security/token.h"

#include <fmt/format.h>

#include "common/base/vlong.h"

namespace tusker::security {
namespace {

constexpr std::string_view kMagic = "HDTS";
constexpr char kFormatWritable = 0;

std::unexpected<Status> broken(std::string_view what) {
  return error(StatusCode::kCorruption, fmt::format("Broken credentials: {}", what));
}

void append_bytes(std::string& out, std::string_view bytes) {
  append_vlong(out, static_cast<int64_t>(bytes.size()));
  out.append(bytes);
}

Result<std::string> read_bytes(std::string_view& in, std::string_view what) {
  TRY(int64_t length, read_vlong(in));
  if (length < 0 || static_cast<uint64_t>(length) > in.size()) return broken(fmt::format("{} has a length of {}", what, length));
  std::string bytes(in.substr(0, static_cast<size_t>(length)));
  in.remove_prefix(static_cast<size_t>(length));
  return bytes;
}

// The number of entries that follow. Each takes at least two bytes, so a greater number is refused before anything is reserved.
Result<int64_t> read_count(std::string_view& in, std::string_view what) {
  TRY(int64_t count, read_vlong(in));
  if (count < 0 || static_cast<uint64_t>(count) > in.size()) return broken(fmt::format("{} {}", count, what));
  return count;
}

}  // namespace

void append_vlong(std::string& out, int64_t v) {
  char buffer[kVLongBytesMax];
  out.append(buffer, encode_vlong(buffer, v));
}

Result<int64_t> read_vlong(std::string_view& in) {
  int64_t v = 0;
  size_t bytes = decode_vlong(in.data(), in.data() + in.size(), v);
  if (bytes == 0) return broken("they end inside a number");
  in.remove_prefix(bytes);
  return v;
}

std::string encode_token(const Token& token) {
  std::string out;
  append_bytes(out, token.identifier);
  append_bytes(out, token.password);
  append_bytes(out, token.kind);
  append_bytes(out, token.service);
  return out;
}

Result<Token> decode_token(std::string_view& in) {
  TRY(std::string identifier, read_bytes(in, "a token's identifier"));
  TRY(std::string password, read_bytes(in, "a token's password"));
  TRY(std::string kind, read_bytes(in, "a token's kind"));
  TRY(std::string service, read_bytes(in, "a token's service"));
  return Token{std::move(identifier), std::move(password), std::move(kind), std::move(service)};
}

const Token* Credentials::find_kind(std::string_view kind) const {
  for (const auto& [alias, token] : tokens) {
    if (token.kind == kind) return &token;
  }
  return nullptr;
}

std::string encode_credentials(const Credentials& credentials) {
  std::string out(kMagic);
  out.push_back(kFormatWritable);
  append_vlong(out, static_cast<int64_t>(credentials.tokens.size()));
  for (const auto& [alias, token] : credentials.tokens) {
    append_bytes(out, alias);
    out += encode_token(token);
  }
  append_vlong(out, static_cast<int64_t>(credentials.secrets.size()));
  for (const auto& [alias, secret] : credentials.secrets) {
    append_bytes(out, alias);
    append_bytes(out, secret);
  }
  return out;
}

Result<Credentials> decode_credentials(std::string_view bytes) {
  if (!bytes.starts_with(kMagic) || bytes.size() == kMagic.size()) return broken("they don't begin with HDTS");
  if (bytes[kMagic.size()] != kFormatWritable) {
    return broken(fmt::format("format {} is not known; write them in format 0 (Writable)", static_cast<int>(bytes[kMagic.size()])));
  }
  bytes.remove_prefix(kMagic.size() + 1);
  Credentials credentials;
  TRY(int64_t tokens, read_count(bytes, "tokens"));
  for (int64_t i = 0; i < tokens; ++i) {
    TRY(std::string alias, read_bytes(bytes, "a token's alias"));
    TRY(Token token, decode_token(bytes));
    credentials.tokens.emplace_back(std::move(alias), std::move(token));
  }
  TRY(int64_t secrets, read_count(bytes, "secrets"));
  for (int64_t i = 0; i < secrets; ++i) {
    TRY(std::string alias, read_bytes(bytes, "a secret's alias"));
    TRY(std::string secret, read_bytes(bytes, "a secret"));
    credentials.secrets.emplace_back(std::move(alias), std::move(secret));
  }
  return credentials;
}

}  // namespace tusker::security
