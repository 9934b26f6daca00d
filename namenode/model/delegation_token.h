#pragma once

#include <cstdint>
#include <string>

namespace tusker::namenode {

// A secret that passwords of delegation tokens are made with (DelegationKey). Wall-clock milliseconds.
struct DelegationKey {
  int32_t id = 0;
  int64_t expiry_ms = 0;  // no token that it signed lives longer
  std::string bytes;
};

// A delegation token that was given out and not cancelled: its identifier as it was encoded, and how long it holds unless it is renewed.
struct IssuedToken {
  std::string identifier;
  int64_t renew_until_ms = 0;
};

// Where the numbers of keys and tokens stand, and when the present key was made.
struct TokenCounters {
  int32_t key_id = 0;
  int32_t sequence = 0;
  int64_t key_made_ms = 0;
};

}  // namespace tusker::namenode
