#include "common/base/glob.h"

namespace tusker {

bool has_wildcard(std::string_view text) {
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (std::string_view("*?[{").find(text[i]) != std::string_view::npos) {
      return true;
    }
  }
  return false;
}

std::string unquoted(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    out.push_back(text[i]);
  }
  return out;
}

std::vector<std::string> expand_braces(const std::string& text) {
  int depth = 0;
  size_t open = std::string::npos;
  std::vector<size_t> cuts;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '{') {
      if (depth++ == 0) open = i;
    } else if (text[i] == ',' && depth == 1) {
      cuts.push_back(i);
    } else if (text[i] == '}' && depth > 0 && --depth == 0) {
      cuts.push_back(i);
      std::vector<std::string> out;
      size_t from = open + 1;
      for (const size_t cut : cuts) {
        for (auto& tail : expand_braces(text.substr(i + 1))) {
          for (auto& middle : expand_braces(text.substr(from, cut - from))) out.push_back(text.substr(0, open) + middle + tail);
        }
        from = cut + 1;
      }
      return out;
    }
  }
  return {text};
}

namespace {

// One character class at pattern[at] == '['; sets `end` past it. False if it isn't closed.
bool class_matches(std::string_view pattern, size_t at, char c, size_t& end, bool& matched) {
  size_t i = at + 1;
  const bool negated = i < pattern.size() && (pattern[i] == '^' || pattern[i] == '!');
  if (negated) ++i;
  bool hit = false;
  for (bool first = true; i < pattern.size() && (first || pattern[i] != ']'); first = false) {
    char low = pattern[i];
    if (low == '\\' && i + 1 < pattern.size()) low = pattern[++i];
    char high = low;
    if (i + 2 < pattern.size() && pattern[i + 1] == '-' && pattern[i + 2] != ']') {
      high = pattern[i + 2];
      i += 2;
    }
    hit = hit || (low <= c && c <= high);
    ++i;
  }
  if (i >= pattern.size()) return false;
  end = i + 1;
  matched = hit != negated;
  return true;
}

}  // namespace

bool glob_matches(std::string_view pattern, std::string_view name) {
  size_t p = 0;
  size_t n = 0;
  size_t star = std::string_view::npos;
  size_t star_name = 0;
  while (n < name.size() || p < pattern.size()) {
    if (p < pattern.size()) {
      if (pattern[p] == '*') {
        star = p++;
        star_name = n;
        continue;
      }
      if (n < name.size()) {
        size_t next = p + 1;
        bool matched = pattern[p] == name[n];
        if (pattern[p] == '?') {
          matched = true;
        } else if (pattern[p] == '[') {
          size_t end = next;
          bool in_class = false;
          if (class_matches(pattern, p, name[n], end, in_class)) {
            matched = in_class;
            next = end;
          }
        } else if (pattern[p] == '\\' && p + 1 < pattern.size()) {
          matched = pattern[p + 1] == name[n];
          next = p + 2;
        }
        if (matched) {
          p = next;
          ++n;
          continue;
        }
      }
    }
    if (star == std::string_view::npos || star_name >= name.size()) return false;
    p = star + 1;
    n = ++star_name;
  }
  return true;
}

}  // namespace tusker
