#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/env/env.h"
#include "nodemanager/exec/cgroup.h"
#include "nodemanager/exec/launch_script.h"
#include "nodemanager/exec/process_launcher.h"
#include "nodemanager/localize/localizer.h"
#include "nodemanager/model/container.h"
#include "nodemanager/ops/good_directories.h"

namespace tusker::nodemanager {

// Settings of containers that are the same for all.
struct RunnerOptions {
  std::vector<std::string> local_dirs;                         // all, for cleaning up
  std::vector<std::pair<std::string, std::string>> inherited;  // whitelisted variables of this process
  std::vector<std::pair<std::string, std::string>> admin;      // yarn.nodemanager.admin-env
  std::string home;
  std::string host;
  int32_t rpc_port = 0;
  int32_t http_port = 0;
  int64_t stderr_tail_bytes = 4096;
  Duration delete_delay{};
};

// What a client wants run (ContainerLaunchContext), in our own terms.
struct LaunchContext {
  std::vector<std::pair<std::string, ResourceRequest>> resources;  // link name → resource
  std::map<std::string, std::string> environment;
  std::vector<std::string> commands;
  std::string credentials;                          // HDTS bytes
  std::map<std::string, std::string> service_data;  // by auxiliary service
};

// Takes one container from its start to its end: fetches its files, writes its script, runs its process, reads what it left, cleans up.
// All on the core's strand. Owned by the server; used by Containers, whose task group holds the runs.
class ContainerRunner {
 public:
  ContainerRunner(Env& env, RunnerOptions options, const GoodDirectories& directories, Localizer& localizer, ProcessLauncher& launcher,
                  Cgroups& cgroups);

  // Runs until the container is done; `services` are the auxiliary services' metadata. Calls `changed` whenever the ResourceManager should
  // hear of it. A container that was killed while its files came is done already when this goes on, and is left alone.
  Task<void> run(std::shared_ptr<Container> container, LaunchContext context, std::map<std::string, std::string> services,
                 std::function<void()> changed);
  // Ends a running container's process: SIGTERM to its tree, and SIGKILL after `grace`.
  Task<void> kill(std::shared_ptr<Container> container, Duration grace);
  // Removes what an application left in the local directories.
  Task<void> remove_application(std::string user, std::string application);

  // What containers are told of this node, once its ports are open and before the first run().
  void set_addresses(std::string host, int32_t rpc_port, int32_t http_port) {
    options_.host = std::move(host);
    options_.rpc_port = rpc_port;
    options_.http_port = http_port;
  }

 private:
  struct Localized {
    std::vector<std::pair<std::string, std::string>> links;  // name → path
    std::vector<ResourceRequest> held;
    int64_t milliseconds = 0;
  };
  Task<Result<Localized>> localize(std::shared_ptr<Container> container, LaunchContext context);
  Result<void> choose_directories(Container& container);
  Result<void> make_directories(const Container& container) const;
  LaunchScript make_script(const Container& container, const LaunchContext& context, const Localized& localized,
                           const std::map<std::string, std::string>& services) const;
  Task<Result<int32_t>> start_process(std::shared_ptr<Container> container, LaunchContext context, Localized localized,
                                      std::map<std::string, std::string> services);
  std::string diagnose(const Container& container, int32_t exit_code) const;
  Task<void> clean_up(std::shared_ptr<Container> container);
  std::string app_directory(const std::string& root, const Container& container) const;
  std::string private_directory(const Container& container) const;

  Env& env_;
  RunnerOptions options_;
  const GoodDirectories& directories_;
  Localizer& localizer_;
  ProcessLauncher& launcher_;
  Cgroups& cgroups_;
  int64_t next_process_ = 1;
};

}  // namespace tusker::nodemanager
