#include "namenode/ops/delegation_tokens.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "common/log/log.h"
#include "common/security/digest.h"

namespace tusker::namenode {
namespace {

using security::DelegationTokenIdentifier;

constexpr size_t kKeyBytes = 8;  // hadoop.security.secret-manager.key-length: 64 bits

std::string text_of(const DelegationTokenIdentifier& id) { return "(" + id.to_string() + ")"; }

// "2026-11-21 22:15:00,123+0000", Time.formatTime.
std::string time_text(int64_t wall_ms) {
  const std::tm local = fmt::localtime(static_cast<std::time_t>(wall_ms / 1000));
  return fmt::format("{:%Y-%m-%d %H:%M:%S},{:03}{:%z}", local, wall_ms % 1000, local);
}

// A principal's short name; other names stay.
std::string short_name(const std::string& name) { return name.substr(0, name.find_first_of("/@")); }

Result<TokenCounters> counters_of(const View& view) {
  TRY(const auto row, view.row(kTokenFamily, kTokenCountersKey));
  if (!row) return TokenCounters{};
  return decode_token_counters(*row);
}

Result<std::optional<DelegationKey>> key_of(const View& view, int32_t id) {
  TRY(const auto row, view.row(kTokenFamily, delegation_key_key(id)));
  if (!row) return std::nullopt;
  TRY(auto key, decode_delegation_key(*row));
  return key;
}

// The token that was given out with exactly this identifier.
Result<std::optional<IssuedToken>> issued(const View& view, const DelegationTokenIdentifier& id) {
  TRY(const auto row, view.row(kTokenFamily, delegation_token_key(id.sequence)));
  if (!row) return std::nullopt;
  TRY(auto token, decode_issued_token(*row));
  if (token.identifier != security::encode_identifier(id)) return std::nullopt;
  return token;
}

// DelegationKey.write: vint id, vlong expiry, vint length, the bytes.
std::string writable(const DelegationKey& key) {
  std::string out;
  security::append_vlong(out, key.id);
  security::append_vlong(out, key.expiry_ms);
  security::append_vlong(out, static_cast<int64_t>(key.bytes.size()));
  return out += key.bytes;
}

void put_key(Transaction& tx, const DelegationKey& key) { tx.put(kTokenFamily, delegation_key_key(key.id), encode(key)); }

Result<DelegationKey> make_key(Namesystem& ns, Transaction& tx, TokenCounters& counters) {
  const Settings& settings = ns.settings();
  TRY(auto old, key_of(tx, counters.key_id));
  if (old) {
    old->expiry_ms = tx.now_ms() + settings.token_lifetime_ms;
    put_key(tx, *old);
  }
  counters.key_id += 1;
  counters.key_made_ms = tx.now_ms();
  const DelegationKey key{counters.key_id, tx.now_ms() + settings.token_key_interval_ms + settings.token_lifetime_ms,
                          ns.env().random.bytes(kKeyBytes)};
  put_key(tx, key);
  tx.put(kTokenFamily, std::string(kTokenCountersKey), encode(counters));
  tx.log(Edit::update_master_key(writable(key)));
  return key;
}

}  // namespace

Result<security::Token> get_delegation_token(Namesystem& ns, Transaction& tx, const security::User& user, const std::string& renewer) {
  TRY(TokenCounters counters, counters_of(tx));
  TRY(auto key, key_of(tx, counters.key_id));
  if (!key) {
    TRY(key, make_key(ns, tx, counters));
  }
  counters.sequence += 1;
  const DelegationTokenIdentifier id{
      user.name, short_name(renewer), user.real_name, tx.now_ms(), tx.now_ms() + ns.settings().token_lifetime_ms, counters.sequence,
      key->id};
  const IssuedToken token{security::encode_identifier(id), tx.now_ms() + ns.settings().token_renew_ms};
  tx.put(kTokenFamily, std::string(kTokenCountersKey), encode(counters));
  tx.put(kTokenFamily, delegation_token_key(id.sequence), encode(token));
  tx.log(Edit::get_delegation_token(token.identifier, token.renew_until_ms));
  LOG_INFO("Creating password for identifier: {}, currentKey: {}", text_of(id), key->id);
  return security::Token{token.identifier, security::hmac_sha1(key->bytes, token.identifier),
                         std::string(security::kHdfsDelegationTokenKind), ""};
}

Result<int64_t> renew_delegation_token(Namesystem& ns, Transaction& tx, const security::Token& token, const std::string& renewer) {
  TRY(const auto id, security::decode_identifier(token.identifier));
  if (id.max_ms < tx.now_ms()) {
    return error(StatusCode::kInvalidToken, fmt::format("{} tried to renew an expired token {} max expiration date: {} currentTime: {}",
                                                        renewer, text_of(id), time_text(id.max_ms), time_text(tx.now_ms())));
  }
  if (id.renewer.empty()) {
    return error(StatusCode::kAccessControl, fmt::format("{} tried to renew a token {} without a renewer", renewer, text_of(id)));
  }
  if (id.renewer != renewer) {
    return error(StatusCode::kAccessControl,
                 fmt::format("{} tries to renew a token {} with non-matching renewer {}", renewer, text_of(id), id.renewer));
  }
  TRY(const auto key, key_of(tx, id.key_id));
  if (!key) {
    return error(
        StatusCode::kInvalidToken,
        fmt::format("Unable to find master key for keyId={} from cache. Failed to renew an unexpired token {} with sequenceNumber={}",
                    id.key_id, text_of(id), id.sequence));
  }
  if (!security::equal_secrets(security::hmac_sha1(key->bytes, token.identifier), token.password)) {
    return error(StatusCode::kAccessControl, fmt::format("{} is trying to renew a token {} with wrong password", renewer, text_of(id)));
  }
  TRY(auto known, issued(tx, id));
  if (!known) return error(StatusCode::kInvalidToken, fmt::format("Renewal request for unknown token {}", text_of(id)));
  known->renew_until_ms = std::min(id.max_ms, tx.now_ms() + ns.settings().token_renew_ms);
  tx.put(kTokenFamily, delegation_token_key(id.sequence), encode(*known));
  tx.log(Edit::renew_delegation_token(known->identifier, known->renew_until_ms));
  return known->renew_until_ms;
}

Result<void> cancel_delegation_token(Transaction& tx, const security::Token& token, const std::string& canceller) {
  TRY(const auto id, security::decode_identifier(token.identifier));
  if (id.owner.empty()) return error(StatusCode::kInvalidToken, fmt::format("Token with no owner {}", text_of(id)));
  if (canceller != id.owner && (id.renewer.empty() || short_name(canceller) != id.renewer)) {
    return error(StatusCode::kAccessControl, fmt::format("{} is not authorized to cancel the token {}", canceller, text_of(id)));
  }
  TRY(const auto known, issued(tx, id));
  if (!known) return error(StatusCode::kInvalidToken, fmt::format("Token not found {}", text_of(id)));
  tx.remove(kTokenFamily, delegation_token_key(id.sequence));
  tx.log(Edit::cancel_delegation_token(known->identifier));
  return {};
}

Result<void> roll_delegation_key(Namesystem& ns, Transaction& tx) {
  TRY(TokenCounters counters, counters_of(tx));
  if (counters.key_id != 0 && tx.now_ms() - counters.key_made_ms < ns.settings().token_key_interval_ms) return {};
  std::vector<std::string> over;
  TRY_VOID(tx.scan(kTokenFamily, "k", "l", [&](std::string_view row_key, std::string_view value) -> Result<bool> {
    TRY(const DelegationKey key, decode_delegation_key(value));
    if (key.expiry_ms < tx.now_ms()) over.emplace_back(row_key);
    return true;
  }));
  for (auto& row_key : over) tx.remove(kTokenFamily, std::move(row_key));
  TRY_VOID(make_key(ns, tx, counters));
  LOG_INFO("Updating the current master key for generating delegation tokens");
  return {};
}

Result<size_t> expire_delegation_tokens(Transaction& tx, size_t limit) {
  std::vector<std::pair<std::string, IssuedToken>> over;
  TRY_VOID(tx.scan(kTokenFamily, "t", "u", [&](std::string_view row_key, std::string_view value) -> Result<bool> {
    TRY(auto token, decode_issued_token(value));
    if (token.renew_until_ms < tx.now_ms()) over.emplace_back(row_key, std::move(token));
    return over.size() < limit;
  }));
  for (auto& [row_key, token] : over) {
    tx.remove(kTokenFamily, std::move(row_key));
    tx.log(Edit::cancel_delegation_token(token.identifier));
  }
  return over.size();
}

Result<std::string> DelegationTokenAuthenticator::password_of(std::string_view identifier) {
  const auto id = security::decode_identifier(identifier);
  if (!id) return error(StatusCode::kInvalidToken, "Can't de-serialize tokenIdentifier");
  const ReadView view(ns_.engine(), kv::Tier::kAll);
  TRY(const auto known, issued(view, *id));
  std::optional<DelegationKey> key;
  if (known) {
    TRY(key, key_of(view, id->key_id));
  }
  if (!key) {
    return error(StatusCode::kInvalidToken, fmt::format("Token for real user: {}, can't be found in cache", id->real_user));
  }
  const int64_t now_ms = ns_.env().clock.wall_ms();
  if (known->renew_until_ms < now_ms) {
    return error(StatusCode::kInvalidToken, fmt::format("Token {} has expired, current time: {} expected renewal time: {}", id->real_user,
                                                        time_text(now_ms), time_text(known->renew_until_ms)));
  }
  return security::hmac_sha1(key->bytes, known->identifier);
}

Result<security::User> DelegationTokenAuthenticator::user_of(std::string_view identifier) {
  TRY(const auto id, security::decode_identifier(identifier));
  return id.user();
}

}  // namespace tusker::namenode
