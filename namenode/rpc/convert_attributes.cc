#include "namenode/rpc/convert_attributes.h"

#include <algorithm>
#include <array>

namespace tusker::namenode {

using namespace hadoop::hdfs;  // NOLINT: this file is about those types

namespace {

// In the order of StorageType; the wire has other numbers.
constexpr std::array kTypes = {RAM_DISK, SSD, DISK, ARCHIVE, PROVIDED, NVDIMM};

StorageTypeProto proto_of(StorageType type) { return kTypes[static_cast<size_t>(type)]; }

StorageTypesProto types_of(const std::vector<StorageType>& types) {
  StorageTypesProto out;
  for (const StorageType type : types) out.add_storagetypes(proto_of(type));
  return out;
}

bool any_above_zero(const TypeSpace& space) {
  return std::ranges::any_of(kTypesWithQuota, [&](StorageType t) { return space[static_cast<size_t>(t)] > 0; });
}

// PBHelperClient: all kinds that can have a quota, or nothing when none has a limit or is used.
template <class Message>
void add_types(Message& out, const Quota& quota, const TypeSpace& consumed) {
  if (!any_above_zero(quota.types) && !any_above_zero(consumed)) return;
  for (const StorageType type : kTypesWithQuota) {
    auto* info = out.mutable_typequotainfos()->add_typequotainfo();
    info->set_type(proto_of(type));
    info->set_quota(static_cast<uint64_t>(quota.types[static_cast<size_t>(type)]));
    info->set_consumed(static_cast<uint64_t>(consumed[static_cast<size_t>(type)]));
  }
}

}  // namespace

Acl acl_of(const google::protobuf::RepeatedPtrField<AclEntryProto>& entries) {
  Acl out;
  for (const auto& e : entries) {
    out.push_back(
        {static_cast<AclScope>(e.scope()), static_cast<AclType>(e.type()), e.name(), access_of(static_cast<uint32_t>(e.permissions()))});
  }
  return out;
}

AclStatusProto acl_status(const Inode& inode) {
  AclStatusProto out;
  out.set_owner(inode.owner);
  out.set_group(inode.group);
  out.set_sticky((inode.mode & 01000) != 0);
  out.mutable_permission()->set_perm(inode.mode);
  for (const auto& e : inode.acl) {
    auto* entry = out.add_entries();
    entry->set_type(static_cast<AclEntryProto::AclEntryTypeProto>(e.type));
    entry->set_scope(static_cast<AclEntryProto::AclEntryScopeProto>(e.scope));
    entry->set_permissions(static_cast<AclEntryProto::FsActionProto>(e.permission));
    if (!e.name.empty()) entry->set_name(e.name);
  }
  return out;
}

XAttr xattr_of(const XAttrProto& attribute) {
  XAttr out;
  out.space = static_cast<XAttrNamespace>(attribute.namespace_());
  out.name = attribute.name();
  if (attribute.has_value()) out.value = attribute.value();
  return out;
}

XAttrProto xattr_proto(const XAttr& attribute) {
  XAttrProto out;
  out.set_namespace_(static_cast<XAttrProto::XAttrNamespaceProto>(attribute.space));
  out.set_name(attribute.name);
  if (attribute.value) out.set_value(*attribute.value);
  return out;
}

StorageType storage_type_of(StorageTypeProto type) {
  const auto it = std::ranges::find(kTypes, type);
  return it == kTypes.end() ? StorageType::kDisk : static_cast<StorageType>(it - kTypes.begin());
}

BlockStoragePolicyProto storage_policy_proto(const StoragePolicy& policy) {
  BlockStoragePolicyProto out;
  out.set_policyid(policy.id);
  out.set_name(std::string(policy.name));
  *out.mutable_creationpolicy() = types_of(policy.types);
  *out.mutable_creationfallbackpolicy() = types_of(policy.creation_fallbacks);
  *out.mutable_replicationfallbackpolicy() = types_of(policy.replication_fallbacks);
  return out;
}

ContentSummaryProto content_summary(const ContentSummary& summary) {
  ContentSummaryProto out;
  out.set_length(static_cast<uint64_t>(summary.usage.bytes));
  out.set_filecount(static_cast<uint64_t>(summary.usage.files));
  out.set_directorycount(static_cast<uint64_t>(summary.usage.directories));
  out.set_quota(static_cast<uint64_t>(summary.quota.names));
  out.set_spaceconsumed(static_cast<uint64_t>(summary.usage.space));
  out.set_spacequota(static_cast<uint64_t>(summary.quota.space));
  out.set_snapshotlength(0);
  out.set_snapshotfilecount(0);
  out.set_snapshotdirectorycount(0);
  out.set_snapshotspaceconsumed(0);
  out.set_erasurecodingpolicy(summary.is_file ? "Replicated" : "");
  add_types(out, summary.quota, summary.type_lengths);
  return out;
}

QuotaUsageProto quota_usage(const ContentSummary& summary) {
  QuotaUsageProto out;
  out.set_fileanddirectorycount(static_cast<uint64_t>(summary.usage.names()));
  out.set_quota(static_cast<uint64_t>(summary.quota.names));
  out.set_spaceconsumed(static_cast<uint64_t>(summary.usage.space));
  out.set_spacequota(static_cast<uint64_t>(summary.quota.space));
  add_types(out, summary.quota, summary.quota.is_set() ? summary.type_space : summary.type_lengths);
  return out;
}

}  // namespace tusker::namenode
