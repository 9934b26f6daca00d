#include <fmt/format.h>

#include <algorithm>

#include "namenode/ops/attribute_operations.h"

namespace tusker::namenode {
namespace {

constexpr size_t kPackedBytesMax = 1024;  // XAttrFeature.PACK_THRESHOLD
constexpr const char* kEncryptionZone = "raw.hdfs.crypto.encryption.zone";

Result<void> check_enabled(const Settings& settings) {
  if (settings.xattrs_enabled) return {};
  return error(StatusCode::kIo,
               "The XAttr operation has been rejected.  Support for XAttrs has been disabled by setting dfs.namenode.xattrs.enabled to "
               "false.");
}

bool is_raw_path(const std::string& path) { return path.starts_with("/.reserved/raw"); }

// XAttrPermissionFilter.checkPermissionForApi.
Result<void> check_namespace(const Caller& caller, const XAttr& attribute, bool raw) {
  if (attribute.space == XAttrNamespace::kUser || (attribute.space == XAttrNamespace::kTrusted && caller.superuser)) return {};
  if (attribute.space == XAttrNamespace::kRaw && raw) return {};
  if (attribute.prefixed_name() == kUnreadableBySuperuser) {
    if (!attribute.value) return {};
    return error(StatusCode::kAccessControl,
                 fmt::format("Attempt to set a value for '{}'. Values are not allowed for this xattr.", kUnreadableBySuperuser));
  }
  return error(StatusCode::kAccessControl, "User doesn't have permission for xattr: " + attribute.prefixed_name());
}

// XAttrPermissionFilter.filterXAttrsForApi.
bool is_visible(const Caller& caller, const XAttr& attribute, bool raw) {
  if (attribute.space == XAttrNamespace::kUser) return true;
  if (attribute.space == XAttrNamespace::kTrusted && caller.superuser) return true;
  if (attribute.space == XAttrNamespace::kRaw && raw) return true;
  return attribute.prefixed_name() == kUnreadableBySuperuser;
}

// FSDirXAttrOp.checkXAttrChangeAccess: on a sticky directory the owner's alone.
Result<void> check_change(const Caller& caller, const Resolved& at, const XAttr& attribute) {
  if (!caller.checks_permissions || attribute.space != XAttrNamespace::kUser || !at.exists()) return {};
  const Inode& target = at.target();
  if (target.is_directory() && (target.mode & 01000) != 0) return check_owner(caller, target, at.path());
  return check_access(caller, target, at.path(), Access::kWrite);
}

Result<void> check_exists(const Resolved& at) {
  if (at.exists()) return {};
  return error(StatusCode::kFileNotFound, "cannot find " + at.path());
}

std::unexpected<Status> not_found() {
  return error(Status(StatusCode::kIo, "At least one of the attributes provided was not found.")
                   .with_remote_class("org.apache.hadoop.hdfs.protocol.XAttrNotFoundException"));
}

// XAttrSetFlag.validate.
Result<void> check_flags(const std::string& name, bool exists, XAttrFlags flags) {
  if (!flags.create && !flags.replace) return error(StatusCode::kHadoopIllegalArgument, "A flag must be specified.");
  if (exists && !flags.replace) {
    return error(StatusCode::kIo, fmt::format("XAttr: {} already exists. The REPLACE flag must be specified.", name));
  }
  if (!exists && !flags.create) {
    return error(StatusCode::kIo, fmt::format("XAttr: {} does not exist. The CREATE flag must be specified.", name));
  }
  return {};
}

Result<void> check_size(const Settings& settings, const XAttr& attribute) {
  const auto size = static_cast<int64_t>(attribute.name.size() + attribute.value.value_or("").size());
  if (size <= settings.xattr_bytes_max) return {};
  return error(StatusCode::kHadoopIllegalArgument,
               fmt::format("The XAttr is too big. The maximum combined size of the name and value is {}, but the total size is {}",
                           settings.xattr_bytes_max, size));
}

// FSDirXAttrOp.setINodeXAttrs: the new one stands first, and small ones before large ones.
Result<XAttrs> with_attribute(const Settings& settings, const XAttrs& existing, const XAttr& attribute, XAttrFlags flags) {
  const bool exists = std::ranges::any_of(existing, [&](const XAttr& a) { return a.same_name(attribute); });
  TRY_VOID(check_flags(attribute.name, exists, flags));
  XAttrs out = {attribute};
  std::ranges::copy_if(existing, std::back_inserter(out), [&](const XAttr& a) { return !a.same_name(attribute); });
  if (std::ranges::count_if(out, &XAttr::is_user_visible) > settings.xattrs_per_inode_max) {
    return error(StatusCode::kIo,
                 fmt::format("Cannot add additional XAttr to inode, would exceed limit of {}", settings.xattrs_per_inode_max));
  }
  // An empty value and none are the same once stored.
  if (out.front().value && out.front().value->empty()) out.front().value.reset();
  std::ranges::stable_partition(out, [](const XAttr& a) { return !a.value || a.value->size() <= kPackedBytesMax; });
  return out;
}

Result<void> check_special(const Inode& target, const XAttrs& all, const std::string& path) {
  for (const auto& attribute : all) {
    const std::string name = attribute.prefixed_name();
    if (name == kEncryptionZone) {
      return error(StatusCode::kIo, fmt::format("Can't create an encryption zone for {} since no key provider is available.", path));
    }
    if (!target.is_file() && name == kUnreadableBySuperuser) {
      return error(StatusCode::kIo, fmt::format("Can only set '{}' on a file.", kUnreadableBySuperuser));
    }
  }
  return {};
}

}  // namespace

Result<void> set_xattr(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, const XAttr& attribute,
                       XAttrFlags flags) {
  TRY_VOID(check_enabled(ns.settings()));
  TRY_VOID(check_size(ns.settings(), attribute));
  TRY_VOID(check_namespace(op.caller, attribute, is_raw_path(path)));
  TRY(auto at, resolve(tx, op.caller, path, PathUse::kWrite));
  TRY_VOID(check_change(op.caller, at, attribute));
  TRY_VOID(check_exists(at));
  TRY(const XAttrs existing, tx.xattrs(at.target()));
  TRY(const XAttrs all, with_attribute(ns.settings(), existing, attribute, flags));
  TRY_VOID(check_special(at.target(), all, at.path()));
  tx.set_xattrs(at.target(), all);
  tx.put_inode(at.target());
  tx.log(Edit::set_xattrs(at.path(), {attribute}, op.ids));
  return {};
}

Result<void> remove_xattr(Namesystem& ns, Transaction& tx, const OpContext& op, const std::string& path, const XAttr& attribute) {
  TRY_VOID(check_enabled(ns.settings()));
  TRY_VOID(check_namespace(op.caller, attribute, is_raw_path(path)));
  TRY(auto at, resolve(tx, op.caller, path, PathUse::kWrite));
  TRY_VOID(check_change(op.caller, at, attribute));
  TRY_VOID(check_exists(at));
  TRY(XAttrs all, tx.xattrs(at.target()));
  if (!all.empty() && attribute.prefixed_name() == kEncryptionZone) {
    return error(StatusCode::kIllegalArgument, "The encryption zone xattr should never be deleted.");
  }
  if (!all.empty() && attribute.prefixed_name() == kUnreadableBySuperuser) {
    return error(StatusCode::kAccessControl, fmt::format("The xattr '{}' can not be deleted.", kUnreadableBySuperuser));
  }
  if (std::erase_if(all, [&](const XAttr& a) { return a.same_name(attribute); }) == 0) {
    return error(StatusCode::kIo, "No matching attributes found for remove operation");
  }
  tx.set_xattrs(at.target(), all);
  tx.put_inode(at.target());
  tx.log(Edit::remove_xattrs(at.path(), {attribute}, op.ids));
  return {};
}

Result<XAttrs> get_xattrs(Namesystem& ns, const View& view, const Caller& caller, const std::string& path, const XAttrs& wanted) {
  TRY_VOID(check_enabled(ns.settings()));
  const bool raw = is_raw_path(path);
  for (const auto& attribute : wanted) TRY_VOID(check_namespace(caller, attribute, raw));
  TRY(auto at, resolve_existing(view, caller, path, PathUse::kRead, "cannot find "));
  TRY_VOID(check_access(caller, at.target(), at.path(), Access::kRead));
  TRY(XAttrs all, view.xattrs(at.target()));
  std::erase_if(all, [&](const XAttr& a) { return !is_visible(caller, a, raw); });
  if (wanted.empty()) return all;
  XAttrs out;
  for (const auto& attribute : wanted) {
    const auto it = std::ranges::find_if(all, [&](const XAttr& a) { return a.same_name(attribute); });
    if (it == all.end()) return not_found();
    out.push_back(*it);
  }
  return out;
}

Result<void> check_readable_by_superuser(const View& view, const Caller& caller, const Inode& file) {
  if (!caller.superuser || !caller.checks_permissions || !file.has_xattrs) return {};
  TRY(const XAttrs all, view.xattrs(file));
  if (std::ranges::none_of(all, [](const XAttr& a) { return a.prefixed_name() == kUnreadableBySuperuser; })) return {};
  return error(StatusCode::kAccessControl,
               fmt::format("Access is denied for {} since the superuser is not allowed to perform this operation.", caller.name));
}

}  // namespace tusker::namenode
