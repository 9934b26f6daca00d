#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// Texts as Java reads and writes them.
namespace tusker::webhdfs {

std::string upper(std::string_view text);
// Without the characters up to the space at both ends (String.trim).
std::string trimmed(std::string_view text);
// Short.parseShort, Integer.parseInt, Long.parseLong by `type`: short, integer, long. A sign may stand before the digits.
std::optional<int64_t> parse_java_number(std::string_view text, int radix, std::string_view type);
std::string in_radix(int64_t number, int radix);

// java.net.URLEncoder in UTF-8.
std::string url_encode(std::string_view text);
// UTF-8 as Java decodes it: each malformed sequence becomes U+FFFD.
std::string decoded_utf8(std::string_view bytes);
// What java.net.URI's constructor of many parts makes of a path or a query: characters that may not stand there, and '%', as %XX.
// Characters beyond ASCII stay, as in URI.toString().
std::string uri_quoted(std::string_view text, bool is_query);
// URI.toASCIIString(): what is beyond ASCII as %XX.
std::string ascii_uri(std::string_view uri);

// Base64 as org.apache.commons.codec's URL-safe encoder writes it: no padding (Token.encodeToUrlString).
std::string base64_url(std::string_view bytes);
// Either alphabet, padded or not; what belongs to neither is skipped.
std::string decode_base64_url(std::string_view text);
std::string hex(std::string_view bytes);

}  // namespace tusker::webhdfs
