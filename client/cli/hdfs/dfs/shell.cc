#include "client/cli/hdfs/dfs/shell.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/base/glob.h"

namespace tusker::cli::dfs {
namespace {

constexpr config::Key<std::string_view> kDefaultFs{"fs.defaultFS", "file:///"};

// `path` as seen from `working_directory` (PathData.relativize): "." for the directory itself, ".." for what lies beside it.
std::string relative_to(const std::string& working_directory, const std::string& path) {
  if (path == working_directory) return ".";
  const std::string from = working_directory == "/" ? "/" : working_directory + "/";
  if (path.starts_with(from)) return path.substr(from.size());
  // As far as whole components agree.
  const std::string to = path == "/" ? "/" : path + "/";
  size_t common = 0;
  for (size_t i = 0; i < std::min(from.size(), to.size()) && from[i] == to[i]; ++i) {
    if (from[i] == '/') common = i + 1;
  }
  std::string out;
  for (size_t i = common; i < from.size(); ++i) {
    if (from[i] == '/') out += "../";
  }
  if (common < path.size()) return out + path.substr(common);
  out.pop_back();
  return out;
}

}  // namespace

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

std::string PathItem::name() const { return path == "/" ? "" : path.substr(path.rfind('/') + 1); }

bool PathItem::says_directory() const {
  const std::string_view last = std::string_view(text).substr(text.rfind('/') + 1);
  return last.empty() || last == "." || last == "..";
}

PathItem PathItem::child(const std::string& child_name) const {
  PathItem out;
  out.files = files;
  out.path = (path == "/" ? "" : path) + "/" + child_name;
  // "." names the working directory: its entries are shown by their names alone.
  out.text = text == "." ? child_name : text + (text.ends_with('/') ? "" : "/") + child_name;
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

Task<void> Shell::stop() {
  for (auto& [authority, files] : clusters_) co_await files->stop();
}

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

// An argument's parts (PathData.stringToUri), and whose files it names.
struct Shell::Spelled {
  enum class Form : uint8_t { kScheme, kAbsolute, kRelative };
  Files* files = nullptr;
  Form form = Form::kRelative;
  std::string before_path;  // "hdfs://host:port" of the form kScheme
  std::string path;         // absolute, as typed

  std::string text_of(const std::string& found) const {
    if (form == Form::kAbsolute) return found;
    return form == Form::kScheme ? before_path + found : relative_to(files->working_directory(), found);
  }
};

Result<Shell::Spelled> Shell::spell(const std::string& text) {
  if (text.empty()) return error(StatusCode::kHadoopIllegalArgument, "Can not create a Path from an empty string");
  Spelled out;
  std::string scheme;
  std::string authority;
  std::string rest = text;
  if (const size_t colon = rest.find(':'); colon != std::string::npos && colon > 0 && rest.find('/') == colon + 1) {
    scheme = rest.substr(0, colon);
    rest = rest.substr(colon + 1);
    if (rest.starts_with("//") && rest.size() > 2) {
      const size_t slash = rest.find('/', 2);
      authority = rest.substr(2, slash == std::string::npos ? slash : slash - 2);
      rest = slash == std::string::npos ? "/" : rest.substr(slash);
    }
    out.form = Spelled::Form::kScheme;
    out.before_path = scheme + "://" + authority;
  } else if (rest.starts_with('/')) {
    out.form = Spelled::Form::kAbsolute;
  }
  std::string uri = conf_.get(kDefaultFs);
  if (!scheme.empty() && !(scheme == "hdfs" && authority.empty())) uri = scheme + "://" + authority;
  const std::string used_scheme = uri.substr(0, uri.find(':'));
  if (used_scheme == "file") {
    out.files = &local_;
  } else if (used_scheme == "hdfs") {
    TRY(const Endpoint namenode, client::namenode_endpoint(conf_, uri));
    auto& cluster = clusters_[namenode.to_string()];
    if (!cluster) cluster = std::make_unique<HdfsFiles>(env_, conf_, namenode, user_);
    cluster->hdfs()->verify_checksums(verify_checksums_);
    out.files = cluster.get();
  } else {
    return error(StatusCode::kIo, fmt::format("No FileSystem for scheme \"{}\"", used_scheme));
  }
  out.path = rest.starts_with('/') ? rest : out.files->working_directory() + "/" + rest;
  return out;
}

Task<Result<PathItem>> Shell::item(std::string text) {
  CO_TRY(const Spelled spelled, spell(text));
  PathItem out;
  out.files = spelled.files;
  out.text = text;
  out.path = normalized(spelled.path);
  CO_TRY(out.status, co_await out.files->status(out.path));
  co_return out;
}

Task<Result<PathItem>> Shell::local_item(std::string text) {
  if (text.empty()) co_return error(StatusCode::kHadoopIllegalArgument, "Can not create a Path from an empty string");
  if (text.starts_with("file:")) text = text.starts_with("file://") ? text.substr(7) : text.substr(5);
  if (text.empty()) text = "/";
  PathItem out;
  out.files = &local_;
  out.text = text;
  out.path = normalized(text.starts_with('/') ? text : local_.working_directory() + "/" + text);
  CO_TRY(out.status, co_await local_.status(out.path));
  co_return out;
}

Task<Result<std::vector<PathItem>>> Shell::children(PathItem directory) {
  CO_TRY(auto entries, co_await directory.files->list(directory.path));
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
    if (!base.is_directory()) continue;
    if (!has_wildcard(pattern)) {
      PathItem next = base.child(unquoted(pattern));
      CO_TRY(next.status, co_await next.files->status(next.path));
      if (next.exists()) out.push_back(std::move(next));
      continue;
    }
    CO_TRY(auto entries, co_await children(base));
    for (auto& entry : entries) {
      if (glob_matches(pattern, entry.name()) && (last || entry.is_directory())) out.push_back(std::move(entry));
    }
  }
  co_return out;
}

// All that match one absolute pattern without braces.
Task<Result<void>> Shell::expand_pattern(std::string pattern, Files* files, std::vector<PathItem>& out) {
  // The components before the first wildcard are taken as they stand.
  size_t at = 0;
  for (;;) {
    const size_t slash = pattern.find('/', at + 1);
    if (has_wildcard(std::string_view(pattern).substr(at, slash == std::string::npos ? slash : slash - at))) break;
    at = slash;
    if (at == std::string::npos) break;
  }
  PathItem base;
  base.files = files;
  base.path = normalized(unquoted(std::string_view(pattern).substr(0, at)));
  base.text = base.path;
  CO_TRY(base.status, co_await files->status(base.path));
  std::vector<PathItem> matches;
  if (base.exists()) matches.push_back(std::move(base));
  std::string rest = at == std::string::npos ? "" : pattern.substr(at + 1);
  while (!rest.empty() && !matches.empty()) {
    const size_t slash = rest.find_first_of('/');
    const std::string component = rest.substr(0, slash);
    rest = slash == std::string::npos ? "" : rest.substr(slash + 1);
    if (component.empty() || component == ".") continue;
    CO_TRY(matches, co_await expand_component(std::move(matches), component, rest.find_first_not_of('/') == std::string::npos));
  }
  std::ranges::move(matches, std::back_inserter(out));
  co_return Result<void>();
}

Task<Result<std::vector<PathItem>>> Shell::expand(std::string text) {
  std::vector<PathItem> out;
  CO_TRY(const Spelled spelled, spell(text));
  if (!has_wildcard(text)) {
    CO_TRY(auto plain, co_await item(unquoted(text)));
    if (plain.exists()) plain.text = spelled.text_of(plain.path);
    out.push_back(std::move(plain));
    co_return out;
  }
  for (const auto& pattern : expand_braces(spelled.path)) CO_TRY_VOID(co_await expand_pattern(pattern, spelled.files, out));
  if (out.empty()) co_return error(path_error::not_found(text));
  for (auto& found : out) found.text = spelled.text_of(found.path);
  std::ranges::sort(out, {}, &PathItem::path);
  co_return out;
}

Task<std::vector<PathItem>> Shell::expand_all(std::string_view command, std::vector<std::string> arguments) {
  std::vector<PathItem> out;
  for (const auto& argument : arguments) {
    auto found = co_await expand(argument);
    if (found) {
      std::ranges::move(*found, std::back_inserter(out));
    } else {
      report(command, found.error());
    }
  }
  co_return out;
}

}  // namespace tusker::cli::dfs
