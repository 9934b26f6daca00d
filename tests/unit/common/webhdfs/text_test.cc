#include "common/webhdfs/text.h"

#include "tests/support/catch.h"

using namespace tusker::webhdfs;

TEST_CASE("numbers are read as Java reads them") {
  CHECK(parse_java_number("+7", 10, "long") == 7);
  CHECK(parse_java_number("-7", 10, "long") == -7);
  CHECK(parse_java_number("1777", 8, "short") == 01777);
  for (const auto* bad : {"", "+", "-", "+-1", " 1", "1 ", "0x1", "9223372036854775808"}) CHECK_FALSE(parse_java_number(bad, 10, "long"));
  CHECK_FALSE(parse_java_number("32768", 10, "short"));
  CHECK_FALSE(parse_java_number("2147483648", 10, "integer"));
  CHECK(in_radix(01777, 8) == "1777");
}

TEST_CASE("malformed UTF-8 is replaced as Java replaces it") {
  CHECK(decoded_utf8("a\xC3\xA9") == "a\xC3\xA9");
  CHECK(decoded_utf8("a\xFF"
                     "b") ==
        "a\xEF\xBF\xBD"
        "b");
  CHECK(decoded_utf8("\xE2\x82") == "\xEF\xBF\xBD");  // a character cut short: one replacement
  CHECK(decoded_utf8("\xED\xA0\x80").size() == 9);    // a surrogate: three
  CHECK(decoded_utf8("\xF0\x9F\x98\x80") == "\xF0\x9F\x98\x80");
}

TEST_CASE("redirects are quoted as java.net.URI quotes them, the query twice") {
  CHECK(url_encode("a b*c/d,\xC3\xA9") == "a+b*c%2Fd%2C%C3%A9");
  CHECK(uri_quoted("/a b%c?d#e;f:g+h", false) == "/a%20b%25c%3Fd%23e;f:g+h");
  CHECK(uri_quoted("x=%2C&y=[1]", true) == "x=%252C&y=[1]");
  CHECK(ascii_uri("/\xC3\xA9") == "/%C3%A9");
}

TEST_CASE("URL-safe Base64 comes back, padded or not") {
  CHECK(base64_url(std::string("\0\0\0\0", 4)) == "AAAAAA");
  CHECK(decode_base64_url("AAAAAA").size() == 4);
  CHECK(decode_base64_url("_-8=") == "\xFF\xEF");
  CHECK(base64_url("\xFF\xEF") == "_-8");
}
