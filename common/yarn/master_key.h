#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "common/env/random.h"
#include "common/security/token.h"
#include "yarn/yarn_server_common_protos.pb.h"

namespace tusker::yarn {

// A secret that signs tokens of one kind (MasterKey). Ids start at a random number and count up; negative ones are normal.
struct MasterKey {
  int32_t key_id = 0;
  std::string bytes;
  friend bool operator==(const MasterKey&, const MasterKey&) = default;

  // A fresh key of hadoop.security.secret-manager.key-length = 64 bits.
  static MasterKey generate(Random& random, std::optional<int32_t> key_id = std::nullopt);
  static MasterKey from_proto(const hadoop::yarn::MasterKeyProto& proto) { return {proto.key_id(), proto.bytes()}; }
  hadoop::yarn::MasterKeyProto to_proto() const;
  // The password of an identifier: HMAC-SHA1 over its bytes as they came, never over a re-encoding of them.
  std::string password_of(std::string_view identifier) const;
};

// The keys that verify: the present one and the one before it. Not synchronised; its owner guards it.
struct MasterKeyPair {
  MasterKey current;
  std::optional<MasterKey> previous;

  void roll_to(MasterKey next) {
    if (next == current) return;
    previous = std::move(current);
    current = std::move(next);
  }
  const MasterKey* find(int32_t key_id) const {
    if (current.key_id == key_id) return &current;
    return previous && previous->key_id == key_id ? &*previous : nullptr;
  }
};

}  // namespace tusker::yarn
