#include "common/webhdfs/attributes.h"

#include <fmt/format.h>

#include <array>

#include "common/security/digest.h"
#include "common/security/token.h"
#include "common/webhdfs/text.h"

namespace tusker::webhdfs {

using hadoop::hdfs::AclEntryProto;
using hadoop::hdfs::XAttrProto;

namespace {

constexpr std::array<std::string_view, 8> kActions = {"---", "--x", "-w-", "-wx", "r--", "r-x", "rw-", "rwx"};
constexpr std::array<std::string_view, 4> kTypes = {"user", "group", "mask", "other"};
constexpr std::array<std::string_view, 5> kNamespaces = {"user", "trusted", "security", "system", "raw"};

// String.split: empty parts at the end fall away.
std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> out;
  for (;;) {
    const size_t at = text.find(separator);
    out.emplace_back(text.substr(0, at));
    if (at == std::string_view::npos) break;
    text.remove_prefix(at + 1);
  }
  while (!out.empty() && out.back().empty()) out.pop_back();
  return out;
}

std::unexpected<Status> bad_spec(std::string_view entry) {
  return error(StatusCode::kHadoopIllegalArgument, fmt::format("Invalid <aclSpec> : {}", entry));
}

Result<AclEntryProto> parse_acl_entry(std::string_view text, bool with_permission) {
  AclEntryProto out;
  const auto parts = split(text, ':');
  size_t i = 0;
  if (!parts.empty() && parts[0] == "default") ++i;
  if (parts.size() <= i) return bad_spec(text);
  out.set_scope(i == 1 ? AclEntryProto::DEFAULT : AclEntryProto::ACCESS);
  AclEntryProto::AclEntryTypeProto type{};
  if (!AclEntryProto::AclEntryTypeProto_Parse(upper(parts[i]), &type)) {
    return error(StatusCode::kHadoopIllegalArgument, fmt::format("Invalid type of acl in <aclSpec> :{}", text));
  }
  out.set_type(type);
  ++i;
  if (parts.size() > i) {
    if (!parts[i].empty()) out.set_name(parts[i]);
    ++i;
  }
  out.set_permissions(AclEntryProto::NONE);
  if (with_permission) {
    if (parts.size() <= i) return bad_spec(text);
    const auto action = std::ranges::find(kActions, parts[i]);
    if (action == kActions.end()) {
      return error(StatusCode::kHadoopIllegalArgument, fmt::format("Invalid permission in <aclSpec> : {}", text));
    }
    out.set_permissions(static_cast<AclEntryProto::FsActionProto>(action - kActions.begin()));
    ++i;
  }
  if (parts.size() > i) return bad_spec(text);
  return out;
}

}  // namespace

Result<std::vector<AclEntryProto>> parse_acl_spec(std::string_view spec, bool with_permissions) {
  std::vector<AclEntryProto> out;
  for (const auto& entry : split(spec, ',')) {
    if (entry.empty()) continue;
    TRY(auto parsed, parse_acl_entry(entry, with_permissions));
    out.push_back(std::move(parsed));
  }
  return out;
}

std::string acl_entry_text(const AclEntryProto& entry) {
  return fmt::format("{}{}:{}:{}", entry.scope() == AclEntryProto::DEFAULT ? "default:" : "", kTypes[static_cast<size_t>(entry.type())],
                     entry.name(), kActions[static_cast<size_t>(entry.permissions())]);
}

Result<XAttrProto> parse_xattr_name(std::string_view name) {
  static constexpr const char* kPrefixes = "An XAttr name must be prefixed with user/trusted/security/system/raw, followed by a '.'";
  const size_t dot = name.find('.');
  if (dot == std::string_view::npos || dot < 3) return error(StatusCode::kHadoopIllegalArgument, kPrefixes);
  if (dot + 1 == name.size()) return error(StatusCode::kHadoopIllegalArgument, "XAttr name cannot be empty.");
  XAttrProto out;
  XAttrProto::XAttrNamespaceProto space{};
  if (!XAttrProto::XAttrNamespaceProto_Parse(upper(name.substr(0, dot)), &space)) {
    return error(StatusCode::kHadoopIllegalArgument, kPrefixes);
  }
  out.set_namespace_(space);
  out.set_name(std::string(name.substr(dot + 1)));
  return out;
}

std::string xattr_name(const XAttrProto& xattr) {
  return std::string(kNamespaces[static_cast<size_t>(xattr.namespace_())]) + "." + xattr.name();
}

Result<std::string> decode_xattr_value(std::string_view text) {
  if (text.size() < 2) return std::string(text);
  if (text.starts_with('"') && text.ends_with('"')) return std::string(text.substr(1, text.size() - 2));
  const std::string prefix = upper(text.substr(0, 2));
  if (prefix == "0S") return decode_base64_url(text.substr(2));
  if (prefix != "0X") return std::string(text);
  text.remove_prefix(2);
  static constexpr const char* kDecoder = "org.apache.commons.codec.DecoderException: ";
  if (text.size() % 2 != 0) return error(StatusCode::kIo, fmt::format("{}Odd number of characters.", kDecoder));
  std::string out;
  for (size_t i = 0; i < text.size(); i += 2) {
    const auto byte = parse_java_number(text.substr(i, 2), 16, "long");
    if (!byte || text[i] == '+' || text[i] == '-') {
      return error(StatusCode::kIo, fmt::format("{}Illegal hexadecimal character {} at index {}", kDecoder, text[i], i));
    }
    out.push_back(static_cast<char>(*byte));
  }
  return out;
}

std::string encode_xattr_value(const std::string& value, std::string_view encoding) {
  if (encoding == "HEX") return "0x" + hex(value);
  if (encoding == "BASE64") return "0s" + security::base64(value);
  return "\"" + decoded_utf8(value) + "\"";
}

void append_token(std::string& out, const hadoop::common::TokenProto& token) {
  out += security::encode_token({token.identifier(), token.password(), token.kind(), token.service()});
}

std::string token_url_string(const hadoop::common::TokenProto& token) {
  std::string bytes;
  append_token(bytes, token);
  return base64_url(bytes);
}

Result<hadoop::common::TokenProto> parse_token_url_string(std::string_view text) {
  const std::string bytes = decode_base64_url(text);
  std::string_view rest = bytes;
  auto token = security::decode_token(rest);
  if (!token) return error(StatusCode::kEof, token.error().message());
  hadoop::common::TokenProto out;
  out.set_identifier(token->identifier);
  out.set_password(token->password);
  out.set_kind(token->kind);
  out.set_service(token->service);
  return out;
}

}  // namespace tusker::webhdfs
