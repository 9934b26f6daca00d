#pragma once

#include <functional>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "common/config/config.h"

namespace tusker::webhdfs {

// What values a parameter takes (Hadoop's *Param classes).
enum class ParameterKind : uint8_t {
  kText,         // any; empty is none
  kDestination,  // an absolute path; empty is none
  kUser,         // user.name's pattern
  kAcl,          // aclspec's pattern
  kAction,       // "rwx", each or '-'
  kNumber,       // whole, in a radix and a range; "null" is none
  kFlag,         // true or false
  kWord,         // one name of an enumeration
  kWords,        // several, with commas
};

struct ParameterRow {
  std::string_view name;
  ParameterKind kind;
  std::string_view default_value = "";
  // Of a number.
  std::string_view type = "long";  // as the texts call it: short, integer, long
  int radix = 10;
  std::optional<int64_t> min = std::nullopt;
  std::optional<int64_t> max = std::nullopt;
  // Of words: the Java enumeration and its names.
  std::string_view enumeration = "";
  std::vector<std::string_view> words = {};
};

// The row of a parameter; there must be one.
const ParameterRow& parameter_row(std::string_view name);
// What a method takes, in the order in which Hadoop checks it. Empty for another method than GET, PUT, POST, DELETE.
const std::vector<std::string_view>& parameters_of(std::string_view method);

// Patterns of names that a site may set (dfs.webhdfs.user.provider.user.pattern, dfs.webhdfs.acl.provider.permission.pattern).
class Patterns {
 public:
  Patterns() = default;
  // kIllegalArgument names the property whose pattern can't be read.
  static Result<Patterns> read(const config::Config& config);
  // kIllegalArgument with Hadoop's text.
  Result<void> check_user(const std::string& name) const;
  Result<void> check_acl(const std::string& spec) const;

 private:
  struct Custom {
    std::string text;
    std::regex compiled;
  };
  std::optional<Custom> user_;  // none: Hadoop's own
  std::optional<Custom> acl_;
};

// A value against its row: what it is, or kIllegalArgument with the text of Hadoop's exception. `upper_words` come back in upper case.
Result<void> check_parameter(const ParameterRow& row, const std::string& value, const Patterns& patterns);

// The parameters of one request. Values have been checked; those that are absent have Hadoop's defaults.
class Parameters {
 public:
  using Query = std::multimap<std::string, std::string>;
  // The NameNode's way: all that `method` takes are checked, in order; an empty value is as an absent one. kIllegalArgument with
  // 'Invalid value for webhdfs parameter "…": …'.
  // `check_op` says what is wrong with the value of "op".
  static Result<Parameters> of_namenode(std::string_view method, const Query& query, const Patterns& patterns,
                                        const std::function<Result<void>(const std::string&)>& check_op);
  // The DataNode's: nothing is checked before it is asked for.
  static Parameters of_datanode(Query query) { return Parameters(std::move(query)); }

  // None when absent or empty.
  std::optional<std::string> text(std::string_view name) const;
  std::vector<std::string> texts(std::string_view name) const;
  std::optional<int64_t> number(std::string_view name) const;
  bool flag(std::string_view name) const;
  // In upper case, in the enumeration's order, each once.
  std::vector<std::string> words(std::string_view name) const;
  // The first value as sent; none when absent.
  std::optional<std::string> raw(std::string_view name) const;

 private:
  explicit Parameters(Query query) : query_(std::move(query)) {}
  Query query_;
};

// One parameter of an answer's query, none when `value` is none: "&name=value", both as java.net.URLEncoder writes them.
void append_query(std::string& query, std::string_view name, const std::optional<std::string>& value);
// As a text of the parameter (Param.getValueString): a number in its radix, words with commas. None when it has no value.
std::optional<std::string> value_string(const Parameters& parameters, std::string_view name);

}  // namespace tusker::webhdfs
