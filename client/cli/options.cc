#include "client/cli/options.h"

#include <fmt/format.h>

#include <algorithm>

namespace tusker::cli {
namespace {

// Takes the first "-pVALUE" before "--" out of the words.
void take_attached(std::string_view option, std::vector<std::string>& words, Parsed& out) {
  const std::string prefix = fmt::format("-{}", option);
  for (auto at = words.begin(); at != words.end() && *at != "--"; ++at) {
    if (!at->starts_with(prefix)) continue;
    out.values.emplace(option, at->substr(prefix.size()));
    words.erase(at);
    return;
  }
}

}  // namespace

Result<Parsed> parse_options(const Grammar& grammar, std::vector<std::string> words) {
  Parsed out;
  if (!grammar.attached.empty()) take_attached(grammar.attached, words, out);
  std::vector<std::string>& unknown = out.arguments;
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
      const size_t left = unknown.size() + words.size() - at - 1;
      const bool has_value = at + 1 < words.size() && left > grammar.arguments_min && !words[at + 1].starts_with('-');
      out.values.insert_or_assign(std::string(option), has_value ? words[at + 1] : "");
      if (has_value) ++at;
    } else if (grammar.rest_may_be_dashed) {
      unknown.push_back(word);
    } else {
      return error(StatusCode::kHadoopIllegalArgument, fmt::format("Illegal option {}", word));
    }
  }
  out.arguments.insert(out.arguments.end(), words.begin() + static_cast<ptrdiff_t>(at), words.end());
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
