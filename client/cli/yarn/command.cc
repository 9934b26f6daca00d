#include "client/cli/yarn/command.h"

#include <fmt/format.h>

#include <cmath>
#include <cstdio>

namespace tusker::cli::yarn {

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_error(const std::string& text) { fmt::print(stderr, "{}\n", text); }

std::string percent(float fraction) {
  std::string text = fmt::format("{:.2f}", std::round(fraction * 10000) / 100);
  while (text.ends_with('0')) text.pop_back();
  if (text.ends_with('.')) text.pop_back();
  if (text.starts_with("0.")) text.erase(0, 1);
  return (text == "0" ? "0" : text) + "%";
}

}  // namespace tusker::cli::yarn
