#include <fmt/format.h>

#include <algorithm>

#include "common/base/bytes.h"
#include "namenode/ops/attribute_operations.h"

namespace tusker::namenode {
namespace {

constexpr std::string_view kReplicationPolicy = "REPLICATION";  // ErasureCodeConstants.REPLICATION_POLICY_NAME

// XATTR_ERASURECODING_POLICY with the policy's name as WritableUtils.writeString writes it.
XAttr policy_attribute() {
  std::string value;
  append_be<int32_t>(value, static_cast<int32_t>(kReplicationPolicy.size()));
  value.append(kReplicationPolicy);
  return XAttr{XAttrNamespace::kSystem, "hdfs.erasurecoding.policy", std::move(value)};
}

// What both calls ask for; `on_a_file` begins the text for a file.
Result<Resolved> resolve_directory(const View& view, const OpContext& op, const std::string& path, const std::string& on_a_file) {
  TRY(auto at, resolve(view, op.caller, path, PathUse::kWrite));
  if (!at.exists()) return error(StatusCode::kFileNotFound, "Path not found: " + at.path());
  TRY_VOID(check_access(op.caller, at.target(), at.path(), Access::kWrite));
  if (!at.target().is_directory()) return error(StatusCode::kIo, on_a_file + at.path());
  return at;
}

}  // namespace

Result<void> set_erasure_coding_policy(Transaction& tx, const OpContext& op, const std::string& path, const std::string& name) {
  if (!std::ranges::equal(name, kReplicationPolicy, {}, [](unsigned char c) { return std::toupper(c); })) {
    return error(
        StatusCode::kHadoopIllegalArgument,
        fmt::format("Policy '{}' does not match any enabled erasure coding policies: []. An erasure coding policy can be enabled by "
                    "enableErasureCodingPolicy API.",
                    name));
  }
  TRY(auto at, resolve_directory(tx, op, path, "Attempt to set an erasure coding policy for a file "));
  const XAttr attribute = policy_attribute();
  TRY(XAttrs all, tx.xattrs(at.target()));
  std::erase_if(all, [&](const XAttr& a) { return a.same_name(attribute); });
  all.insert(all.begin(), attribute);
  tx.set_xattrs(at.target(), all);
  tx.put_inode(at.target());
  tx.log(Edit::set_xattrs(at.path(), {attribute}, op.ids));
  return {};
}

Result<void> unset_erasure_coding_policy(Transaction& tx, const OpContext& op, const std::string& path) {
  TRY(auto at, resolve_directory(tx, op, path, "Cannot unset an erasure coding policy on a file "));
  const XAttr attribute = policy_attribute();
  TRY(XAttrs all, tx.xattrs(at.target()));
  if (std::erase_if(all, [&](const XAttr& a) { return a.same_name(attribute); }) == 0) {
    return error(Status(StatusCode::kIo, "No erasure coding policy explicitly set on " + at.path())
                     .with_remote_class("org.apache.hadoop.hdfs.protocol.NoECPolicySetException"));
  }
  tx.set_xattrs(at.target(), all);
  tx.put_inode(at.target());
  tx.log(Edit::remove_xattrs(at.path(), {attribute}, op.ids));
  return {};
}

}  // namespace tusker::namenode
