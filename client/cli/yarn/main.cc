#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "client/cli/version.h"
#include "client/cli/yarn/command.h"
#include "common/config/keys_core.h"
#include "common/env/real_disk.h"
#include "common/env/real_env.h"
#include "common/log/log.h"

namespace tusker::cli::yarn {
namespace {

struct Command {
  std::string_view name;
  Task<int> (*run)(Call);
  std::string_view help;
};
constexpr Command kCommands[] = {
    {"application", application, "prints, lists and kills applications"},
    {"app", application, "the same"},
    {"applicationattempt", application_attempt, "lists the attempts of an application"},
    {"container", container, "lists the containers of an attempt"},
    {"node", node, "prints and lists nodes"},
    {"queue", queue, "prints a queue"},
};
// Commands that start a daemon's own program.
constexpr std::string_view kDaemons[] = {"resourcemanager", "nodemanager"};

int usage() {
  print_error("Usage: yarn [-conf FILE] [-D key=value] SUBCOMMAND [SUBCOMMAND OPTIONS]");
  for (const Command& command : kCommands) print_error(fmt::format("  {:<20} {}", command.name, command.help));
  print_error(
      "  resourcemanager      runs the ResourceManager\n  nodemanager          runs a NodeManager\n  version              prints the "
      "version");
  return 1;
}

int start_daemon(std::string_view name, char** argv) {
  const std::string program = fmt::format("{}/{}", program_directory(), name);
  execv(program.c_str(), argv);
  print_error(fmt::format("yarn: cannot start {}", program));
  return 1;
}

Task<void> run_command(const Command& command, Call call, int& code) { code = co_await command.run(std::move(call)); }

int run(int argc, char** argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  for (std::string_view daemon : kDaemons) {
    if (!arguments.empty() && arguments[0] == daemon) return start_daemon(daemon, argv + 1);
  }
  RealDisk disk;
  auto command_line = config::load_command_line(disk, arguments, "");
  if (!command_line) {
    print_error(command_line.error().message());
    return 1;
  }
  std::vector<std::string>& rest = command_line->rest;
  if (rest.empty()) return usage();
  if (rest[0] == "version") {
    print_version();
    return 0;
  }
  // A person waits: an unreachable ResourceManager is told at once, unless they ask for patience.
  if (!command_line->config.has("yarn.resourcemanager.connect.max-wait.ms")) {
    command_line->config.set("yarn.resourcemanager.connect.max-wait.ms", "3000");
  }
  log::set_level("root", "WARN");
  for (const Command& command : kCommands) {
    if (command.name != rest[0]) continue;
    RealEnv env({.net_threads = 1, .disk_threads = 1, .bind_address = command_line->config.get(config::kOutgoingAddress)});
    int code = 1;
    env.run(run_command(command, Call{env.env(), command_line->config, {rest.begin() + 1, rest.end()}}, code));
    return code;
  }
  return usage();
}

}  // namespace
}  // namespace tusker::cli::yarn

int main(int argc, char** argv) { return tusker::cli::yarn::run(argc, argv); }
