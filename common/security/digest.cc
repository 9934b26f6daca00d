#include "common/security/digest.h"

#include <fmt/format.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "common/base/check.h"

namespace tusker::security {
namespace {

const unsigned char* as_bytes(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }

}  // namespace

std::string hmac_sha1(std::string_view key, std::string_view message) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  CHECK_INVARIANT(HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), as_bytes(message), message.size(), out, &length) != nullptr);
  return {reinterpret_cast<char*>(out), length};
}

std::string hmac_sha256(std::string_view key, std::string_view message) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  CHECK_INVARIANT(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), as_bytes(message), message.size(), out, &length) != nullptr);
  return {reinterpret_cast<char*>(out), length};
}

std::string md5(std::string_view bytes) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  CHECK_INVARIANT(EVP_Digest(bytes.data(), bytes.size(), out, &length, EVP_md5(), nullptr) == 1);
  return {reinterpret_cast<char*>(out), length};
}

bool equal_secrets(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

std::string base64(std::string_view bytes) {
  std::string out(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock adds a zero byte
  int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), as_bytes(bytes), static_cast<int>(bytes.size()));
  out.resize(static_cast<size_t>(length));
  return out;
}

Result<std::string> decode_base64(std::string_view text) {
  std::string out(3 * text.size() / 4 + 3, '\0');
  int length = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(out.data()), as_bytes(text), static_cast<int>(text.size()));
  if (length < 0 || text.size() % 4 != 0) return error(StatusCode::kIllegalArgument, fmt::format("Not in Base64: {}", text));
  size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;  // EVP_DecodeBlock counts it as zero bytes
  out.resize(static_cast<size_t>(length) - padding);
  return out;
}

}  // namespace tusker::security
