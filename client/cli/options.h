#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"

namespace tusker::cli {

// What a command takes: flags ("R", "skipTrash"), options with a value, and how many arguments (CommandFormat).
struct Grammar {
  std::vector<std::string_view> flags;
  std::vector<std::string_view> valued;
  size_t arguments_min = 0;
  size_t arguments_max = SIZE_MAX;
  bool rest_may_be_dashed = false;  // an unknown dashed word is an argument ("-chmod -x file")
  std::string_view attached;        // an option whose value is attached ("-ptopax"); it may stand anywhere before "--"
};

struct Parsed {
  std::set<std::string, std::less<>> flags;
  std::map<std::string, std::string, std::less<>> values;
  std::vector<std::string> arguments;
  bool has(std::string_view flag) const { return flags.contains(flag); }
};

// Options come before the first argument, in any order; "--" ends them, "-" is an argument. A valued option that is followed by another
// option, or by no more than the arguments that must be there, has the value "". kHadoopIllegalArgument with Hadoop's text:
// "Illegal option -z", "Not enough arguments: expected 1 but got 0", "Too many arguments: expected 1 but got 2".
Result<Parsed> parse_options(const Grammar& grammar, std::vector<std::string> words);

}  // namespace tusker::cli
