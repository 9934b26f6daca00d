#include "client/cli/hdfs/hdfs.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "client/cli/hdfs/dfs/command.h"
#include "client/cli/hdfs/dfsadmin/dfsadmin.h"
#include "client/cli/hdfs/fsck.h"
#include "client/cli/version.h"
#include "common/config/keys_core.h"
#include "common/env/real_disk.h"
#include "common/env/real_env.h"
#include "common/log/log.h"

namespace tusker::cli {
namespace {

constexpr std::string_view kUsage =
    "Usage: hdfs SUBCOMMAND [OPTIONS]\n\n"
    "  dfs         file system commands; hdfs dfs -help lists them\n"
    "  dfsadmin    administration: -report, -safemode, -printTopology\n"
    "  fsck        checks the filesystem's health\n"
    "  getconf     prints configuration: -confKey KEY, -namenodes, -nnRpcAddresses\n"
    "  namenode    runs the NameNode, or with -format makes an empty filesystem\n"
    "  datanode    runs a DataNode\n"
    "  version     prints the version\n\n"
    "Every subcommand takes -conf FILE, -D key=value and -fs URI, and reads HADOOP_CONF_DIR.\n";

int fail(const Status& status, int exit_code = 1) {
  fmt::print(stderr, "{}\n", status.message());
  return exit_code;
}

int start_program(const std::string& name, const std::vector<std::string>& words) {
  const std::string path = tusker::program_directory() + "/" + name;
  std::vector<char*> arguments = {const_cast<char*>(path.c_str())};
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::execv(path.c_str(), arguments.data());
  fmt::print(stderr, "hdfs: cannot start {}: {}; it is installed beside hdfs\n", path, std::strerror(errno));
  return 1;
}

struct Loaded {
  config::Config conf;
  std::vector<std::string> words;  // without the generic options
};

Result<Loaded> load(const std::vector<std::string>& words) {
  RealDisk disk;
  TRY(auto command, config::load_command_line(disk, words, "hdfs.yaml"));
  return Loaded{std::move(command.config), std::move(command.rest)};
}

RealEnvOptions environment_of(const config::Config& conf) {
  return {.net_threads = 1, .disk_threads = 2, .bind_address = conf.get(config::kOutgoingAddress)};
}

// What a tool does with the NameNode of the configuration.
using Work = Task<int> (*)(Env& env, const config::Config& conf, client::FileSystem& fs, Endpoint namenode, std::vector<std::string> words);

Task<void> with_file_system(RealEnv* real, const Loaded* loaded, Endpoint namenode, Work work, int* exit_code) {
  client::FileSystem fs(real->env(), loaded->conf, namenode, security::current_user());
  *exit_code = co_await work(real->env(), loaded->conf, fs, namenode, loaded->words);
  co_await fs.stop();
}

int run_tool(const std::vector<std::string>& words, Work work) {
  auto loaded = load(words);
  if (!loaded) return fail(loaded.error(), 255);
  auto namenode = client::namenode_endpoint(loaded->conf);
  if (!namenode) return fail(namenode.error());
  RealEnv real(environment_of(loaded->conf));
  int exit_code = 1;
  real.run(with_file_system(&real, &*loaded, *namenode, work, &exit_code));
  return exit_code;
}

Task<void> with_shell(RealEnv* real, const Loaded* loaded, int* exit_code) {
  dfs::Shell shell(real->env(), loaded->conf, security::current_user());
  *exit_code = co_await dfs::run(shell, loaded->words);
  co_await shell.stop();
}

int run_dfs(const std::vector<std::string>& words) {
  auto loaded = load(words);
  if (!loaded) return fail(loaded.error(), 255);
  RealEnv real(environment_of(loaded->conf));
  int exit_code = 1;
  real.run(with_shell(&real, &*loaded, &exit_code));
  return exit_code;
}

int run_getconf(const std::vector<std::string>& words) {
  auto command = load(words);
  if (!command) return fail(command.error(), 255);
  const auto& rest = command->words;
  if (rest.size() == 2 && rest[0] == "-confKey") {
    const auto value = command->conf.find(rest[1]);
    if (!value) return fail(Status(StatusCode::kIo, fmt::format("Configuration {} is missing.", rest[1])), 255);
    fmt::print("{}\n", *value);
    return 0;
  }
  const bool hosts = rest.size() == 1 && rest[0] == "-namenodes";
  const bool addresses = rest.size() == 1 && (rest[0] == "-nnRpcAddresses" || rest[0] == "-nnrpcaddresses");
  if (!hosts && !addresses) {
    fmt::print(stderr, "Usage: hdfs getconf -confKey KEY | -namenodes | -nnRpcAddresses\n");
    return 255;
  }
  auto namenode = client::namenode_endpoint(command->conf);
  if (!namenode) return fail(namenode.error(), 255);
  fmt::print("{}\n", hosts ? namenode->host : namenode->to_string());
  return 0;
}

}  // namespace

int hdfs(const std::vector<std::string>& words) {
  log::set_level("root", "WARN");  // tools print their own words; warnings say what went differently
  if (words.empty()) {
    fmt::print(stderr, "{}", kUsage);
    return 1;
  }
  const std::string& what = words.front();
  const std::vector<std::string> rest(words.begin() + 1, words.end());
  if (what == "dfs") return run_dfs(rest);
  if (what == "dfsadmin") return run_tool(rest, run_dfsadmin);
  if (what == "fsck") return run_tool(rest, run_fsck);
  if (what == "getconf") return run_getconf(rest);
  if (what == "namenode" || what == "datanode") return start_program(what, rest);
  if (what == "version") {
    print_version();
    return 0;
  }
  const bool asked = what == "-help" || what == "--help" || what == "help";
  if (!asked) fmt::print(stderr, "ERROR: {} is not COMMAND nor fully qualified CLASSNAME.\n", what);
  fmt::print(asked ? stdout : stderr, "{}", kUsage);
  return asked ? 0 : 1;
}

}  // namespace tusker::cli
