#include "client/cli/hdfs/dfs/shell.h"

#include <fmt/format.h>

#include <algorithm>

namespace tusker::cli::dfs {
namespace {

// "/a/b" of any spelling with empty, "." and ".." components taken out, as Hadoop's Path does.
std::string normalized(std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    if (part == "..") {
      if (!parts.empty()) parts.pop_back();
    } else if (!part.empty() && part != ".") {
      parts.push_back(part);
    }
    path = slash == std::string_view::npos ? std::string_view() : path.substr(slash + 1);
  }
  std::string out;
  for (const auto part : parts) out.append("/").append(part);
  return out.empty() ? "/" : out;
}

std::string without_trailing_slash(std::string text) {
  while (text.size() > 1 && text.ends_with('/')) text.pop_back();
  return text;
}

}  // namespace

std::string PathItem::name() const { return path == "/" ? "" : path.substr(path.rfind('/') + 1); }

PathItem PathItem::child(const std::string& child_name) const {
  PathItem out;
  out.path = (path == "/" ? "" : path) + "/" + child_name;
  const std::string base = without_trailing_slash(text);
  // "." names the working directory: its entries are shown by their names alone.
  out.text = base == "." || base.empty() ? child_name : (base == "/" ? "" : base) + "/" + child_name;
  return out;
}

namespace path_error {
Status with(const std::string& path, const std::string& what) { return {StatusCode::kIo, fmt::format("`{}': {}", path, what)}; }
Status not_found(const std::string& path) { return {StatusCode::kFileNotFound, fmt::format("`{}': No such file or directory", path)}; }
Status not_found_in(const std::string& path, const std::string& qualified) {
  return {StatusCode::kFileNotFound, path == qualified ? fmt::format("`{}': No such file or directory", path)
                                                       : fmt::format("`{}': No such file or directory: `{}'", path, qualified)};
}
Status exists(const std::string& path) { return with(path, "File exists"); }
Status is_directory(const std::string& path) { return with(path, "Is a directory"); }
Status is_not_directory(const std::string& path) { return with(path, "Is not a directory"); }
Status not_empty(const std::string& path) { return with(path, "Directory is not empty"); }
}  // namespace path_error

void Shell::print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void Shell::report(std::string_view command, const Status& status) {
  std::fflush(stdout);
  const std::string line = status.message().substr(0, status.message().find('\n'));
  fmt::print(stderr, "{}: {}\n", command, line);
  exit_code_ = 1;
}

void Shell::report_usage(std::string_view command, const Status& status) {
  std::fflush(stdout);
  fmt::print(stderr, "-{}: {}\n", command, status.message());
  exit_code_ = 255;
}

Task<Result<PathItem>> Shell::item(std::string text) {
  if (text.empty()) co_return error(StatusCode::kHadoopIllegalArgument, "Can not create a Path from an empty string");
  PathItem out;
  out.text = without_trailing_slash(text);
  std::string rest = text;
  if (rest.starts_with("hdfs:")) {
    rest = rest.substr(5);
    if (rest.starts_with("//")) {
      const size_t slash = rest.find('/', 2);
      const std::string authority = rest.substr(2, slash == std::string::npos ? slash : slash - 2);
      if (!authority.empty() && authority != authority_ && authority + ":8020" != authority_) {
        co_return error(StatusCode::kHadoopIllegalArgument,
                        fmt::format("Wrong FS: {}, expected: hdfs://{}; name that cluster with -fs", text, authority_));
      }
      rest = slash == std::string::npos ? "/" : rest.substr(slash);
    }
  } else if (const size_t colon = rest.find(':'); colon != std::string::npos && colon < rest.find('/')) {
    co_return error(StatusCode::kIo, fmt::format("No FileSystem for scheme \"{}\"", rest.substr(0, colon)));
  }
  out.path = normalized(rest.starts_with('/') ? rest : home() + "/" + rest);
  CO_TRY(out.status, co_await fs_.status(out.path));
  co_return out;
}

Task<Result<std::vector<PathItem>>> Shell::children(PathItem directory) {
  CO_TRY(auto entries, co_await fs_.list(directory.path));
  std::vector<PathItem> out;
  out.reserve(entries.size());
  for (auto& entry : entries) {
    PathItem child = directory.child(entry.path.substr(entry.path.rfind('/') + 1));
    child.status = std::move(entry);
    out.push_back(std::move(child));
  }
  co_return out;
}

Task<Result<std::vector<PathItem>>> Shell::expand_component(std::vector<PathItem> bases, std::string pattern, bool last) {
  std::vector<PathItem> out;
  for (const auto& base : bases) {
    if (!has_glob(pattern)) {
      PathItem next = base.child(pattern);
      CO_TRY(next.status, co_await fs_.status(next.path));
      if (next.exists()) out.push_back(std::move(next));
      continue;
    }
    if (!base.is_directory()) continue;
    CO_TRY(auto entries, co_await children(base));
    for (auto& entry : entries) {
      if (glob_matches(pattern, entry.name()) && (last || entry.is_directory())) out.push_back(std::move(entry));
    }
  }
  co_return out;
}

Task<Result<std::vector<PathItem>>> Shell::expand(std::string text) {
  std::vector<PathItem> out;
  if (!has_glob(text)) {
    CO_TRY(auto plain, co_await item(text));
    out.push_back(std::move(plain));
    co_return out;
  }
  for (const auto& one : expand_braces(text)) {
    // The part before the first wildcard's component is taken as it stands.
    const size_t wildcard = one.find_first_of("*?[\\");
    if (wildcard == std::string::npos) {
      CO_TRY(auto plain, co_await item(one));
      if (plain.exists()) out.push_back(std::move(plain));
      continue;
    }
    const size_t cut = one.rfind('/', wildcard);
    std::string base_text = cut == std::string::npos ? "." : cut == 0 ? "/" : one.substr(0, cut);
    CO_TRY(auto base, co_await item(base_text));
    if (base_text.ends_with('/')) base.text = base_text;
    std::vector<PathItem> matches = {base};
    std::string rest = cut == std::string::npos ? one : one.substr(cut + 1);
    while (!rest.empty() && !matches.empty()) {
      const size_t slash = rest.find('/');
      const std::string component = rest.substr(0, slash);
      rest = slash == std::string::npos ? "" : rest.substr(slash + 1);
      if (component.empty()) continue;
      CO_TRY(matches, co_await expand_component(std::move(matches), component, rest.empty()));
    }
    std::ranges::move(matches, std::back_inserter(out));
  }
  if (out.empty()) co_return error(path_error::not_found(text));
  std::ranges::sort(out, {}, &PathItem::path);
  co_return out;
}

}  // namespace tusker::cli::dfs
