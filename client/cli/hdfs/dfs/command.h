#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "client/cli/hdfs/dfs/shell.h"

namespace tusker::cli::dfs {

// One command of `hdfs dfs`: a row of the table in command.cc, its function in the file of its name. The function reports its errors
// through the shell and goes on with its next argument.
struct Command {
  std::string_view name;
  std::string_view usage;  // Hadoop's line, without the name
  std::string_view help;   // ours
  Grammar grammar;
  Task<void> (*run)(Shell& shell, const Command& command, Parsed parsed);
};

const std::vector<Command>& commands();
const Command* find_command(std::string_view name);
// "Usage: hadoop fs [generic options]" and the list; with one command, its own line too.
std::string usage_text(const Command* command);

// A wrong use: "-command: message", all commands' usage, and this one's.
void report_wrong_use(Shell& shell, const Command& command, const Status& status);

// Runs one command line of `hdfs dfs`; returns the exit code.
Task<int> run(Shell& shell, std::vector<std::string> words);

Task<void> ls(Shell& shell, const Command& command, Parsed parsed);
Task<void> mkdir(Shell& shell, const Command& command, Parsed parsed);
Task<void> put(Shell& shell, const Command& command, Parsed parsed);
Task<void> get(Shell& shell, const Command& command, Parsed parsed);
Task<void> cat(Shell& shell, const Command& command, Parsed parsed);
Task<void> head(Shell& shell, const Command& command, Parsed parsed);
Task<void> tail(Shell& shell, const Command& command, Parsed parsed);
Task<void> mv(Shell& shell, const Command& command, Parsed parsed);
Task<void> cp(Shell& shell, const Command& command, Parsed parsed);
Task<void> rm(Shell& shell, const Command& command, Parsed parsed);
Task<void> rmdir(Shell& shell, const Command& command, Parsed parsed);
Task<void> du(Shell& shell, const Command& command, Parsed parsed);
Task<void> df(Shell& shell, const Command& command, Parsed parsed);
Task<void> count(Shell& shell, const Command& command, Parsed parsed);
Task<void> stat(Shell& shell, const Command& command, Parsed parsed);
Task<void> test(Shell& shell, const Command& command, Parsed parsed);
Task<void> touchz(Shell& shell, const Command& command, Parsed parsed);
Task<void> chmod(Shell& shell, const Command& command, Parsed parsed);
Task<void> chown(Shell& shell, const Command& command, Parsed parsed);
Task<void> chgrp(Shell& shell, const Command& command, Parsed parsed);
Task<void> setrep(Shell& shell, const Command& command, Parsed parsed);
Task<void> help(Shell& shell, const Command& command, Parsed parsed);
Task<void> usage(Shell& shell, const Command& command, Parsed parsed);

// Calls `visit` for each existing item of the arguments; missing ones are reported as "No such file or directory".
using Visit = Task<Result<void>> (*)(Shell& shell, PathItem item, const void* context);
Task<void> for_each_item(Shell& shell, const Command& command, std::vector<std::string> arguments, Visit visit, const void* context);
// The same, and for everything below directories, the directory first.
Task<void> for_each_item_below(Shell& shell, const Command& command, std::vector<std::string> arguments, Visit visit, const void* context);

}  // namespace tusker::cli::dfs
