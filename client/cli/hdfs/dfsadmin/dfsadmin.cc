#include "client/cli/hdfs/dfsadmin/dfsadmin.h"

#include <fmt/format.h>

namespace tusker::cli {
namespace {

constexpr std::string_view kUsage =
    "Usage: hdfs dfsadmin\nNote: Administrative commands can only be run as the HDFS superuser.\n"
    "\t[-report [-live] [-dead] [-decommissioning] [-enteringmaintenance] [-inmaintenance] [-slownodes]]\n"
    "\t[-safemode <enter | leave | get | wait | forceExit>]\n"
    "\t[-printTopology]\n"
    "\t[-help]\n";

}  // namespace

Task<int> run_dfsadmin(Env& env, const config::Config&, client::FileSystem& fs, Endpoint, std::vector<std::string> words) {
  if (words.empty()) {
    fmt::print(stderr, "{}", kUsage);
    co_return 255;
  }
  const std::string command = words.front();
  words.erase(words.begin());
  Result<void> done;
  if (command == "-report") {
    done = co_await report(fs, std::move(words));
  } else if (command == "-safemode") {
    done = co_await safemode(env, fs, std::move(words));
  } else if (command == "-printTopology") {
    done = co_await print_topology(fs);
  } else if (command == "-help") {
    fmt::print("{}", kUsage);
    co_return 0;
  } else {
    fmt::print(stderr, "{}: Unknown command\n{}", command.substr(command.starts_with('-') ? 1 : 0), kUsage);
    co_return 255;
  }
  if (done) co_return 0;
  fmt::print(stderr, "{}: {}\n", command.substr(1), done.error().message().substr(0, done.error().message().find('\n')));
  co_return 255;
}

}  // namespace tusker::cli
