#include "common/webhdfs/parameters.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>

#include "common/base/check.h"
#include "common/webhdfs/text.h"

namespace tusker::webhdfs {
namespace {

using Kind = ParameterKind;

constexpr int64_t kLongMax = std::numeric_limits<int64_t>::max();
constexpr size_t kPatternBytesMax = 4096;  // longer texts aren't given to a site's regular expression, whose match may recurse
constexpr std::string_view kUserPattern = "^[A-Za-z_][A-Za-z0-9._-]*[$]?$";
constexpr std::string_view kAclPattern =
    "^(default:)?(user|group|mask|other):[[A-Za-z_][A-Za-z0-9._-]]*:([rwx-]{3})?(,(default:)?(user|group|mask|other):"
    "[[A-Za-z_][A-Za-z0-9._-]]*:([rwx-]{3})?)*$";
constexpr config::Key<std::string_view> kUserPatternKey{"dfs.webhdfs.user.provider.user.pattern", kUserPattern};
constexpr config::Key<std::string_view> kAclPatternKey{"dfs.webhdfs.acl.provider.permission.pattern", kAclPattern};

const std::vector<ParameterRow>& rows() {
  static const std::vector<ParameterRow> all = {
      {"accesstime", Kind::kNumber, "-1", "long", 10, -1},
      {"aclspec", Kind::kAcl},
      {"allusers", Kind::kFlag, "false"},
      {"blocksize", Kind::kNumber, "null", "long", 10, 1},
      {"buffersize", Kind::kNumber, "null", "integer", 10, 1},
      {"createflag",
       Kind::kWords,
       "",
       "",
       10,
       {},
       {},
       "org.apache.hadoop.fs.CreateFlag",
       {"CREATE", "OVERWRITE", "APPEND", "SYNC_BLOCK", "LAZY_PERSIST", "NEW_BLOCK", "NO_LOCAL_WRITE", "SHOULD_REPLICATE",
        "IGNORE_CLIENT_LOCALITY", "NO_LOCAL_RACK"}},
      {"createparent", Kind::kFlag, "true"},
      {"delegation", Kind::kText},
      {"destination", Kind::kDestination},
      {"doas", Kind::kText},
      {"ecpolicy", Kind::kText},
      {"encoding", Kind::kWord, "", "", 10, {}, {}, "org.apache.hadoop.fs.XAttrCodec", {"TEXT", "HEX", "BASE64"}},
      {"excludedatanodes", Kind::kText},
      {"flag", Kind::kWords, "", "", 10, {}, {}, "org.apache.hadoop.fs.XAttrSetFlag", {"CREATE", "REPLACE"}},
      {"fsaction", Kind::kAction, "null"},
      {"group", Kind::kText},
      {"kind", Kind::kText, "null"},
      {"length", Kind::kNumber, "null", "long", 10, 0},
      {"modificationtime", Kind::kNumber, "-1", "long", 10, -1},
      {"namenoderpcaddress", Kind::kText},
      {"namespacequota", Kind::kNumber, "9223372036854775807", "long", 10, -1, kLongMax},
      {"newlength", Kind::kNumber, "null", "long", 10, 0},
      {"noredirect", Kind::kFlag, "false"},
      {"offset", Kind::kNumber, "0", "long", 10, 0},
      {"oldsnapshotname", Kind::kText},
      {"op", Kind::kText, "null"},
      {"overwrite", Kind::kFlag, "false"},
      {"owner", Kind::kText},
      {"permission", Kind::kNumber, "null", "short", 8, 0, 01777},
      {"recursive", Kind::kFlag, "false"},
      {"renameoptions", Kind::kWords, "", "", 10, {}, {}, "org.apache.hadoop.fs.Options.Rename", {"NONE", "OVERWRITE", "TO_TRASH"}},
      {"renewer", Kind::kText, "null"},
      {"replication", Kind::kNumber, "null", "short", 10, 1},
      {"service", Kind::kText, "null"},
      {"snapshotdiffindex", Kind::kNumber, "-1", "integer", 10, -1},
      {"snapshotdiffstartpath", Kind::kText},
      {"snapshotname", Kind::kText},
      {"sources", Kind::kText},
      {"startafter", Kind::kText},
      {"storagepolicy", Kind::kText},
      {"storagespacequota", Kind::kNumber, "9223372036854775807", "long", 10, -1, kLongMax},
      {"storagetype", Kind::kText},
      {"token", Kind::kText},
      {"unmaskedpermission", Kind::kNumber, "null", "short", 8, 0, 01777},
      {"user.name", Kind::kUser},
      {"xattr.name", Kind::kText},
      {"xattr.value", Kind::kText},
  };
  return all;
}

Result<void> refuse(std::string message) { return error(StatusCode::kIllegalArgument, std::move(message)); }

Result<void> check_number(const ParameterRow& row, const std::string& value) {
  if (value == "null") return {};
  const auto number = parse_java_number(value, row.radix, row.type);
  if (!number) {
    const std::string_view type = row.type == "integer" ? "integer" : row.type == "short" ? "short integer" : "long integer";
    return refuse(fmt::format("Failed to parse \"{}\" as a radix-{} {}.", value, row.radix, type));
  }
  if (row.min && *number < *row.min) {
    return refuse(
        fmt::format("Invalid parameter range: {} = {} < {}", row.name, in_radix(*number, row.radix), in_radix(*row.min, row.radix)));
  }
  if (row.max && *number > *row.max) {
    return refuse(
        fmt::format("Invalid parameter range: {} = {} > {}", row.name, in_radix(*number, row.radix), in_radix(*row.max, row.radix)));
  }
  return {};
}

Result<void> check_word(const ParameterRow& row, const std::string& word) {
  if (std::ranges::find(row.words, word) != row.words.end()) return {};
  return refuse(fmt::format("No enum constant {}.{}", row.enumeration, word));
}

std::vector<std::string> split_words(const std::string& value) {
  std::vector<std::string> out;
  size_t begin = 0;
  for (;;) {
    const size_t comma = value.find(',', begin);
    out.push_back(upper(trimmed(value.substr(begin, comma == std::string::npos ? comma : comma - begin))));
    if (comma == std::string::npos) return out;
    begin = comma + 1;
  }
}

Result<void> check_words(const ParameterRow& row, const std::string& value) {
  if (value.empty()) return {};
  for (const auto& word : split_words(value)) TRY_VOID(check_word(row, word));
  return {};
}

bool is_user(std::string_view name) {
  if (name.ends_with('$')) name.remove_suffix(1);
  if (name.empty() || !(std::isalpha(static_cast<unsigned char>(name[0])) || name[0] == '_')) return false;
  return std::ranges::all_of(name, [](char c) { return std::isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '_' || c == '-'; });
}

bool is_acl_entry(std::string_view entry) {
  if (entry.starts_with("default:")) entry.remove_prefix(8);
  const size_t colon = entry.find(':');
  if (colon == std::string_view::npos) return false;
  static constexpr std::array<std::string_view, 4> kTypes = {"user", "group", "mask", "other"};
  if (std::ranges::find(kTypes, entry.substr(0, colon)) == kTypes.end()) return false;
  entry.remove_prefix(colon + 1);
  const size_t end = entry.find(':');
  if (end == std::string_view::npos) return false;
  for (const char c : entry.substr(0, end)) {
    if (!std::isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '_' && c != '-') return false;
  }
  entry.remove_prefix(end + 1);
  return entry.empty() || (entry.size() == 3 && entry.find_first_not_of("rwx-") == std::string_view::npos);
}

bool is_acl(std::string_view spec) {
  for (;;) {
    const size_t comma = spec.find(',');
    if (!is_acl_entry(spec.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    spec.remove_prefix(comma + 1);
  }
}

bool is_action(std::string_view text) {
  return text.size() == 3 && (text[0] == 'r' || text[0] == '-') && (text[1] == 'w' || text[1] == '-') && (text[2] == 'x' || text[2] == '-');
}

std::string outside(const std::string& value, std::string_view domain) {
  return fmt::format("Invalid value: \"{}\" does not belong to the domain {}", value, domain);
}

}  // namespace

const ParameterRow& parameter_row(std::string_view name) {
  const auto found = std::ranges::find(rows(), name, &ParameterRow::name);
  CHECK_INVARIANT(found != rows().end());
  return *found;
}

const std::vector<std::string_view>& parameters_of(std::string_view method) {
  using Names = std::vector<std::string_view>;
  static const std::map<std::string_view, Names> all = {
      {"GET",
       {"delegation",
        "user.name",
        "doas",
        "op",
        "offset",
        "length",
        "renewer",
        "buffersize",
        "xattr.name",
        "encoding",
        "excludedatanodes",
        "fsaction",
        "snapshotname",
        "oldsnapshotname",
        "snapshotdiffstartpath",
        "snapshotdiffindex",
        "kind",
        "service",
        "noredirect",
        "startafter",
        "allusers"}},
      {"PUT",
       {"delegation",
        "user.name",
        "doas",
        "op",
        "destination",
        "owner",
        "group",
        "permission",
        "unmaskedpermission",
        "overwrite",
        "buffersize",
        "replication",
        "blocksize",
        "modificationtime",
        "accesstime",
        "renameoptions",
        "createparent",
        "token",
        "aclspec",
        "xattr.name",
        "xattr.value",
        "flag",
        "snapshotname",
        "oldsnapshotname",
        "excludedatanodes",
        "createflag",
        "noredirect",
        "storagepolicy",
        "ecpolicy",
        "namespacequota",
        "storagespacequota",
        "storagetype"}},
      {"POST", {"delegation", "user.name", "doas", "op", "sources", "buffersize", "excludedatanodes", "newlength", "noredirect"}},
      {"DELETE", {"delegation", "user.name", "doas", "op", "recursive", "snapshotname"}},
  };
  static const Names none;
  const auto found = all.find(method);
  return found == all.end() ? none : found->second;
}

Result<Patterns> Patterns::read(const config::Config& config) {
  Patterns out;
  const auto read_one = [&config](const config::Key<std::string_view>& key, std::optional<Custom>& into) -> Result<void> {
    const std::string text = config.get(key);
    if (text == key.default_value) return {};
    try {
      into = Custom{text, std::regex(text)};
    } catch (const std::regex_error& e) {
      return error(StatusCode::kIllegalArgument, fmt::format("{}: can't read the pattern '{}': {}", key.name, text, e.what()));
    }
    return {};
  };
  TRY_VOID(read_one(kUserPatternKey, out.user_));
  TRY_VOID(read_one(kAclPatternKey, out.acl_));
  return out;
}

Result<void> Patterns::check_user(const std::string& name) const {
  const bool fits = user_ ? name.size() <= kPatternBytesMax && std::regex_match(name, user_->compiled) : is_user(name);
  if (fits) return {};
  return refuse(outside(name, user_ ? std::string_view(user_->text) : kUserPattern));
}

Result<void> Patterns::check_acl(const std::string& spec) const {
  const bool fits = acl_ ? spec.size() <= kPatternBytesMax && std::regex_match(spec, acl_->compiled) : is_acl(spec);
  if (fits) return {};
  return refuse(outside(spec, acl_ ? std::string_view(acl_->text) : kAclPattern));
}

Result<void> check_parameter(const ParameterRow& row, const std::string& value, const Patterns& patterns) {
  switch (row.kind) {
    case Kind::kText:
      return {};
    case Kind::kDestination:
      if (value.empty() || value.starts_with('/')) return {};
      return refuse(fmt::format("Invalid parameter value: {} = \"{}\" is not an absolute path.", row.name, value));
    case Kind::kUser:
      return value.empty() ? Result<void>() : patterns.check_user(value);
    case Kind::kAcl:
      return value.empty() ? Result<void>() : patterns.check_acl(value);
    case Kind::kAction:
      return value == "null" || value.empty() || is_action(value) ? Result<void>() : refuse(outside(value, "[r-][w-][x-]"));
    case Kind::kNumber:
      return check_number(row, value);
    case Kind::kFlag:
      if (upper(value) == "TRUE" || upper(value) == "FALSE") return {};
      return refuse(fmt::format("Failed to parse \"{}\" to Boolean.", value));
    case Kind::kWord:
      return value.empty() ? Result<void>() : check_word(row, upper(value));
    case Kind::kWords:
      return check_words(row, value);
  }
  return {};
}

Result<Parameters> Parameters::of_namenode(std::string_view method, const Query& query, const Patterns& patterns,
                                           const std::function<Result<void>(const std::string&)>& check_op) {
  Query kept;
  for (const auto name : parameters_of(method)) {
    const ParameterRow& row = parameter_row(name);
    auto [begin, end] = query.equal_range(std::string(name));
    for (auto it = begin; it != end; ++it) {
      const std::string value = decoded_utf8(it->second);
      if (value.empty()) continue;
      if (it == begin || name == "xattr.name") {
        const auto checked = name == "op" ? check_op(value) : check_parameter(row, value, patterns);
        if (!checked) {
          return error(StatusCode::kIllegalArgument, fmt::format("Invalid value for webhdfs parameter \"{}\": "
                                                                 "java.lang.IllegalArgumentException: {}",
                                                                 name, checked.error().message()));
        }
      }
      kept.emplace(name, value);
    }
  }
  return Parameters(std::move(kept));
}

std::optional<std::string> Parameters::raw(std::string_view name) const {
  const auto it = query_.lower_bound(std::string(name));
  return it == query_.end() || it->first != name ? std::nullopt : std::optional(it->second);
}

std::optional<std::string> Parameters::text(std::string_view name) const {
  auto value = raw(name);
  if (value && (value->empty() || (parameter_row(name).default_value == "null" && *value == "null"))) return std::nullopt;
  return value;
}

std::vector<std::string> Parameters::texts(std::string_view name) const {
  std::vector<std::string> out;
  auto [begin, end] = query_.equal_range(std::string(name));
  for (auto it = begin; it != end; ++it) {
    if (!it->second.empty()) out.push_back(it->second);
  }
  return out;
}

std::optional<int64_t> Parameters::number(std::string_view name) const {
  const ParameterRow& row = parameter_row(name);
  const std::string value = raw(name).value_or(std::string(row.default_value));
  return value == "null" ? std::nullopt : parse_java_number(value, row.radix, row.type);
}

bool Parameters::flag(std::string_view name) const {
  return upper(raw(name).value_or(std::string(parameter_row(name).default_value))) == "TRUE";
}

std::vector<std::string> Parameters::words(std::string_view name) const {
  const ParameterRow& row = parameter_row(name);
  const std::string value = raw(name).value_or("");
  std::vector<std::string> out;
  if (value.empty()) return out;
  const auto given = split_words(value);
  for (const auto word : row.words) {
    if (std::ranges::find(given, word) != given.end()) out.emplace_back(word);
  }
  return out;
}

void append_query(std::string& query, std::string_view name, const std::optional<std::string>& value) {
  if (value) query += "&" + url_encode(name) + "=" + url_encode(*value);
}

std::optional<std::string> value_string(const Parameters& parameters, std::string_view name) {
  const ParameterRow& row = parameter_row(name);
  switch (row.kind) {
    case Kind::kNumber: {
      const auto number = parameters.number(name);
      return number ? std::optional(in_radix(*number, row.radix)) : std::nullopt;
    }
    case Kind::kFlag:
      return parameters.flag(name) ? "true" : "false";
    case Kind::kWords: {
      std::string joined;
      for (const auto& word : parameters.words(name)) joined += (joined.empty() ? "" : ",") + word;
      return joined;
    }
    default:
      return parameters.text(name);
  }
}

}  // namespace tusker::webhdfs
