#include "common/yarn/master_key.h"

#include "common/security/digest.h"

namespace tusker::yarn {
namespace {
constexpr size_t kKeyBytes = 8;
}

MasterKey MasterKey::generate(Random& random, std::optional<int32_t> key_id) {
  return {key_id ? *key_id : static_cast<int32_t>(random.next_u64()), random.bytes(kKeyBytes)};
}

hadoop::yarn::MasterKeyProto MasterKey::to_proto() const {
  hadoop::yarn::MasterKeyProto proto;
  proto.set_key_id(key_id);
  proto.set_bytes(bytes);
  return proto;
}

std::string MasterKey::password_of(std::string_view identifier) const { return security::hmac_sha1(bytes, identifier); }

}  // namespace tusker::yarn
