#include "common/webhdfs/attributes.h"

#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::webhdfs;

TEST_CASE("ACL specifications are read and written") {
  const auto entries = parse_acl_spec("user:bob:rwx,default:group::r-x,mask::---", true);
  REQUIRE(entries);
  REQUIRE(entries->size() == 3);
  CHECK(acl_entry_text((*entries)[0]) == "user:bob:rwx");
  CHECK(acl_entry_text((*entries)[1]) == "default:group::r-x");
  CHECK(acl_entry_text((*entries)[2]) == "mask::---");
  const auto names = parse_acl_spec("user:bob:", false);
  REQUIRE(names);
  CHECK((*names)[0].name() == "bob");
  CHECK(parse_acl_spec("user:bob:", true).error().message() == "Invalid <aclSpec> : user:bob:");
  CHECK(parse_acl_spec("bob:x:rwx", true).error().message() == "Invalid type of acl in <aclSpec> :bob:x:rwx");
  CHECK(parse_acl_spec("user:x:wrx", true).error().message() == "Invalid permission in <aclSpec> : user:x:wrx");
  CHECK(parse_acl_spec("user:x:rwx:y", true).error().message() == "Invalid <aclSpec> : user:x:rwx:y");
}

TEST_CASE("extended attributes' names and values") {
  CHECK(xattr_name(*parse_xattr_name("USER.a.b")) == "user.a.b");
  CHECK(parse_xattr_name("a").error().message() ==
        "An XAttr name must be prefixed with user/trusted/security/system/raw, followed by a '.'");
  CHECK(parse_xattr_name("user.").error().message() == "XAttr name cannot be empty.");
  CHECK(decode_xattr_value("0x6162") == "ab");
  CHECK(decode_xattr_value("0sYWI=") == "ab");
  CHECK(decode_xattr_value("\"ab\"") == "ab");
  CHECK(decode_xattr_value("ab") == "ab");
  CHECK_FALSE(decode_xattr_value("0x6"));
  CHECK_FALSE(decode_xattr_value("0xzz"));
  CHECK(encode_xattr_value("ab", "TEXT") == "\"ab\"");
  CHECK(encode_xattr_value("ab", "HEX") == "0x6162");
  CHECK(encode_xattr_value("ab", "BASE64") == "0sYWI=");
}

TEST_CASE("tokens go through URLs") {
  hadoop::common::TokenProto token;
  token.set_identifier("id");
  token.set_password("pass");
  token.set_kind("kind");
  token.set_service("service");
  const auto back = parse_token_url_string(token_url_string(token));
  REQUIRE(back);
  CHECK(back->SerializeAsString() == token.SerializeAsString());
  hadoop::common::TokenProto empty;
  empty.set_identifier("");
  empty.set_password("");
  empty.set_kind("");
  empty.set_service("");
  CHECK(token_url_string(empty) == "AAAAAA");
  CHECK_FALSE(parse_token_url_string("xx"));
}
