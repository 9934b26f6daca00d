#include "common/security/delegation_token.h"

#include <fmt/format.h>

#include "common/security/token.h"

namespace tusker::security {
namespace {

constexpr char kVersion = 0;

void append_text(std::string& out, std::string_view text) {
  append_vlong(out, static_cast<int64_t>(text.size()));
  out.append(text);
}

Result<int64_t> read_number(std::string_view& in) {
  auto number = read_vlong(in);
  if (!number) return error(StatusCode::kIo, "the identifier of a delegation token ends early");
  return *number;
}

Result<std::string> read_text(std::string_view& in) {
  TRY(const int64_t length, read_number(in));
  if (length < 0 || static_cast<uint64_t>(length) > in.size()) {
    return error(StatusCode::kIo, fmt::format("a name of {} bytes in the identifier of a delegation token", length));
  }
  std::string out(in.substr(0, static_cast<size_t>(length)));
  in.remove_prefix(static_cast<size_t>(length));
  return out;
}

}  // namespace

User DelegationTokenIdentifier::user() const { return {owner, real_user == owner ? std::string() : real_user}; }

std::string DelegationTokenIdentifier::to_string() const {
  return fmt::format("token for {}: {} owner={}, renewer={}, realUser={}, issueDate={}, maxDate={}, sequenceNumber={}, masterKeyId={}",
                     owner, kHdfsDelegationTokenKind, owner, renewer, real_user, issue_ms, max_ms, sequence, key_id);
}

std::string encode_identifier(const DelegationTokenIdentifier& identifier) {
  std::string out(1, kVersion);
  append_text(out, identifier.owner);
  append_text(out, identifier.renewer);
  append_text(out, identifier.real_user);
  append_vlong(out, identifier.issue_ms);
  append_vlong(out, identifier.max_ms);
  append_vlong(out, identifier.sequence);
  append_vlong(out, identifier.key_id);
  return out;
}

Result<DelegationTokenIdentifier> decode_identifier(std::string_view bytes) {
  if (bytes.empty()) return error(StatusCode::kIo, "the identifier of a delegation token is empty");
  if (bytes.front() != kVersion) {
    return error(StatusCode::kIo, fmt::format("Unknown version of delegation token {}", static_cast<int>(bytes.front())));
  }
  bytes.remove_prefix(1);
  DelegationTokenIdentifier out;
  TRY(out.owner, read_text(bytes));
  TRY(out.renewer, read_text(bytes));
  TRY(out.real_user, read_text(bytes));
  TRY(out.issue_ms, read_number(bytes));
  TRY(out.max_ms, read_number(bytes));
  TRY(const int64_t sequence, read_number(bytes));
  TRY(const int64_t key_id, read_number(bytes));
  out.sequence = static_cast<int32_t>(sequence);
  out.key_id = static_cast<int32_t>(key_id);
  return out;
}

}  // namespace tusker::security
