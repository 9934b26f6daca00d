#include "mapreduce/am/app_master.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/async/run_on.h"
#include "common/config/keys_core.h"
#include "common/config/keys_mapred.h"
#include "common/env/real_disk.h"
#include "common/env/real_env.h"
#include "common/log/log.h"
#include "common/rpc/server.h"
#include "common/shuffle/url_hash.h"
#include "common/yarn/convert.h"
#include "common/yarn/protocols.h"
#include "mapreduce/am/job_commit.h"
#include "mapreduce/am/job_files.h"
#include "mapreduce/am/job_master.h"
#include "mapreduce/am/launch_context.h"
#include "mapreduce/am/umbilical_client.h"
#include "mapreduce/am/umbilical_protocol.h"
#include "mapreduce/formats/file_stores.h"

namespace tusker::mapreduce {
namespace {

// How long the submitter may take to fetch the job's end before this process goes; later it reads the job's record.
constexpr Duration kLingerMax = std::chrono::milliseconds(500);
constexpr int64_t kSplitsBytesMax = 512 << 20;

// What the container's environment and files say about the job.
struct Identity {
  yarn::ContainerId container;
  std::string host;
  std::string user;
  std::string job_id;
  std::string staging_directory;
  security::Credentials credentials;
  security::Token job_token;
  std::string shuffle_secret;
  int64_t submit_ms = 0;
  yarn::ApplicationAttemptId attempt() const { return container.attempt; }
};

Result<Identity> read_identity(Disk& disk, const config::Config& config) {
  Identity identity;
  TRY(identity.container, yarn::parse_container_id(environment_variable("CONTAINER_ID")));
  identity.host = environment_variable("NM_HOST");
  identity.user = environment_variable("USER");
  identity.job_id = job_id_of(identity.attempt().application);
  identity.staging_directory = staging_root(config, identity.user) + "/" + identity.job_id;
  TRY(identity.credentials, load_credentials(disk, environment_variable("HADOOP_TOKEN_FILE_LOCATION")));
  TRY(identity.job_token, job_token_of(identity.credentials));
  TRY(identity.shuffle_secret, shuffle_secret_of(identity.credentials));
  identity.submit_ms = std::strtoll(environment_variable("APP_SUBMIT_TIME_ENV").c_str(), nullptr, 10);
  return identity;
}

Result<std::vector<InputSplit>> read_splits(Disk& disk) {
  TRY(std::string bytes, disk.read_file(std::string(kSplitsFile), kSplitsBytesMax));
  JobSplitsProto proto;
  if (!proto.ParseFromString(bytes)) return error(StatusCode::kCorruption, "the job's splits can't be read");
  std::vector<InputSplit> splits;
  for (const auto& split : proto.splits()) splits.push_back(from_proto(split));
  return splits;
}

yarn::Resource resource_of(int64_t memory_mb, int64_t vcores) {
  return {memory_mb > 0 ? memory_mb : 1024, static_cast<int32_t>(std::max<int64_t>(vcores, 1))};
}

Result<MasterOptions> read_options(const config::Config& config) {
  TRY(int64_t map_mb, config.get(config::kMapMemoryMb));
  TRY(int64_t map_vcores, config.get(config::kMapVcores));
  TRY(int64_t reduce_mb, config.get(config::kReduceMemoryMb));
  TRY(int64_t reduce_vcores, config.get(config::kReduceVcores));
  TRY(bool reuse, config.get(config::kContainerReuse));
  MasterOptions options{resource_of(map_mb, map_vcores), resource_of(reduce_mb, reduce_vcores), reuse, {}};
  TRY(options.blacklist.enabled, config.get(config::kNodeBlacklisting));
  TRY(options.blacklist.failures_max, config.get(config::kTaskFailuresPerNodeMax));
  TRY(options.blacklist.ignored_percent, config.get(config::kNodeBlacklistingIgnoredPercent));
  return options;
}

Result<JobOptions> read_job_options(const config::Config& config, const Identity& identity) {
  JobOptions options{.job_id = identity.job_id, .application_attempt = identity.attempt().attempt};
  TRY(int64_t reduces, config.get(config::kJobReduces));
  options.reduces = static_cast<int32_t>(reduces);
  TRY(options.map_attempts_max, config.get(config::kMapAttemptsMax));
  TRY(options.reduce_attempts_max, config.get(config::kReduceAttemptsMax));
  TRY(options.map_failures_percent_max, config.get(config::kMapFailuresMaxPercent));
  TRY(options.reduce_failures_percent_max, config.get(config::kReduceFailuresMaxPercent));
  TRY(options.fetch_failures_max, config.get(config::kFetchFailuresMax));
  TRY(options.slow_start, config.get(config::kReduceSlowStart));
  TRY(auto timeout, config.get(config::kTaskTimeout));
  options.task_timeout = timeout;
  return options;
}

// Why tasks of this kind could never run; nullopt when they can.
std::optional<std::string> too_large(std::string_view kind, const yarn::Resource& wanted, const yarn::Resource& maximum) {
  if (wanted.memory_mb <= maximum.memory_mb && wanted.vcores <= maximum.vcores) return std::nullopt;
  std::string upper(kind);
  std::ranges::transform(upper, upper.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  return fmt::format(
      "{} capability required is more than the supported max container capability in the cluster. Killing the Job. {}ResourceRequest: {} "
      "maxContainerCapability:{}",
      upper, kind, wanted.to_string(), maximum.to_string());
}

// One job's life, from its files to the ResourceManager's confirmation of its end.
class AppMaster {
 public:
  AppMaster(Env& env, const config::Config& config, Identity identity, net::Topology topology, MasterOptions options,
            JobOptions job_options, std::vector<InputSplit> splits, security::Token am_rm_token)
      : env_(env),
        config_(config),
        identity_(std::move(identity)),
        topology_(std::move(topology)),
        options_(options),
        strand_(env.make_strand()),
        stores_(env, config, {identity_.user, ""}),
        model_(std::move(job_options), std::move(splits), env.clock.now()),
        rm_(env, config, {identity_.user, ""}, std::move(am_rm_token)),
        nm_(env, identity_.attempt()),
        authenticator_(identity_.job_token, {identity_.user, ""}),
        start_ms_(env.clock.wall_ms()) {}

  Task<Result<void>> run() {
    CO_TRY(const auto output, stores_.locate(config_.get(config::kOutputDir)));
    CO_TRY(const auto staging, stores_.locate(identity_.staging_directory));
    CO_TRY(bool mark, config_.get(config::kMarkSuccessfulJobs));
    JobCommit commit(*staging.store, staging.path, *output.store, output.path, mark);
    CO_TRY(auto resumed, co_await run_on(env_.disk_pool, [&commit] { return commit.resume(); }));
    if (resumed) {
      CO_TRY_VOID(co_await rm_.register_master(identity_.host, -1, ""));
      CO_TRY_VOID(co_await run_on(env_.disk_pool, [this, &resumed] { return leave_record(*resumed); }));
      CO_TRY_VOID(co_await rm_.finish(hadoop::yarn::APP_SUCCEEDED, "", ""));
      co_return co_await remove_staging(staging);
    }
    JobMaster master(env_, strand_, options_, model_, topology_, rm_, nm_);
    rpc::Server server(env_, {.bind = {"0.0.0.0", 0}, .name = "umbilical", .tokens = &authenticator_, .simple_allowed = false},
                       {umbilical_protocol(master)});
    CO_TRY_VOID(server.start());
    auto ended = co_await run_job(master, server.local().port, commit, output, staging);
    co_await server.stop();
    co_await master.stop();
    co_return ended;
  }

  Task<void> stop() {
    co_await nm_.stop();
    co_await rm_.stop();
    co_await stores_.stop();
  }

 private:
  // Tasks find this process by their command line.
  Result<hadoop::yarn::ContainerLaunchContextProto> task_launch_context(FileStores::Located staging, uint16_t port) {
    LaunchPlan plan;
    for (std::string_view file : {kJobFile, kLibraryFile}) plan.files.emplace_back(file, fmt::format("{}/{}", staging.path, file));
    plan.command = fmt::format("task {} {} -conf {}", identity_.host, port, kJobFile);
    plan.program_directory = mapred_directory(config_);
    security::Credentials credentials;
    credentials.tokens.emplace_back(kJobTokenAlias, identity_.job_token);
    credentials.secrets.emplace_back(shuffle::kSecretAlias, identity_.shuffle_secret);
    plan.credentials = security::encode_credentials(credentials);
    plan.service_data[std::string(shuffle::kServiceName)] = shuffle::encode_service_data(identity_.job_id, identity_.shuffle_secret);
    return make_launch_context(*staging.store, plan);
  }

  Task<Result<void>> run_job(JobMaster& master, uint16_t port, JobCommit& commit, FileStores::Located output, FileStores::Located staging) {
    CO_TRY(auto launch, co_await run_on(env_.disk_pool, [this, &staging, port] { return task_launch_context(staging, port); }));
    master.set_launch_context(std::move(launch));
    FileOutputCommitter committer(*output.store, output.path, identity_.attempt().attempt, true);
    CO_TRY(auto registered, co_await rm_.register_master(identity_.host, port, ""));
    if (registered.has_maximumcapability()) check_capability(yarn::from_proto(registered.maximumcapability()));
    CO_TRY_VOID(co_await run_on(env_.disk_pool, [&committer] { return committer.setup_job(); }));
    CO_TRY_VOID(co_await master.run());

    JobRecord record = make_record();
    Result<void> ended;
    if (model_.failure()) {
      ended = error(StatusCode::kIo, *model_.failure());
    } else {
      // One that the ResourceManager has given up leaves the output to its successor.
      CO_TRY(auto window, config_.get(config::kCommitWindow));
      CO_TRY_VOID(co_await master.hear_manager(window));
      ended = co_await run_on(env_.disk_pool, [this, &commit, &record, winners = model_.winners()] {
        return commit.commit(identity_.attempt().attempt, winners, record);
      });
      if (!ended) ended = error(ended.error().with_context("Job commit failed"));
    }
    if (!ended) {
      record.state = "FAILED";
      record.diagnostics = ended.error().message();
      auto aborted = co_await run_on(env_.disk_pool, [&committer] { return committer.abort_job(); });
      if (!aborted) LOG_WARN("cannot remove the unfinished output: {}", aborted.error().to_string());
    }
    auto left = co_await run_on(env_.disk_pool, [this, &record] { return leave_record(record); });
    if (!left) LOG_WARN("cannot record the job: {}", left.error().to_string());
    master.finish(ended ? JOB_SUCCEEDED : JOB_FAILED, record.counters, record.diagnostics);
    const Deadline linger = env_.clock.after(kLingerMax);
    while (!master.final_report_fetched() && env_.clock.now() < linger) co_await env_.clock.sleep_for(std::chrono::milliseconds(5));
    CO_TRY_VOID(co_await rm_.finish(ended ? hadoop::yarn::APP_SUCCEEDED : hadoop::yarn::APP_FAILED, record.diagnostics, ""));
    // A later attempt would find there that the job is done; now there is none.
    co_return co_await remove_staging(staging);
  }

  void check_capability(const yarn::Resource& maximum) {
    auto trouble = too_large("map", options_.map_resource, maximum);
    if (!trouble && model_.reduces() > 0) trouble = too_large("reduce", options_.reduce_resource, maximum);
    if (trouble) model_.give_up(*std::move(trouble));
  }

  Task<Result<void>> remove_staging(FileStores::Located staging) {
    auto removed = co_await run_on(env_.disk_pool, [&staging] { return staging.store->remove(staging.path); });
    if (!removed) LOG_WARN("cannot remove {}: {}", staging.path, removed.error().to_string());
    co_return Result<void>();
  }

  JobRecord make_record() const {
    return {.job_id = identity_.job_id,
            .name = config_.get(config::kJobName),
            .user = identity_.user,
            .state = "SUCCEEDED",
            .start_ms = identity_.submit_ms > 0 ? identity_.submit_ms : start_ms_,
            .finish_ms = env_.clock.wall_ms(),
            .maps = model_.maps(),
            .reduces = model_.reduces(),
            .counters = model_.counters()};
  }

  // Writes the job's record to where it is looked for once its master is gone.
  Result<void> leave_record(const JobRecord& record) {
    TRY(auto history, stores_.locate(history_directory(config_, identity_.user)));
    TRY_VOID(make_shared_directory(*history.store, store_parent(history.path)));
    TRY_VOID(history.store->make_directories(history.path, 0770));
    return history.store->write_file(job_record_path(history.path, identity_.job_id), encode_job_record(record), {.overwrite = true});
  }

  Env& env_;
  const config::Config& config_;
  Identity identity_;
  net::Topology topology_;
  MasterOptions options_;
  Executor strand_;
  FileStores stores_;
  JobModel model_;
  client::AmRmClient rm_;
  client::NmClient nm_;
  JobTokenAuthenticator authenticator_;
  int64_t start_ms_;
};

Result<std::unique_ptr<AppMaster>> make_app_master(Env& env, const config::Config& config) {
  TRY(Identity identity, read_identity(env.disk, config));
  TRY(auto splits, read_splits(env.disk));
  TRY(auto topology, net::Topology::load(env.disk, config.get(config::kTopologyTableFile)));
  TRY(auto options, read_options(config));
  TRY(auto job_options, read_job_options(config, identity));
  const security::Token* token = identity.credentials.find_kind(yarn::kAmRmTokenKind);
  if (token == nullptr) return error(StatusCode::kInvalidToken, "the container's credentials hold no AMRM token");
  const security::Token am_rm_token = *token;
  return std::make_unique<AppMaster>(env, config, std::move(identity), std::move(topology), options, std::move(job_options),
                                     std::move(splits), am_rm_token);
}

Task<void> run_and_stop(AppMaster& master, Result<void>& ended) {
  ended = co_await master.run();
  co_await master.stop();
}

int fail(const Status& status) {
  LOG_ERROR("{}", status.to_string());
  return 1;
}

}  // namespace

int run_app_master(const std::vector<std::string>& arguments) {
  RealDisk disk;
  auto command_line = config::load_command_line(disk, arguments, "");
  if (!command_line) return fail(command_line.error());
  RealEnv env({.net_threads = 1, .disk_threads = 2, .bind_address = command_line->config.get(config::kOutgoingAddress)});
  auto master = make_app_master(env.env(), command_line->config);
  if (!master) return fail(master.error());
  Result<void> ended;
  env.run(run_and_stop(**master, ended));
  return ended ? 0 : fail(ended.error());
}

}  // namespace tusker::mapreduce
