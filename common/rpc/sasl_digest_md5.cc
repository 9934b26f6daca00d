#include "common/rpc/sasl_digest_md5.h"

#include <fmt/format.h>

#include "common/base/bytes.h"
#include "common/security/digest.h"

namespace tusker::rpc {
namespace {

using security::md5;

constexpr std::string_view kRealm = "default";
constexpr std::string_view kDigestUri = "/default";
constexpr std::string_view kNonceCount = "00000001";
constexpr std::string_view kQop = "auth";

std::unexpected<Status> refuse(std::string text) { return error(StatusCode::kSasl, "DIGEST-MD5: " + std::move(text)); }

struct Exchange {
  std::string_view username;
  std::string_view realm;
  std::string_view password;
  std::string_view nonce;
  std::string_view cnonce;
  std::string_view nc;
  std::string_view digest_uri;
};

// RFC 2831 section 2.1.2.1. `method` is "AUTHENTICATE" for the client's response, "" for the server's.
std::string digest_of(const Exchange& e, std::string_view method) {
  std::string a1 = md5(fmt::format("{}:{}:{}", e.username, e.realm, e.password));
  a1 += fmt::format(":{}:{}", e.nonce, e.cnonce);
  std::string a2 = fmt::format("{}:{}", method, e.digest_uri);
  return to_hex(md5(fmt::format("{}:{}:{}:{}:{}:{}", to_hex(md5(a1)), e.nonce, e.nc, e.cnonce, kQop, to_hex(md5(a2)))));
}

// Takes one value off the front: a quoted string with \-escapes, or what stands up to the next comma.
Result<std::string> take_value(std::string_view& in) {
  std::string value;
  if (!in.starts_with('"')) {
    size_t end = in.find(',');
    value = in.substr(0, end);
    in.remove_prefix(value.size());
    while (value.ends_with(' ')) value.pop_back();
    return value;
  }
  for (size_t i = 1; i < in.size(); ++i) {
    if (in[i] == '"') {
      in.remove_prefix(i + 1);
      return value;
    }
    if (in[i] == '\\' && ++i == in.size()) break;
    value.push_back(in[i]);
  }
  return refuse("a quoted value has no end");
}

void skip(std::string_view& in, std::string_view characters) {
  size_t start = in.find_first_not_of(characters);
  in.remove_prefix(start == std::string_view::npos ? in.size() : start);
}

// The value of a directive, "" when it isn't there.
const std::string& find(const std::map<std::string, std::string>& directives, const std::string& name) {
  static const std::string none;
  auto found = directives.find(name);
  return found == directives.end() ? none : found->second;
}

bool lists_auth(std::string_view qops) {
  while (!qops.empty()) {
    size_t end = qops.find(',');
    std::string_view one = qops.substr(0, end);
    skip(one, " ");
    if (one == kQop) return true;
    qops.remove_prefix(end == std::string_view::npos ? qops.size() : end + 1);
  }
  return false;
}

}  // namespace

Result<std::map<std::string, std::string>> parse_digest_directives(std::string_view text) {
  std::map<std::string, std::string> directives;
  skip(text, ", \t\r\n");
  while (!text.empty()) {
    size_t equals = text.find('=');
    if (equals == std::string_view::npos) return refuse("a directive has no value");
    std::string name(text.substr(0, equals));
    while (name.ends_with(' ')) name.pop_back();
    text.remove_prefix(equals + 1);
    skip(text, " ");
    TRY(std::string value, take_value(text));
    if (!directives.emplace(name, std::move(value)).second) return refuse(fmt::format("directive {} stands twice", name));
    skip(text, ", \t\r\n");
  }
  return directives;
}

std::string DigestMd5Server::challenge() const {
  return fmt::format("realm=\"{}\",nonce=\"{}\",qop=\"{}\",charset=utf-8,algorithm=md5-sess", kRealm, nonce_, kQop);
}

Result<DigestMd5Server::Accepted> DigestMd5Server::verify(std::string_view response,
                                                          const std::function<Result<std::string>(std::string_view)>& password_of) const {
  TRY(auto directives, parse_digest_directives(response));
  const std::string& qop = find(directives, "qop");
  if (find(directives, "nonce") != nonce_) return refuse("the response is to another challenge");
  if (find(directives, "nc") != kNonceCount || find(directives, "cnonce").empty()) return refuse("nonce count or cnonce is wrong");
  if (!qop.empty() && qop != kQop) return refuse(fmt::format("quality of protection {} is not offered", qop));
  if (find(directives, "digest-uri") != kDigestUri) return refuse(fmt::format("digest-uri is {}", find(directives, "digest-uri")));

  const std::string& username = find(directives, "username");
  TRY(std::string identifier, security::decode_base64(username));
  TRY(std::string token_password, password_of(identifier));
  const std::string password = security::base64(token_password);
  Exchange exchange{username, find(directives, "realm"), password, nonce_, find(directives, "cnonce"), kNonceCount, kDigestUri};
  if (!security::equal_secrets(digest_of(exchange, "AUTHENTICATE"), find(directives, "response"))) {
    return refuse("digest response format violation. Mismatched response.");
  }
  return Accepted{std::move(identifier), "rspauth=" + digest_of(exchange, "")};
}

DigestMd5Client::DigestMd5Client(const security::Token& token, std::string cnonce)
    : username_(security::base64(token.identifier)), password_(security::base64(token.password)), cnonce_(std::move(cnonce)) {}

Result<std::string> DigestMd5Client::respond(std::string_view challenge) {
  TRY(auto directives, parse_digest_directives(challenge));
  const std::string& nonce = find(directives, "nonce");
  const std::string& realm = find(directives, "realm");
  const std::string& qops = find(directives, "qop");
  if (nonce.empty() || find(directives, "algorithm") != "md5-sess") return refuse("the challenge has no nonce or another algorithm");
  if (!qops.empty() && !lists_auth(qops)) {
    return refuse(
        fmt::format("the server demands quality of protection {}; only auth is known (hadoop.rpc.protection=authentication)", qops));
  }
  Exchange exchange{username_, realm, password_, nonce, cnonce_, kNonceCount, kDigestUri};
  expected_rspauth_ = digest_of(exchange, "");
  return fmt::format(
      "charset=utf-8,username=\"{}\",realm=\"{}\",nonce=\"{}\",nc={},cnonce=\"{}\",digest-uri=\"{}\",maxbuf=65536,response={},qop={}",
      username_, realm, nonce, kNonceCount, cnonce_, kDigestUri, digest_of(exchange, "AUTHENTICATE"), kQop);
}

Result<void> DigestMd5Client::check(std::string_view final_token) const {
  TRY(auto directives, parse_digest_directives(final_token));
  if (expected_rspauth_.empty() || !security::equal_secrets(find(directives, "rspauth"), expected_rspauth_)) {
    return refuse("the server doesn't prove that it knows the token's password");
  }
  return {};
}

}  // namespace tusker::rpc
