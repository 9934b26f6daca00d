#include "namenode/tools/command.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/thread_pool.hpp>
#include <cstdio>
#include <iostream>

#include "common/config/keys_namenode.h"
#include "common/env/real_env.h"
#include "common/log/log.h"
#include "namenode/model/storage_policy.h"
#include "namenode/server.h"

namespace tusker::namenode {
namespace {

constexpr size_t kCoreThreads = 1;  // it decides and writes
constexpr const char* kUsage = "Usage: namenode [-conf FILE] [-D key=value] [-format [-clusterid ID] [-force] [-nonInteractive]]\n";

struct FormatOptions {
  std::string cluster_id;
  bool force = false;
  bool interactive = true;
};

int fail(const Status& why) {
  LOG_ERROR("{}", why.to_string());
  return 1;
}

int run_format(Env& env, const Settings& settings, const FormatOptions& options) {
  if (is_formatted(env.disk, settings.name_directory) && !options.force) {
    if (!options.interactive) {
      fmt::print(stderr, "Running in non-interactive mode, and data appears to exist in Storage Directory {}. Not formatting.\n",
                 settings.name_directory);
      return 1;
    }
    fmt::print(stderr, "Re-format filesystem in Storage Directory {} ? (Y or N) ", settings.name_directory);
    std::string answer;
    std::getline(std::cin, answer);
    if (answer != "Y" && answer != "y") {
      fmt::print(stderr, "Format aborted in Storage Directory {}\n", settings.name_directory);
      return 1;
    }
  }
  const auto address = env.network.resolve(settings.rpc_bind.host);
  const Identity identity = new_identity(env, options.cluster_id, address.value_or("127.0.0.1"));
  if (auto done = format(env, settings.name_directory, identity, settings.superuser, settings.supergroup); !done) return fail(done.error());
  LOG_INFO("Storage directory {} has been successfully formatted.", settings.name_directory);
  return 0;
}

Task<void> serve(RealEnv* real, const config::Config* conf, const Settings* settings, std::function<Result<config::Config>()> reload,
                 int* exit_code) {
  *exit_code = 1;
  if (find_storage_policy(settings->default_storage_policy) == nullptr) {
    fail(Status(StatusCode::kIllegalArgument,
                fmt::format("dfs.storage.default.policy={}: there is no such policy", settings->default_storage_policy)));
    co_return;
  }
  auto store = open_store(real->env(), settings->name_directory, settings->store_cache_bytes, settings->store_buffer_bytes);
  if (!store) {
    fail(store.error());
    co_return;
  }
  asio::thread_pool core_threads(kCoreThreads);  // outlives the server, whose last work runs on it
  NameNodeServer server(real->env(), *conf, *settings, *std::move(store), core_threads.get_executor(), std::move(reload));
  // Nothing may be acknowledged that can't be written: like HDFS without its journal, the process ends.
  server.namesystem().on_store_failure = [](const Status&) { std::_Exit(1); };
  auto started = co_await server.start();
  if (started) {
    notify_service_manager("READY=1");
    const int signal = co_await real->wait_for_stop_signal();
    LOG_INFO("RECEIVED SIGNAL {}: stopping", signal);
    notify_service_manager("STOPPING=1");
    *exit_code = 0;
  } else {
    fail(started.error());
  }
  co_await server.stop();
}

}  // namespace

int run(const std::vector<std::string>& arguments) {
  RealEnv probe(RealEnvOptions{.net_threads = 1, .disk_threads = 1});
  auto command = config::load_command_line(probe.env().disk, arguments, "namenode.yaml");
  if (!command) return fail(command.error());
  FormatOptions format_options;
  bool formats = false;
  for (size_t i = 0; i < command->rest.size(); ++i) {
    std::string word = command->rest[i];
    std::ranges::transform(word, word.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (word == "-format") {
      formats = true;
    } else if (word == "-force") {
      format_options.force = true;
    } else if (word == "-noninteractive") {
      format_options.interactive = false;
    } else if (word == "-clusterid" && i + 1 < command->rest.size()) {
      format_options.cluster_id = command->rest[++i];
    } else if (word != "-regular") {
      std::fputs(kUsage, stderr);
      return 1;
    }
  }
  auto settings = read_settings(command->config);
  if (!settings) return fail(settings.error());
  if (formats) return run_format(probe.env(), *settings, format_options);
  RealEnv real(RealEnvOptions{.bind_address = command->config.get(config::kNetBindAddress)});
  int exit_code = 1;
  const auto reload = [&real, arguments]() -> Result<config::Config> {
    TRY(auto again, config::load_command_line(real.env().disk, arguments, "namenode.yaml"));
    return std::move(again.config);
  };
  real.run(serve(&real, &command->config, &*settings, reload, &exit_code));
  return exit_code;
}

}  // namespace tusker::namenode
