#pragma once

#include "client/cli/hdfs/dfs/shell.h"

namespace tusker::cli::dfs {

// How put, get, cp and mv treat what they write (CommandWithDestination).
struct CopyOptions {
  bool overwrite = false;
  bool preserve = false;
  bool direct = false;  // into the destination itself rather than NAME._COPYING_ and a rename
};

// Whether the destination suits so many sources: several need a directory, one needs a free name, an overwritable file or a directory.
Task<Result<void>> check_destination(Shell& shell, PathItem destination, size_t sources, bool overwrite);
// Where a source of this name goes: into the destination if that is a directory, else under its very name.
Task<Result<PathItem>> target_of(Shell& shell, PathItem destination, std::string source_name);

// A file of ours that is being written: beside its final place until commit(), unless direct.
class TargetFile {
 public:
  // kIo "`P': File exists" unless overwrite; then what stands there goes at commit.
  static Task<Result<std::unique_ptr<TargetFile>>> open(Shell& shell, PathItem target, CopyOptions options);
  client::OutputStream& out() { return *out_; }
  Task<Result<void>> commit();
  // Removes what was written.
  Task<void> abandon();

 private:
  TargetFile(Shell& shell, PathItem target, CopyOptions options) : shell_(shell), target_(std::move(target)), options_(options) {}
  std::string writing_path() const { return options_.direct ? target_.path : target_.path + "._COPYING_"; }
  Shell& shell_;
  PathItem target_;
  CopyOptions options_;
  std::unique_ptr<client::OutputStream> out_;
};

}  // namespace tusker::cli::dfs
