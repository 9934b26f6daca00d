#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "hadoop/Security.pb.h"
#include "hdfs/acl.pb.h"
#include "hdfs/xattr.pb.h"

// ACLs, extended attributes and tokens in the texts that WebHDFS carries them in.
namespace tusker::webhdfs {

// AclEntry.parseAclSpec: "user:bob:rwx,default:group::r-x"; without permissions when they aren't asked for. kHadoopIllegalArgument.
Result<std::vector<hadoop::hdfs::AclEntryProto>> parse_acl_spec(std::string_view spec, bool with_permissions);
// AclEntry.toStringStable.
std::string acl_entry_text(const hadoop::hdfs::AclEntryProto& entry);

// XAttrHelper.buildXAttr: "user.name" into namespace and name. kHadoopIllegalArgument.
Result<hadoop::hdfs::XAttrProto> parse_xattr_name(std::string_view name);
std::string xattr_name(const hadoop::hdfs::XAttrProto& xattr);
// XAttrCodec: 0x…, 0s…, "…" or text. kIo for hexadecimal that isn't.
Result<std::string> decode_xattr_value(std::string_view text);
// `encoding`: TEXT, HEX or BASE64.
std::string encode_xattr_value(const std::string& value, std::string_view encoding);

// Token.write: the four parts, each with its length as a vint.
void append_token(std::string& out, const hadoop::common::TokenProto& token);
std::string token_url_string(const hadoop::common::TokenProto& token);
// Token.decodeFromUrlString. kEof when it ends early.
Result<hadoop::common::TokenProto> parse_token_url_string(std::string_view text);

}  // namespace tusker::webhdfs
