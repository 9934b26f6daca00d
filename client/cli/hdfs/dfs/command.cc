#include "client/cli/hdfs/dfs/command.h"

#include <fmt/format.h>

#include <algorithm>

namespace tusker::cli::dfs {
namespace {

constexpr std::string_view kUsagePrefix = "Usage: hadoop fs [generic options]";
constexpr std::string_view kGenericOptions =
    "\nGeneric options supported are:\n"
    "-conf <configuration file>        specify an application configuration file\n"
    "-D <property=value>               define a value for a given property\n"
    "-fs <file:///|hdfs://namenode:port> specify default filesystem URL to use, overrides 'fs.defaultFS' property from configurations.\n\n"
    "The general command line syntax is:\ncommand [genericOptions] [commandOptions]\n\n";

}  // namespace

const std::vector<Command>& commands() {
  static const std::vector<Command> table = {
      {"cat",
       "[-ignoreCrc] <src> ...",
       "Writes files to standard output, one after another.",
       {.flags = {"ignoreCrc"}, .arguments_min = 1},
       cat},
      {"chgrp",
       "[-R] GROUP PATH...",
       "Changes the group of files; -R also of everything below directories.",
       {.flags = {"R"}, .arguments_min = 2},
       chgrp},
      {"chmod",
       "[-R] <MODE[,MODE]... | OCTALMODE> PATH...",
       "Changes permissions, given in octal or like u+x,go-w; -R also below directories.",
       {.flags = {"R"}, .arguments_min = 2, .rest_may_be_dashed = true},
       chmod},
      {"chown",
       "[-R] [OWNER][:[GROUP]] PATH...",
       "Changes owner, group or both; -R also below directories. Changing owners takes the superuser.",
       {.flags = {"R"}, .arguments_min = 2},
       chown},
      {"copyFromLocal",
       "[-f] [-p] [-l] [-d] [-t <thread count>] [-q <thread pool queue size>] <localsrc> ... <dst>",
       "The same as -put.",
       {.flags = {"f", "p", "l", "d"}, .valued = {"t", "q"}, .arguments_min = 1},
       put},
      {"copyToLocal",
       "[-f] [-p] [-crc] [-ignoreCrc] [-t <thread count>] [-q <thread pool queue size>] <src> ... <localdst>",
       "The same as -get.",
       {.flags = {"f", "p", "crc", "ignoreCrc"}, .valued = {"t", "q"}, .arguments_min = 1},
       get},
      {"count",
       "[-q] [-h] [-v] [-t [<storage type>]] [-u] [-x] [-e] [-s] <path> ...",
       "Counts directories, files and bytes below paths; -q with quotas, -u with nothing but quotas, -v with a header, -h readably.",
       {.flags = {"q", "h", "v", "u", "x", "e", "s"}, .valued = {"t"}, .arguments_min = 1},
       count},
      {"cp",
       "[-f] [-p | -p[topax]] [-d] [-t <thread count>] [-q <thread pool queue size>] <src> ... <dst>",
       "Copies files and directories; -f replaces what is there, -d writes in place rather than beside, -p keeps times, owner and mode.",
       {.flags = {"f", "d"}, .valued = {"t", "q"}, .arguments_min = 2, .attached = "p"},
       cp},
      {"df", "[-h] [<path> ...]", "Shows capacity, used and free space of the filesystem; -h readably.", {.flags = {"h"}}, df},
      {"du",
       "[-s] [-h] [-v] [-x] <path> ...",
       "Shows the bytes and the space with all replicas of each entry; -s of each argument as a whole.",
       {.flags = {"s", "h", "v", "x"}},
       du},
      {"get",
       "[-f] [-p] [-crc] [-ignoreCrc] [-t <thread count>] [-q <thread pool queue size>] <src> ... <localdst>",
       "Copies to the local file system; -f replaces what is there, -p keeps times and mode.",
       {.flags = {"f", "p", "crc", "ignoreCrc"}, .valued = {"t", "q"}, .arguments_min = 1},
       get},
      {"head", "<file>", "Writes the first 1024 bytes of a file.", {.arguments_min = 1, .arguments_max = 1}, head},
      {"help", "[cmd ...]", "Explains all commands, or those named.", {.rest_may_be_dashed = true}, help},
      {"ls",
       "[-C] [-d] [-h] [-q] [-R] [-t] [-S] [-r] [-u] [-e] [<path> ...]",
       "Lists entries: mode, replicas, owner, group, size, time, path. -C paths alone, -d directories themselves, -h sizes readably, -q "
       "other\n"
       "characters as ?, -R everything below, -t by time, -S by size, -r backwards, -u time of access.",
       {.flags = {"C", "d", "h", "q", "R", "t", "S", "r", "u", "e"}},
       ls},
      {"mkdir",
       "[-p] <path> ...",
       "Makes directories; -p with all parents, and no error if they exist.",
       {.flags = {"p"}, .arguments_min = 1},
       mkdir},
      {"mv", "<src> ... <dst>", "Renames, or moves into a directory.", {.arguments_min = 2}, mv},
      {"put",
       "[-f] [-p] [-l] [-d] [-t <thread count>] [-q <thread pool queue size>] <localsrc> ... <dst>",
       "Copies local files and directories here ('-' is standard input); -f replaces what is there, -p keeps times and mode, -d writes in "
       "place.",
       {.flags = {"f", "p", "l", "d"}, .valued = {"t", "q"}, .arguments_min = 1},
       put},
      {"rm",
       "[-f] [-r|-R] [-skipTrash] [-safely] <src> ...",
       "Deletes files, with -r directories too; into the trash if there is one, unless -skipTrash. -f is silent about what is missing.",
       {.flags = {"f", "r", "R", "skipTrash", "safely"}, .arguments_min = 1},
       rm},
      {"rmdir",
       "[--ignore-fail-on-non-empty] <dir> ...",
       "Removes empty directories.",
       {.flags = {"-ignore-fail-on-non-empty"}, .arguments_min = 1},
       rmdir},
      {"setrep",
       "[-R] [-w] <rep> <path> ...",
       "Sets the number of replicas of files, and of all below directories; -w waits until they exist.",
       {.flags = {"R", "w"}, .arguments_min = 2},
       setrep},
      {"stat",
       "[format] <path> ...",
       "Prints facts by a format: %a mode %A mode in letters %b bytes %F kind %g group %n name %o block size %r replicas %u owner %x %X "
       "access\n"
       "time %y %Y change time.",
       {.flags = {"R"}, .arguments_min = 1},
       stat},
      {"tail",
       "[-f] [-s <sleep interval>] <file>",
       "Writes the last 1024 bytes of a file; -f goes on as it grows.",
       {.flags = {"f"}, .valued = {"s"}, .arguments_min = 1, .arguments_max = 1},
       tail},
      {"test",
       "-[defswrz] <path>",
       "Answers by the exit code: -e exists, -d directory, -f file, -s not empty, -z empty, -r readable, -w writable.",
       {.flags = {"d", "e", "f", "s", "w", "r", "z"}, .arguments_min = 1, .arguments_max = 1},
       test},
      {"touchz", "<path> ...", "Makes empty files.", {.arguments_min = 1}, touchz},
      {"usage", "[cmd ...]", "Shows how to call all commands, or those named.", {.rest_may_be_dashed = true}, usage},
  };
  return table;
}

const Command* find_command(std::string_view name) {
  const auto it = std::ranges::find(commands(), name, &Command::name);
  return it == commands().end() ? nullptr : &*it;
}

std::string usage_text(const Command* command) {
  if (command != nullptr) return fmt::format("{} -{} {}\n", kUsagePrefix, command->name, command->usage);
  std::string out = fmt::format("{}\n", kUsagePrefix);
  for (const auto& each : commands()) out += fmt::format("\t[-{} {}]\n", each.name, each.usage);
  return out + std::string(kGenericOptions);
}

void report_wrong_use(Shell& shell, const Command& command, const Status& status) {
  shell.report_usage(command.name, status);
  fmt::print(stderr, "{}{}", usage_text(nullptr), usage_text(&command));
}

Task<int> run(Shell& shell, std::vector<std::string> words) {
  if (words.empty()) {
    fmt::print(stderr, "{}", usage_text(nullptr));
    co_return 255;
  }
  const std::string word = words.front();
  const Command* command = word.starts_with('-') ? find_command(std::string_view(word).substr(1)) : nullptr;
  if (command == nullptr) {
    fmt::print(stderr, "{}: Unknown command\n", word);
    if (!word.starts_with('-') && find_command(word) != nullptr)
      fmt::print(stderr, "Did you mean -{}?  This command begins with a dash.\n", word);
    fmt::print(stderr, "{}", usage_text(nullptr));
    co_return 255;
  }
  auto parsed = parse_options(command->grammar, {words.begin() + 1, words.end()});
  if (!parsed) {
    report_wrong_use(shell, *command, parsed.error());
    co_return 255;
  }
  co_await command->run(shell, *command, *std::move(parsed));
  if (std::fflush(stdout) != 0) {
    fmt::print(stderr, "{}: writing to standard output failed\n", command->name);
    co_return 1;
  }
  co_return shell.exit_code();
}

Task<void> for_each_item(Shell& shell, const Command& command, std::vector<std::string> arguments, Visit visit, const void* context) {
  for (const auto& argument : arguments) {
    auto items = co_await shell.expand(argument);
    if (!items) {
      shell.report(command.name, items.error());
      continue;
    }
    for (auto& item : *items) {
      if (!item.exists()) {
        shell.report(command.name, path_error::not_found(item.text));
        continue;
      }
      auto done = co_await visit(shell, item, context);
      if (!done) shell.report(command.name, done.error());
    }
  }
}

Task<void> for_each_item_below(Shell& shell, const Command& command, std::vector<std::string> arguments, Visit visit, const void* context) {
  for (const auto& argument : arguments) {
    auto items = co_await shell.expand(argument);
    if (!items) {
      shell.report(command.name, items.error());
      continue;
    }
    std::vector<PathItem> todo(items->rbegin(), items->rend());
    while (!todo.empty()) {
      PathItem item = std::move(todo.back());
      todo.pop_back();
      if (!item.exists()) {
        shell.report(command.name, path_error::not_found(item.text));
        continue;
      }
      if (auto done = co_await visit(shell, item, context); !done) shell.report(command.name, done.error());
      if (!item.is_directory()) continue;
      auto below = co_await shell.children(item);
      if (!below) {
        shell.report(command.name, below.error());
        continue;
      }
      todo.insert(todo.end(), std::make_move_iterator(below->rbegin()), std::make_move_iterator(below->rend()));
    }
  }
}

namespace {

// The command that -help or -usage is asked about; reports it when there is none.
const Command* asked_about(Shell& shell, const Command& asking, std::string_view name) {
  const Command* command = find_command(name);
  if (command == nullptr) {
    report_wrong_use(shell, asking, Status(StatusCode::kHadoopIllegalArgument, fmt::format("`{}': Unknown command", name)));
  }
  return command;
}

}  // namespace

Task<void> help(Shell& shell, const Command& self, Parsed parsed) {
  std::vector<std::string> names = parsed.arguments;
  if (names.empty()) {
    shell.print(usage_text(nullptr));
    for (const auto& command : commands()) names.emplace_back(command.name);
  }
  for (const auto& name : names) {
    const Command* command = asked_about(shell, self, name);
    if (command == nullptr) co_return;
    shell.print(fmt::format("-{} {} :\n  {}\n\n", command->name, command->usage, command->help));
  }
}

Task<void> usage(Shell& shell, const Command& self, Parsed parsed) {
  if (parsed.arguments.empty()) shell.print(usage_text(nullptr));
  for (const auto& name : parsed.arguments) {
    const Command* command = asked_about(shell, self, name);
    if (command == nullptr) co_return;
    shell.print(usage_text(command));
  }
  co_return;
}

}  // namespace tusker::cli::dfs
