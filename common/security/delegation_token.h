#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/security/user.h"

namespace tusker::security {

inline constexpr std::string_view kHdfsDelegationTokenKind = "HDFS_DELEGATION_TOKEN";

// Who holds a delegation token, who may renew it and until when (AbstractDelegationTokenIdentifier). Times are milliseconds since 1970.
struct DelegationTokenIdentifier {
  std::string owner;
  std::string renewer;
  std::string real_user;  // who asked for it in the owner's name; else empty
  int64_t issue_ms = 0;
  int64_t max_ms = 0;
  int32_t sequence = 0;
  int32_t key_id = 0;  // of the master key that its password is made with
  friend bool operator==(const DelegationTokenIdentifier&, const DelegationTokenIdentifier&) = default;

  // The user that a connection with this token acts as.
  User user() const;
  // "token for OWNER: KIND owner=…, renewer=…, …", as Hadoop's texts and logs name it.
  std::string to_string() const;
};

// Hadoop's Writable form: version 0, three Texts, two vlongs, two vints. decode gives kIo for bytes that are none.
std::string encode_identifier(const DelegationTokenIdentifier& identifier);
Result<DelegationTokenIdentifier> decode_identifier(std::string_view bytes);

}  // namespace tusker::security
