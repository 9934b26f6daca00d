#include "nodemanager/ops/container_runner.h"

#include <fmt/format.h>

#include <csignal>

#include "common/async/run_on.h"
#include "common/log/log.h"
#include "common/security/digest.h"

namespace tusker::nodemanager {
namespace {

constexpr uint32_t kPrivateDirectory = 0710;

std::string joined(const std::vector<std::string>& parts) {
  std::string out;
  for (const std::string& part : parts) out += (out.empty() ? "" : ",") + part;
  return out;
}

// The last bytes of a file, or nothing.
std::string tail(Disk& disk, const std::string& path, int64_t bytes_max) {
  auto file = disk.open(path, OpenMode::kRead);
  auto size = file ? (*file)->size() : Result<int64_t>(0);
  if (!file || !size || *size == 0) return "";
  int64_t length = std::min(*size, bytes_max);
  std::string bytes(static_cast<size_t>(length), '\0');
  auto got = (*file)->read_at(*size - length, MutableBytes(bytes));
  bytes.resize(got ? *got : 0);
  return bytes;
}

}  // namespace

ContainerRunner::ContainerRunner(Env& env, RunnerOptions options, const GoodDirectories& directories, Localizer& localizer,
                                 ProcessLauncher& launcher, Cgroups& cgroups)
    : env_(env), options_(std::move(options)), directories_(directories), localizer_(localizer), launcher_(launcher), cgroups_(cgroups) {}

std::string ContainerRunner::app_directory(const std::string& root, const Container& container) const {
  return fmt::format("{}/usercache/{}/appcache/{}", root, container.user, container.id.attempt.application.to_string());
}

std::string ContainerRunner::private_directory(const Container& container) const {
  return fmt::format("{}/nmPrivate/{}/{}", container.local_roots[0], container.id.attempt.application.to_string(),
                     container.id.to_string());
}

// What the container works with until its end, whatever becomes of the disks meanwhile.
Result<void> ContainerRunner::choose_directories(Container& container) {
  const auto turn = static_cast<size_t>(next_process_);
  container.local_roots = directories_.local();
  container.log_roots = directories_.log();
  if (container.local_roots.empty() || container.log_roots.empty()) {
    return error(StatusCode::kIo, "No local directory or no log directory of this node can be written");
  }
  container.process = next_process_++;
  container.work_directory =
      app_directory(container.local_roots[turn % container.local_roots.size()], container) + "/" + container.id.to_string();
  container.log_directory = fmt::format("{}/{}/{}", container.log_roots[turn % container.log_roots.size()],
                                        container.id.attempt.application.to_string(), container.id.to_string());
  return {};
}

Result<void> ContainerRunner::make_directories(const Container& container) const {
  for (const std::string& root : container.local_roots)
    TRY_VOID(env_.disk.make_directories(app_directory(root, container), kPrivateDirectory));
  TRY_VOID(env_.disk.make_directories(container.work_directory + "/tmp", kPrivateDirectory));
  TRY_VOID(env_.disk.make_directories(private_directory(container), 0700));
  for (const std::string& root : container.log_roots) {
    TRY_VOID(env_.disk.make_directories(
        fmt::format("{}/{}/{}", root, container.id.attempt.application.to_string(), container.id.to_string()), kPrivateDirectory));
  }
  return {};
}

Task<void> ContainerRunner::run(std::shared_ptr<Container> container, LaunchContext context, std::map<std::string, std::string> services,
                                std::function<void()> changed) {
  const std::string application = container->id.attempt.application.to_string();
  if (auto chosen = choose_directories(*container); !chosen) {
    container->failed(yarn::exit_status::kDisksFailed, chosen.error().message(), env_.clock.wall_ms());
    changed();
    co_return;
  }

  // 1. Files.
  auto localized = co_await localize(container, context);
  if (!localized) container->failed(yarn::exit_status::kInvalid, localized.error().message(), env_.clock.wall_ms());
  // 2. Process.
  if (!container->done()) {
    container->launching();
    const std::vector<ResourceRequest> held = localized->held;
    auto pid = co_await start_process(container, std::move(context), *localized, std::move(services));
    if (pid) {
      container->started();
      changed();
      // A kill that came while it was being started has had nothing to signal.
      if (container->kill_asked()) co_await kill(container, Duration::zero());
      int32_t exit_code = co_await launcher_.wait(container->process);
      std::string text = co_await run_on(env_.disk_pool, [this, container, exit_code] { return diagnose(*container, exit_code); });
      container->ended(exit_code, text, env_.clock.wall_ms());
    } else {
      container->failed(yarn::exit_status::kInvalid, pid.error().message(), env_.clock.wall_ms());
    }
  }
  changed();
  LOG_INFO("container done id={} exit={}", container->id.to_string(), container->exit_status());
  if (localized) {
    for (const ResourceRequest& request : localized->held) localizer_.release(request, container->user, application);
  }
  co_await clean_up(container);
}

Task<Result<ContainerRunner::Localized>> ContainerRunner::localize(std::shared_ptr<Container> container, LaunchContext context) {
  const TimePoint begin = env_.clock.now();
  CO_TRY_VOID(co_await run_on(env_.disk_pool, [this, container] { return make_directories(*container); }));
  Localized localized;
  const std::string application = container->id.attempt.application.to_string();
  // All begin at once; then each is waited for.
  for (auto& [name, request] : context.resources) localizer_.begin(request, container->user, application);
  for (auto& [name, request] : context.resources) {
    auto path = co_await localizer_.fetch(request, container->user, application);
    if (!path) {
      for (const ResourceRequest& held : localized.held) localizer_.release(held, container->user, application);
      co_return error(path.error());
    }
    localized.links.emplace_back(name, *path);
    localized.held.push_back(request);
  }
  localized.milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(env_.clock.now() - begin).count();
  co_return localized;
}

LaunchScript ContainerRunner::make_script(const Container& container, const LaunchContext& context, const Localized& localized,
                                          const std::map<std::string, std::string>& services) const {
  std::vector<std::string> app_dirs;
  std::vector<std::string> user_dirs;
  std::vector<std::string> log_dirs;
  for (const std::string& root : container.local_roots) {
    app_dirs.push_back(app_directory(root, container));
    user_dirs.push_back(fmt::format("{}/usercache/{}/", root, container.user));
  }
  for (const std::string& root : container.log_roots) {
    log_dirs.push_back(fmt::format("{}/{}/{}", root, container.id.attempt.application.to_string(), container.id.to_string()));
  }
  LaunchScript script;
  script.inherited = options_.inherited;
  script.node_variables = {{"HADOOP_TOKEN_FILE_LOCATION", container.work_directory + "/container_tokens"},
                           {"CONTAINER_ID", container.id.to_string()},
                           {"NM_PORT", std::to_string(options_.rpc_port)},
                           {"NM_HOST", options_.host},
                           {"NM_HTTP_PORT", std::to_string(options_.http_port)},
                           {"LOCAL_DIRS", joined(app_dirs)},
                           {"LOCAL_USER_DIRS", joined(user_dirs)},
                           {"LOG_DIRS", joined(log_dirs)},
                           {"USER", container.user},
                           {"LOGNAME", container.user},
                           {"HOME", options_.home},
                           {"PWD", container.work_directory},
                           {"LOCALIZATION_COUNTERS", fmt::format("0,0,{},0,{}", localized.links.size(), localized.milliseconds)},
                           {"JVM_PID", "$$"}};
  for (const auto& [name, metadata] : services) script.node_variables.emplace_back("NM_AUX_SERVICE_" + name, security::base64(metadata));
  for (const auto& variable : options_.admin) script.node_variables.push_back(variable);
  script.environment = context.environment;
  script.links = localized.links;
  script.commands = context.commands;
  script.log_directory = container.log_directory;
  return script;
}

Task<Result<int32_t>> ContainerRunner::start_process(std::shared_ptr<Container> container, LaunchContext context, Localized localized,
                                                     std::map<std::string, std::string> services) {
  LauncherRequest request;
  request.process = container->process;
  request.script = private_directory(*container) + "/launch_container.sh";
  request.directory = container->work_directory;
  request.cookie = container->id.to_string();
  const std::string script = write_launch_script(make_script(*container, context, localized, services));
  CO_TRY(request.cgroup,
         co_await run_on(
             env_.disk_pool,
             [this, container, script, path = request.script, credentials = std::move(context.credentials)]() -> Result<std::string> {
               auto write = [this](const std::string& file, const std::string& content, uint32_t permission) -> Result<void> {
                 TRY(auto opened, env_.disk.open(file, OpenMode::kTruncate, permission));
                 return opened->write_at(0, content);
               };
               TRY_VOID(write(container->work_directory + "/container_tokens", credentials, 0600));
               TRY_VOID(write(path, script, 0700));
               return cgroups_.create(container->id.to_string(), container->resource);
             }));
  if (container->kill_asked()) co_return error(StatusCode::kCancelled, "Container was killed before it was launched.");
  co_return co_await launcher_.launch(std::move(request));
}

// What Hadoop's operators and tools expect to read of a failed container.
std::string ContainerRunner::diagnose(const Container& container, int32_t exit_code) const {
  if (exit_code == 0) return "";
  std::string text =
      fmt::format("Exception from container-launch.\nContainer id: {}\nExit code: {}\n\n", container.id.to_string(), exit_code);
  text +=
      fmt::format("[{}]Container exited with a non-zero exit code {}. Error file: prelaunch.err.\n", container.id.to_string(), exit_code);
  for (const char* name : {"prelaunch.err", "stderr"}) {
    text += fmt::format("Last {} bytes of {} :\n{}\n", options_.stderr_tail_bytes, name,
                        tail(env_.disk, container.log_directory + "/" + name, options_.stderr_tail_bytes));
  }
  return text;
}

Task<void> ContainerRunner::kill(std::shared_ptr<Container> container, Duration grace) {
  if (!container->running()) co_return;
  if (grace > Duration::zero()) {
    co_await launcher_.signal(container->process, SIGTERM);
    const Deadline end = env_.clock.after(grace);
    while (container->running() && env_.clock.now() < end)
      co_await env_.clock.sleep_for(std::min<Duration>(grace, std::chrono::milliseconds(10)));
  }
  if (container->running()) co_await launcher_.signal(container->process, SIGKILL);
}

Task<void> ContainerRunner::clean_up(std::shared_ptr<Container> container) {
  if (options_.delete_delay > Duration::zero()) co_await env_.clock.sleep_for(options_.delete_delay);
  co_await run_on(env_.disk_pool, [this, container] {
    cgroups_.remove(container->id.to_string());
    static_cast<void>(env_.disk.remove_tree(private_directory(*container)));
    // What can't be removed now goes with the application's directory.
    static_cast<void>(env_.disk.remove_tree(container->work_directory));
  });
}

Task<void> ContainerRunner::remove_application(std::string user, std::string application) {
  if (options_.delete_delay > Duration::zero()) co_await env_.clock.sleep_for(options_.delete_delay);
  co_await run_on(env_.disk_pool, [this, user, application] {
    for (const std::string& root : options_.local_dirs) {
      static_cast<void>(env_.disk.remove_tree(fmt::format("{}/usercache/{}/appcache/{}", root, user, application)));
      static_cast<void>(env_.disk.remove_tree(fmt::format("{}/nmPrivate/{}", root, application)));
    }
  });
}

}  // namespace tusker::nodemanager
