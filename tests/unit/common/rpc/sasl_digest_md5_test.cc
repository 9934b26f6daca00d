#include "common/rpc/sasl_digest_md5.h"

#include "common/security/digest.h"
#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::rpc;

namespace {

// Captured between Apache's MapReduce ApplicationMaster and ResourceManager 3.5.0.
const std::string kIdentifier = "\x0a\x0d\x0a\x09\x08\x01\x10\xd3\x97\xd0\xe2\x9f\x34\x10\x01\x10\x80\xfa\xef\xd1\x01";
const std::string kKey = "\x54\xca\x8c\xee\x2b\x15\xa1\x23";
constexpr auto kNonce = "SpxaEi2WPsZ8+padCnbUYY0xsCpT3kR3dNyfxt8n";
constexpr auto kCnonce = "39cAU4TUWvO2vp8BRoB0k/prVU+1OkkaqpKaNFCk";
constexpr auto kResponse = "2580c1cccefd482f5d3a5e891555e283";
constexpr auto kRspauth = "rspauth=49e73a52ee98e048c61fbc20b632a98a";

security::Token token() { return {kIdentifier, security::hmac_sha1(kKey, kIdentifier), "YARN_AM_RM_TOKEN", ""}; }

Result<std::string> password(std::string_view identifier) {
  if (identifier != kIdentifier) return error(StatusCode::kInvalidToken, "unknown token");
  return token().password;
}

}  // namespace

TEST_CASE("the exchange of Apache's client and server is reproduced") {
  DigestMd5Server server(kNonce);
  CHECK(server.challenge() == std::string("realm=\"default\",nonce=\"") + kNonce + "\",qop=\"auth\",charset=utf-8,algorithm=md5-sess");
  DigestMd5Client client(token(), kCnonce);
  auto response = client.respond(server.challenge());
  REQUIRE(response);
  CHECK(response->find(std::string("response=") + kResponse) != std::string::npos);
  CHECK(response->find("username=\"Cg0KCQgBENOX0OKfNBABEID679EB\"") != std::string::npos);

  auto accepted = server.verify(*response, password);
  REQUIRE(accepted);
  CHECK(accepted->identifier == kIdentifier);
  CHECK(accepted->rspauth == kRspauth);
  CHECK(client.check(accepted->rspauth));
}

TEST_CASE("a wrong password, another nonce or an unknown token is refused") {
  DigestMd5Server server(kNonce);
  auto wrong = token();
  wrong.password[0] = static_cast<char>(wrong.password[0] ^ 1);
  DigestMd5Client liar(wrong, kCnonce);
  auto response = liar.respond(server.challenge());
  REQUIRE(response);
  auto verdict = server.verify(*response, password);
  REQUIRE_FALSE(verdict);
  CHECK(verdict.error().code() == StatusCode::kSasl);
  CHECK_FALSE(liar.check(kRspauth));

  DigestMd5Client honest(token(), kCnonce);
  auto good = honest.respond(server.challenge());
  REQUIRE(good);
  CHECK_FALSE(DigestMd5Server("anotherNonce").verify(*good, password));

  auto stranger = token();
  stranger.identifier += "x";
  DigestMd5Client unknown(stranger, kCnonce);
  auto refused = server.verify(unknown.respond(server.challenge()).value(), password);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code() == StatusCode::kInvalidToken);
}

TEST_CASE("directives come in any order, quoted or not, with escapes") {
  auto directives = parse_digest_directives(R"( qop=auth , username="a\"b,c",nc=00000001,empty="")");
  REQUIRE(directives);
  CHECK(directives->at("qop") == "auth");
  CHECK(directives->at("username") == "a\"b,c");
  CHECK(directives->at("empty").empty());
  for (auto text : {"novalue", "a=\"open", "a=1,a=2", "a=\"x\\"}) {
    auto broken = parse_digest_directives(text);
    REQUIRE_FALSE(broken);
    CHECK(broken.error().code() == StatusCode::kSasl);
  }
  CHECK_FALSE(DigestMd5Client(token(), kCnonce).respond("realm=\"default\",nonce=\"x\",qop=\"auth-conf\",algorithm=md5-sess"));
  CHECK_FALSE(DigestMd5Client(token(), kCnonce).check(kRspauth));  // before any challenge
}
