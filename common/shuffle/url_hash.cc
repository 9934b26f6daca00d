#include "common/shuffle/url_hash.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "common/security/digest.h"
#include "common/security/token.h"

namespace tusker::shuffle {

std::string map_output_target(std::string_view job_id, int32_t reduce, const std::vector<std::string>& map_ids, bool keep_alive) {
  return fmt::format("/mapOutput?job={}&reduce={}&map={}{}", job_id, reduce, fmt::join(map_ids, ","), keep_alive ? "&keepAlive=true" : "");
}

std::string url_hash(std::string_view secret, uint16_t port, std::string_view target) {
  return security::base64(security::hmac_sha1(secret, fmt::format("{}{}", port, target)));
}

std::string reply_hash(std::string_view secret, std::string_view url_hash) {
  return security::base64(security::hmac_sha1(secret, url_hash));
}

std::string encode_service_data(std::string_view job_id, std::string_view secret) {
  security::Token token;
  security::append_vlong(token.identifier, static_cast<int64_t>(job_id.size()));
  token.identifier += job_id;
  token.password = secret;
  token.kind = kJobTokenKind;
  token.service = job_id;
  return security::encode_token(token);
}

}  // namespace tusker::shuffle
