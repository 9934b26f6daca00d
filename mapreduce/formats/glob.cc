#include "mapreduce/formats/glob.h"

#include <algorithm>

namespace tusker::mapreduce {
namespace {

// Matches one [..] at the front of `pattern`, which is moved behind it; false when it isn't closed.
bool matches_class(std::string_view& pattern, char c, bool& closed) {
  size_t at = 1;
  const bool negated = at < pattern.size() && (pattern[at] == '^' || pattern[at] == '!');
  if (negated) ++at;
  bool found = false;
  for (bool first = true; at < pattern.size() && (pattern[at] != ']' || first); first = false) {
    if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
    const char low = pattern[at++];
    char high = low;
    if (at + 1 < pattern.size() && pattern[at] == '-' && pattern[at + 1] != ']') {
      high = pattern[at + 1];
      at += 2;
    }
    found = found || (low <= c && c <= high);
  }
  closed = at < pattern.size();
  pattern.remove_prefix(std::min(at + 1, pattern.size()));
  return found != negated;
}

std::string unquoted(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out.push_back(text[i]);
  }
  return out;
}

// The end of the brace group that opens at `open`, and the commas of its own level.
size_t close_of(std::string_view text, size_t open, std::vector<size_t>& commas) {
  int depth = 0;
  for (size_t i = open; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '{') {
      ++depth;
    } else if (text[i] == '}' && --depth == 0) {
      return i;
    } else if (text[i] == ',' && depth == 1) {
      commas.push_back(i);
    }
  }
  return std::string_view::npos;
}

}  // namespace

bool has_glob(std::string_view path) { return path.find_first_of("*?[{\\") != std::string_view::npos; }

bool glob_matches(std::string_view pattern, std::string_view name) {
  while (!pattern.empty()) {
    if (pattern[0] == '*') {
      pattern.remove_prefix(1);
      for (size_t skip = 0; skip <= name.size(); ++skip) {
        if (glob_matches(pattern, name.substr(skip))) return true;
      }
      return false;
    }
    if (name.empty()) return false;
    if (pattern[0] == '[') {
      bool closed = false;
      if (!matches_class(pattern, name[0], closed) || !closed) return false;
    } else {
      if (pattern[0] == '\\' && pattern.size() > 1) {
        pattern.remove_prefix(1);
        if (pattern[0] != name[0]) return false;
      } else if (pattern[0] != '?' && pattern[0] != name[0]) {
        return false;
      }
      pattern.remove_prefix(1);
    }
    name.remove_prefix(1);
  }
  return name.empty();
}

std::vector<std::string> expand_braces(std::string_view pattern) {
  size_t open = 0;
  while (open < pattern.size() && pattern[open] != '{') open += pattern[open] == '\\' ? 2 : 1;
  std::vector<size_t> commas;
  const size_t close = open < pattern.size() ? close_of(pattern, open, commas) : std::string_view::npos;
  if (close == std::string_view::npos) return {std::string(pattern)};
  std::vector<std::string> expanded;
  commas.push_back(close);
  size_t begin = open + 1;
  for (size_t comma : commas) {
    std::string one(pattern.substr(0, open));
    one.append(pattern.substr(begin, comma - begin)).append(pattern.substr(close + 1));
    for (auto& deeper : expand_braces(one)) expanded.push_back(std::move(deeper));
    begin = comma + 1;
  }
  return expanded;
}

Result<std::vector<StoreStatus>> glob(FileStore& store, const std::string& pattern) {
  std::vector<StoreStatus> found;
  for (const std::string& plain : expand_braces(pattern)) {
    std::vector<std::string> paths = {""};
    std::string_view rest = plain;
    while (!rest.empty()) {
      rest.remove_prefix(1);  // the slash
      const size_t slash = std::min(rest.find('/'), rest.size());
      const std::string_view part = rest.substr(0, slash);
      rest.remove_prefix(slash);
      std::vector<std::string> next;
      for (const std::string& path : paths) {
        if (!has_glob(part)) {
          next.push_back(path + "/" + unquoted(part));
          continue;
        }
        auto entries = store.list(path.empty() ? "/" : path);
        if (!entries && entries.error().code() == StatusCode::kFileNotFound) continue;
        if (!entries) return error(entries.error());
        for (const StoreStatus& entry : *entries) {
          if (entry.path != path && glob_matches(part, store_name(entry.path))) next.push_back(entry.path);
        }
      }
      paths = std::move(next);
    }
    for (const std::string& path : paths) {
      TRY(auto status, store.status(path.empty() ? "/" : path));
      if (status) found.push_back(std::move(*status));
    }
  }
  std::ranges::sort(found, {}, &StoreStatus::path);
  const auto twice = std::ranges::unique(found, {}, &StoreStatus::path);
  found.erase(twice.begin(), twice.end());
  return found;
}

}  // namespace tusker::mapreduce
