#pragma once

#include <cstdio>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "client/cli/hdfs/dfs/files.h"
#include "client/cli/hdfs/dfs/hdfs_files.h"
#include "client/cli/hdfs/dfs/local_files.h"
#include "client/cli/options.h"

namespace tusker::cli::dfs {

// A path that a command works on, and what is there (PathData). `text` is what messages and listings show: as typed when nothing is there,
// else Hadoop's rendering of what was found (relative to the working directory, absolute, or with scheme, as the argument was).
struct PathItem {
  Files* files = nullptr;
  std::string text;
  std::string path;  // absolute, without scheme
  std::optional<FileStatus> status;

  bool exists() const { return status.has_value(); }
  bool is_directory() const { return status && status->is_directory; }
  // It was typed as a directory: "x/", ".", "x/..".
  bool says_directory() const;
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

// What a command of `hdfs dfs` works with (FsShell): the filesystems its arguments name, and the errors that decide the exit code. Lives
// for one command, on one strand; stop() before it dies.
class Shell {
 public:
  Shell(Env& env, const config::Config& conf, security::User user) : env_(env), conf_(conf), user_(std::move(user)), local_(env) {}

  Env& env() { return env_; }
  const config::Config& conf() const { return conf_; }
  LocalFiles& local() { return local_; }
  // False: what is read from now on is taken unchecked ("-ignoreCrc").
  void verify_checksums(bool yes) { verify_checksums_ = yes; }
  Task<void> stop();

  // What an argument names, without expanding it. kIo for a scheme that isn't known.
  Task<Result<PathItem>> item(std::string text);
  // The same of an argument that is a local path, with or without "file:".
  Task<Result<PathItem>> local_item(std::string text);
  // All items that an argument with wildcards stands for; a plain path gives itself, whether it exists or not. kFileNotFound when
  // nothing matches.
  Task<Result<std::vector<PathItem>>> expand(std::string text);
  // expand() of all arguments, whose errors are reported.
  Task<std::vector<PathItem>> expand_all(std::string_view command, std::vector<std::string> arguments);
  // A directory's entries, in name order, their texts in the parent's form.
  Task<Result<std::vector<PathItem>>> children(PathItem directory);

  // "command: message" on stderr, the message's first line only; the command's exit code becomes 1.
  void report(std::string_view command, const Status& status);
  // "-command: message": a wrong use; the exit code becomes 255.
  void report_usage(std::string_view command, const Status& status);
  int exit_code() const { return exit_code_; }
  void fail() { exit_code_ = 1; }

  void print(std::string_view text);

 private:
  struct Spelled;
  Result<Spelled> spell(const std::string& text);
  Task<Result<std::vector<PathItem>>> expand_component(std::vector<PathItem> bases, std::string pattern, bool last);
  Task<Result<void>> expand_pattern(std::string pattern, Files* files, std::vector<PathItem>& out);

  Env& env_;
  const config::Config& conf_;
  security::User user_;
  LocalFiles local_;
  std::map<std::string, std::unique_ptr<HdfsFiles>> clusters_;  // by the NameNode's address
  bool verify_checksums_ = true;
  int exit_code_ = 0;
};

}  // namespace tusker::cli::dfs
