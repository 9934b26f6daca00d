#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/cli/options.h"
#include "client/hdfs/file_system.h"

namespace tusker::cli::dfs {

using client::FileStatus;

// A path as the user wrote it (or as a glob made it), and what is there (PathData). `text` is what messages and listings show.
struct PathItem {
  std::string text;
  std::string path;  // absolute, without scheme
  std::optional<FileStatus> status;

  bool exists() const { return status.has_value(); }
  bool is_directory() const { return status && status->is_directory; }
  std::string name() const;
  PathItem child(const std::string& name) const;
};

// "`p': No such file or directory" and the like (PathIOException and its kin).
namespace path_error {
Status not_found(const std::string& path);
Status not_found_in(const std::string& path, const std::string& qualified);  // adds the qualified form when it differs
Status exists(const std::string& path);
Status is_directory(const std::string& path);
Status is_not_directory(const std::string& path);
Status not_empty(const std::string& path);
Status with(const std::string& path, const std::string& what);
}  // namespace path_error

// What a command of `hdfs dfs` works with (FsShell): one filesystem, the user's home as working directory, the count of errors that decides
// the exit code. Lives for one command, on one strand.
class Shell {
 public:
  Shell(Env& env, const config::Config& conf, client::FileSystem& fs, std::string default_authority)
      : env_(env), conf_(conf), fs_(fs), authority_(std::move(default_authority)) {}

  Env& env() { return env_; }
  const config::Config& conf() const { return conf_; }
  client::FileSystem& fs() { return fs_; }

  // The item of an argument, without expanding it. kHadoopIllegalArgument for a scheme or authority that isn't this filesystem's.
  Task<Result<PathItem>> item(std::string text);
  // All items that an argument with wildcards stands for; a plain path gives itself, whether it exists or not. kFileNotFound when
  // nothing matches.
  Task<Result<std::vector<PathItem>>> expand(std::string text);
  // A directory's entries, in name order, their texts in the parent's form.
  Task<Result<std::vector<PathItem>>> children(PathItem directory);
  // "hdfs://host:port/path"
  std::string qualified(const std::string& path) const { return "hdfs://" + authority_ + path; }
  std::string home() const { return "/user/" + fs_.user().name; }

  // "command: message" on stderr, the message's first line only; the command's exit code becomes 1.
  void report(std::string_view command, const Status& status);
  // "-command: message": a wrong use; the exit code becomes 255.
  void report_usage(std::string_view command, const Status& status);
  int exit_code() const { return exit_code_; }
  void fail() { exit_code_ = 1; }

  void print(std::string_view text);

 private:
  Task<Result<std::vector<PathItem>>> expand_component(std::vector<PathItem> bases, std::string pattern, bool last);

  Env& env_;
  const config::Config& conf_;
  client::FileSystem& fs_;
  std::string authority_;
  int exit_code_ = 0;
};

// Whether `name` matches a glob of Hadoop's: * ? [a-z] [^a] \x; braces are expanded before.
bool glob_matches(std::string_view pattern, std::string_view name);
bool has_glob(std::string_view text);
// "{a,b}c" → "ac", "bc"; nested braces too.
std::vector<std::string> expand_braces(const std::string& text);

}  // namespace tusker::cli::dfs
