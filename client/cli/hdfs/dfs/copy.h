#pragma once

#include "client/cli/hdfs/dfs/command.h"
#include "common/async/notify.h"
#include "common/async/task_group.h"

namespace tusker::cli::dfs {

// How put, get and cp write (CommandWithDestination).
struct CopyOptions {
  bool overwrite = false;
  bool direct = false;  // into the destination itself rather than NAME._COPYING_ and a rename
  // What the copy keeps of its source.
  bool times = false;
  bool owner = false;
  bool permission = false;
  bool acl = false;
  bool xattrs = false;
  bool lazy_persist = false;
  int threads = 1;  // files under way at once

  void preserve_usual() { times = owner = permission = true; }
};

// "-t N" and "-q N". kHadoopIllegalArgument "For input string: ..." for what isn't a number. The queue's length decides nothing here: the
// walk waits for a free place instead of queueing.
Result<void> read_threads(const Parsed& parsed, CopyOptions& options);

// Whether the destination suits so many sources: several need a directory, one needs a free name, an overwritable file or a directory.
Task<Result<void>> check_destination(PathItem destination, size_t sources, bool overwrite);
// Where a source of this name goes: into the destination if that is (or says that it is) a directory, else under its very name.
Task<Result<PathItem>> target_of(PathItem destination, std::string source_name);
// The destination of put, cp and mv: a pattern that matches one thing, or what isn't there yet.
Task<Result<PathItem>> remote_destination(Shell& shell, std::string text);
// A directory may not go into itself.
Result<void> check_relation(const PathItem& source, const PathItem& target);

// Copies files and directories from anywhere to anywhere and reports what fails, going on with the rest.
class Copier {
 public:
  Copier(Shell& shell, const Command& command, CopyOptions options)
      : shell_(shell), command_(command), options_(options), freed_(shell.env().clock), tasks_("copies") {}

  // All sources to one destination; the whole of put, get and cp after their words are read.
  Task<void> run(std::vector<PathItem> sources, PathItem destination);
  // The one stream into a file.
  Task<Result<void>> copy_stream(std::unique_ptr<client::InputStream> in, std::string name, PathItem target);

 private:
  Task<void> copy_tree(PathItem source, PathItem target);
  Task<Result<void>> copy_directory(PathItem source, PathItem target);
  Task<Result<void>> copy_file(PathItem source, PathItem target);
  Task<void> copy_file_task(PathItem source, PathItem target);
  Task<Result<void>> preserve(PathItem source, PathItem target);
  Task<Result<void>> preserve_acl(PathItem source, PathItem target);
  Task<Result<void>> preserve_xattrs(PathItem source, PathItem target);

  Shell& shell_;
  const Command& command_;
  CopyOptions options_;
  int running_ = 0;
  Notify freed_;
  TaskGroup tasks_;
};

}  // namespace tusker::cli::dfs
