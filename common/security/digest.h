#pragma once

#include <string>
#include <string_view>

#include "common/base/result.h"

namespace tusker::security {

// HMAC-SHA1: how Hadoop makes a token's password from its identifier (SecretManager.createPassword). 20 bytes.
std::string hmac_sha1(std::string_view key, std::string_view message);
// HMAC-SHA256, 32 bytes: signs the hadoop.auth cookie (Signer).
std::string hmac_sha256(std::string_view key, std::string_view message);
// MD5, 16 bytes: for DIGEST-MD5 alone.
std::string md5(std::string_view bytes);
// Compares in a time that doesn't depend on where they differ.
bool equal_secrets(std::string_view a, std::string_view b);

// Standard Base64 with padding, no line breaks.
std::string base64(std::string_view bytes);
// kIllegalArgument when `text` is no such text.
Result<std::string> decode_base64(std::string_view text);

}  // namespace tusker::security
