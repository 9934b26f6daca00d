#include "common/security/token.h"

#include "common/security/digest.h"
#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::security;
using namespace std::string_literals;

TEST_CASE("an empty credentials file has seven bytes") {
  CHECK(encode_credentials({}) == "HDTS\0\0\0"s);
  auto empty = decode_credentials("HDTS\0\0\0"s);
  REQUIRE(empty);
  CHECK(empty->tokens.empty());
  CHECK(empty->secrets.empty());
}

TEST_CASE("tokens and secrets come back as they were") {
  Credentials credentials;
  credentials.tokens.emplace_back("", Token{"identifier\0x"s, std::string(200, 'p'), "YARN_AM_RM_TOKEN", ""});
  credentials.tokens.emplace_back("JobToken", Token{"", "", "mapreduce.job", "job_1_2"});
  credentials.secrets.emplace_back("MapReduceShuffleToken", "\x84\x7c\0\x01"s);
  auto back = decode_credentials(encode_credentials(credentials));
  REQUIRE(back);
  CHECK(back->tokens == credentials.tokens);
  CHECK(back->secrets == credentials.secrets);
  REQUIRE(back->find_kind("mapreduce.job") != nullptr);
  CHECK(back->find_kind("mapreduce.job")->service == "job_1_2");
  CHECK(back->find_kind("NMToken") == nullptr);
}

TEST_CASE("broken credentials are corruption, wherever they end") {
  Credentials credentials;
  credentials.tokens.emplace_back("a", Token{"i", "p", "k", "s"});
  credentials.secrets.emplace_back("b", "secret");
  std::string whole = encode_credentials(credentials);
  for (size_t length = 0; length < whole.size(); ++length) {
    auto cut = decode_credentials(std::string_view(whole).substr(0, length));
    REQUIRE_FALSE(cut);
    CHECK(cut.error().code() == StatusCode::kCorruption);
  }
  CHECK_FALSE(decode_credentials("HDTS\x01\0"s));
  CHECK_FALSE(decode_credentials("HDTS\0\x7f"s));
}

TEST_CASE("Base64 goes both ways and refuses what isn't") {
  for (const auto& text : {""s, "a"s, "ab"s, "abc"s, "\0\xff\x10"s, std::string(1000, 'x')}) CHECK(decode_base64(base64(text)) == text);
  CHECK(base64("ab") == "YWI=");
  CHECK_FALSE(decode_base64("YWI"));
  CHECK_FALSE(decode_base64("Y*I="));
}
