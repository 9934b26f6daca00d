#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tusker {

// Hadoop's path patterns (org.apache.hadoop.fs.GlobPattern): * ? [a-c] [^a] {x,y} within a component; \\ quotes the next character.

// A wildcard that isn't quoted by a backslash.
bool has_wildcard(std::string_view text);
// Without the quoting backslashes.
std::string unquoted(std::string_view text);
// `name` is one component; `pattern` is free of braces (expand_braces). A class that isn't closed stands for itself.
bool glob_matches(std::string_view pattern, std::string_view name);
// "{a,b}/c" → "a/c", "b/c"; braces may nest; what isn't closed stays.
std::vector<std::string> expand_braces(const std::string& text);

}  // namespace tusker
