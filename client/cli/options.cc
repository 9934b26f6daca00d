#include "client/cli/options.h"

#include <fmt/format.h>

#include <algorithm>

namespace tusker::cli {

Result<Parsed> parse_options(const Grammar& grammar, const std::vector<std::string>& words) {
  Parsed out;
  size_t at = 0;
  for (; at < words.size(); ++at) {
    const std::string& word = words[at];
    if (!word.starts_with('-') || word == "-") break;
    if (word == "--") {
      ++at;
      break;
    }
    const std::string_view option = std::string_view(word).substr(1);
    if (std::ranges::find(grammar.flags, option) != grammar.flags.end()) {
      out.flags.emplace(option);
    } else if (std::ranges::find(grammar.valued, option) != grammar.valued.end()) {
      if (at + 1 == words.size()) return error(StatusCode::kHadoopIllegalArgument, fmt::format("option '{}' requires 1 argument", word));
      out.values.emplace(option, words[++at]);
    } else if (grammar.rest_may_be_dashed) {
      break;
    } else {
      return error(StatusCode::kHadoopIllegalArgument, fmt::format("Illegal option {}", word));
    }
  }
  out.arguments.assign(words.begin() + static_cast<ptrdiff_t>(at), words.end());
  if (out.arguments.size() < grammar.arguments_min) {
    return error(StatusCode::kHadoopIllegalArgument,
                 fmt::format("Not enough arguments: expected {} but got {}", grammar.arguments_min, out.arguments.size()));
  }
  if (out.arguments.size() > grammar.arguments_max) {
    return error(StatusCode::kHadoopIllegalArgument,
                 fmt::format("Too many arguments: expected {} but got {}", grammar.arguments_max, out.arguments.size()));
  }
  return out;
}

}  // namespace tusker::cli
