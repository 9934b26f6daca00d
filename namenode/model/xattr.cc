#include "namenode/model/xattr.h"

#include <array>

namespace tusker::namenode {
namespace {

constexpr std::array kNames = {"USER", "TRUSTED", "SECURITY", "SYSTEM", "RAW"};
constexpr std::array kPrefixes = {"user.", "trusted.", "security.", "system.", "raw."};

}  // namespace

const char* xattr_namespace_name(XAttrNamespace space) { return kNames[static_cast<size_t>(space)]; }
std::string XAttr::prefixed_name() const { return kPrefixes[static_cast<size_t>(space)] + name; }

}  // namespace tusker::namenode
