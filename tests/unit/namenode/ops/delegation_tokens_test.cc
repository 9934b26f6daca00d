#include "namenode/ops/delegation_tokens.h"

#include <chrono>
#include <thread>

#include "common/base/bytes.h"
#include "tests/unit/namenode/ops/namespace_fixture.h"

using namespace tusker;
using namespace tusker::namenode;
using tests::NamespaceFixture;
using tests::Store;

namespace {

Result<security::Token> give(NamespaceFixture& f, const std::string& renewer = "yarn/host@REALM") {
  return f.mutate([&](Transaction& tx) { return get_delegation_token(f.ns(), tx, security::User{"alice", "oozie"}, renewer); });
}
Result<int64_t> renew(NamespaceFixture& f, const security::Token& token, const std::string& user) {
  return f.mutate([&](Transaction& tx) { return renew_delegation_token(f.ns(), tx, token, user); });
}
Result<void> cancel(NamespaceFixture& f, const security::Token& token, const std::string& user) {
  return f.mutate([&](Transaction& tx) { return cancel_delegation_token(tx, token, user); });
}

}  // namespace

TEST_CASE("an identifier is written as Hadoop writes it") {
  const security::DelegationTokenIdentifier id{"alice", "yarn", "", 1000, 1'700'000'000'000, 3, -2};
  const std::string bytes = security::encode_identifier(id);
  CHECK(to_hex(bytes) ==
        "0005616c6963650479"
        "61726e008e03e88a018bcfe5680003fe");
  CHECK(security::decode_identifier(bytes).value() == id);
  CHECK(security::decode_identifier(bytes.substr(0, bytes.size() - 1)).error().code() == StatusCode::kIo);
  CHECK(security::decode_identifier("\1").error().message() == "Unknown version of delegation token 1");
}

TEST_CASE("a token logs its owner in, also after a restart, until it is cancelled") {
  NamespaceFixture f(Store::kRocks);
  const auto token = give(f);
  REQUIRE(token);
  CHECK(token->kind == "HDFS_DELEGATION_TOKEN");
  f.restart();
  DelegationTokenAuthenticator door(f.ns());
  CHECK(door.password_of(token->identifier).value() == token->password);
  CHECK(door.user_of(token->identifier).value() == security::User{"alice", "oozie"});
  CHECK(cancel(f, *token, "eve")
            .error()
            .message()
            .starts_with("eve is not authorized to cancel the token (token for alice: "
                         "HDFS_DELEGATION_TOKEN owner=alice, renewer=yarn, realUser=oozie, issueDate="));
  REQUIRE(cancel(f, *token, "alice"));
  CHECK(door.password_of(token->identifier).error() ==
        Status(StatusCode::kInvalidToken, "Token for real user: oozie, can't be found in cache"));
  CHECK(cancel(f, *token, "yarn").error().message().starts_with("Token not found (token for alice"));
  const auto next = give(f);
  REQUIRE(next);
  CHECK(security::decode_identifier(next->identifier)->sequence == 2);
}

TEST_CASE("only its renewer makes a token hold longer, and not beyond its life") {
  NamespaceFixture f(Store::kMemory, [](Settings& s) {
    s.token_renew_ms = 10;
    s.token_lifetime_ms = 3'600'000;
  });
  const auto token = give(f);
  REQUIRE(token);
  const auto id = *security::decode_identifier(token->identifier);
  CHECK(renew(f, *token, "eve").error().message().find("with non-matching renewer yarn") != std::string::npos);
  auto forged = *token;
  forged.password = "x";
  CHECK(renew(f, forged, "yarn").error().message().ends_with("with wrong password"));
  const auto until = renew(f, *token, "yarn");
  REQUIRE(until);
  CHECK(*until <= id.max_ms);
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  DelegationTokenAuthenticator door(f.ns());
  CHECK(door.password_of(token->identifier).error().message().starts_with("Token oozie has expired, current time: "));
  CHECK(renew(f, *token, "yarn"));  // as long as nobody has swept it away
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  CHECK(f.mutate([&](Transaction& tx) { return expire_delegation_tokens(tx, 10); }).value() == 1);
  CHECK(renew(f, *token, "yarn").error().message().starts_with("Renewal request for unknown token"));
}

TEST_CASE("old keys verify old tokens until those are over") {
  NamespaceFixture f(Store::kMemory, [](Settings& s) { s.token_key_interval_ms = 1; });
  const auto token = give(f);
  REQUIRE(token);
  std::this_thread::sleep_for(std::chrono::milliseconds(5));
  REQUIRE(f.mutate([&](Transaction& tx) { return roll_delegation_key(f.ns(), tx); }));
  const auto next = give(f);
  REQUIRE(next);
  CHECK(security::decode_identifier(next->identifier)->key_id == security::decode_identifier(token->identifier)->key_id + 1);
  CHECK(renew(f, *token, "yarn"));
}
