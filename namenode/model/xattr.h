#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tusker::namenode {

// An extended attribute (XAttr). The namespaces have the wire's numbers.
enum class XAttrNamespace : uint8_t { kUser = 0, kTrusted = 1, kSecurity = 2, kSystem = 3, kRaw = 4 };

struct XAttr {
  XAttrNamespace space = XAttrNamespace::kUser;
  std::string name;                  // without its namespace
  std::optional<std::string> value;  // some have none

  bool same_name(const XAttr& o) const { return space == o.space && name == o.name; }
  // Those count against the limit of an inode.
  bool is_user_visible() const { return space == XAttrNamespace::kUser || space == XAttrNamespace::kTrusted; }
  // "user.name"
  std::string prefixed_name() const;
  friend bool operator==(const XAttr&, const XAttr&) = default;
};
using XAttrs = std::vector<XAttr>;  // the last set first

// "USER", as Hadoop's texts name it.
const char* xattr_namespace_name(XAttrNamespace space);

inline constexpr const char* kUnreadableBySuperuser = "security.hdfs.unreadable.by.superuser";

}  // namespace tusker::namenode
