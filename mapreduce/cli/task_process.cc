#include "mapreduce/cli/task_process.h"

#include <charconv>
#include <sstream>

#include <fmt/format.h>

#include "common/async/run_on.h"
#include "common/base/yarn_ids.h"
#include "common/config/keys_core.h"
#include "common/config/keys_mapred.h"
#include "common/env/real_disk.h"
#include "common/env/real_env.h"
#include "common/log/log.h"
#include "mapreduce/am/job_files.h"
#include "mapreduce/am/umbilical_client.h"
#include "mapreduce/shuffle/shuffle.h"
#include "mapreduce/task/map_task.h"
#include "mapreduce/task/reduce_task.h"

namespace tusker::mapreduce {
namespace {

constexpr Duration kStatusPause = std::chrono::milliseconds(200);
constexpr Duration kAskPause = std::chrono::milliseconds(5);
constexpr size_t kProcessIdBytes = 8;
constexpr int64_t kFreeBytesMin = 256 << 20;  // of a disk, to be chosen

std::vector<std::string> split_at_commas(const std::string& list) {
  std::vector<std::string> items;
  std::istringstream in(list);
  for (std::string item; std::getline(in, item, ',');) {
    if (!item.empty()) items.push_back(item);
  }
  return items;
}

// What the container says about this process.
struct Container {
  std::string id;
  std::string user;
  std::string job_id;
  std::vector<std::string> local_dirs;
  security::Token job_token;
  std::string shuffle_secret;
};

Result<Container> read_container(Disk& disk) {
  Container container{.id = environment_variable("CONTAINER_ID"), .user = environment_variable("USER")};
  TRY(auto id, yarn::parse_container_id(container.id));
  container.job_id = job_id_of(id.attempt.application);
  container.local_dirs = split_at_commas(environment_variable("LOCAL_DIRS"));
  if (container.local_dirs.empty()) return error(StatusCode::kIllegalState, "LOCAL_DIRS is not set: this runs in a container only");
  TRY(auto credentials, load_credentials(disk, environment_variable("HADOOP_TOKEN_FILE_LOCATION")));
  TRY(container.job_token, job_token_of(credentials));
  TRY(container.shuffle_secret, shuffle_secret_of(credentials));
  return container;
}

// One attempt from getTask to done.
class TaskProcess {
 public:
  TaskProcess(Env& env, const config::Config& config, Container container, Endpoint master, TaskBeacon& beacon)
      : env_(env),
        config_(config),
        container_(std::move(container)),
        beacon_(beacon),
        process_id_(env.random.bytes(kProcessIdBytes)),
        strand_(env.make_strand()),
        umbilical_(env, std::move(master), {container_.user, ""}, container_.job_token),
        stores_(env, config, {container_.user, ""}),
        tasks_("task") {}

  Task<void> run(LastTask last, TaskOutcome& outcome) {
    auto task = co_await get_task(std::move(last));
    if (!task) {
      LOG_ERROR("cannot get a task from the ApplicationMaster: {}", task.error().to_string());
    } else if (!*task) {
      outcome = TaskOutcome::kNoMore;
    } else {
      task_ = std::move(**task);
      co_await run_attempt();
      outcome = TaskOutcome::kRan;
    }
    co_await tasks_.stop();
    co_await umbilical_.stop();
    co_await stores_.stop();
  }

 private:
  Task<Result<std::optional<TaskProto>>> get_task(LastTask last) {
    GetTaskRequestProto request;
    request.set_container_id(container_.id);
    request.set_process(process_id_);
    if (!last.attempt.empty()) {
      request.set_failed_attempt(last.attempt);
      request.set_diagnostics(last.diagnostics);
    }
    while (true) {
      CO_TRY(auto response, co_await umbilical_.call_again<GetTaskResponseProto>("getTask", request));
      if (response.has_task()) co_return std::move(*response.mutable_task());
      if (!response.wait()) co_return std::nullopt;
      co_await env_.clock.sleep_for(kAskPause);
    }
  }

  Task<void> run_attempt() {
    const InputSplit split = from_proto(task_.split());
    beacon_.begin(task_.attempt_id(), task_.is_map() ? split.to_string() : fmt::format("reduce {}", task_.number()));
    report_.set_position_cell(beacon_.position());
    tasks_.spawn(strand_, tell_status());
    auto ran = co_await work(split);
    if (ran && !report_.killed()) {
      ran = co_await report_done();
      if (!ran && UmbilicalClient::unheard(ran.error())) {
        // The master may hold the output for this task's: it stays, and goes with the application at the latest.
        LOG_ERROR("{} is done, but the ApplicationMaster doesn't answer: {}", task_.attempt_id(), ran.error().to_string());
        beacon_.end();
        co_return;
      }
    }
    if (!ran && !report_.killed()) {
      LOG_ERROR("{} failed: {}", task_.attempt_id(), ran.error().to_string());
      FailedRequestProto request;
      request.set_attempt_id(task_.attempt_id());
      request.set_diagnostics(ran.error().to_string());
      auto told = co_await umbilical_.call_again<FailedResponseProto>("failed", request);
      if (!told) LOG_ERROR("and cannot tell the ApplicationMaster: {}", told.error().to_string());
    }
    if (!ran) co_await run_on(env_.disk_pool, [this] { clean_up(); });
    beacon_.end();
  }

  Task<Result<void>> work(InputSplit split) {
    CO_TRY(const auto output, stores_.locate(config_.get(config::kOutputDir)));
    CO_TRY(auto library, co_await run_on(env_.disk_pool, [] { return JobLibrary::load(std::string(kLibraryFile)); }));
    FileOutputCommitter committer(*output.store, output.path, task_.application_attempt(), true);
    TaskContext context{.disk = env_.disk,
                        .stores = stores_,
                        .config = config_,
                        .library = library,
                        .report = report_,
                        .counters = counters_,
                        .output_store = *output.store,
                        .committer = committer,
                        .attempt = task_.attempt_id(),
                        .number = task_.number(),
                        .reduces = task_.reduces(),
                        .local_directory = local_directory()};
    if (task_.is_map()) {
      CO_TRY_VOID(co_await run_on(env_.disk_pool, [&context, &split] { return run_map(context, split); }));
    } else {
      CO_TRY_VOID(co_await reduce(context));
    }
    // A map whose output goes through the shuffle has nothing to commit.
    if (!task_.is_map() || task_.reduces() == 0) CO_TRY_VOID(co_await commit(context));
    co_return Result<void>();
  }

  // Attempts take turns at the disks, so that one after a failure comes to another disk; full ones are left out.
  std::string local_directory() const {
    const std::string& attempt = task_.attempt_id();
    size_t ordinal = 0;
    std::from_chars(attempt.data() + attempt.rfind('_') + 1, attempt.data() + attempt.size(), ordinal);
    const auto& all = container_.local_dirs;
    for (size_t i = 0; i < all.size(); ++i) {
      const std::string& directory = all[(static_cast<size_t>(task_.number()) + ordinal + i) % all.size()];
      auto space = env_.disk.space(directory);
      if (space && static_cast<int64_t>(space->available) >= kFreeBytesMin) return directory;
    }
    return all[(static_cast<size_t>(task_.number()) + ordinal) % all.size()];
  }

  Task<Result<void>> reduce(TaskContext& context) {
    CO_TRY(auto options, shuffle_options());
    CO_TRY(auto merge_options, merge_options_of(context));
    // Merges run on another thread than the shuffle, so they count for themselves.
    Counters merge_counters;
    Combiner combiner(context.library.job(), config_, merge_counters, report_);
    int64_t& spilled = merge_counters.cell(counter_group::kTask, "SPILLED_RECORDS");
    MergeManager merge(env_, std::move(merge_options), combiner.exists() ? &combiner : nullptr, spilled, report_);
    Shuffle shuffle(env_, strand_, std::move(options), umbilical_, merge, counters_, report_);
    shuffle_ = &shuffle;
    auto segments = co_await shuffle.run();
    shuffle_ = nullptr;
    counters_.merge(merge_counters);
    if (!segments) co_return error(segments.error());
    co_return co_await run_on(env_.disk_pool, [&context, &segments] { return run_reduce(context, *std::move(segments)); });
  }

  Result<Shuffle::Options> shuffle_options() const {
    Shuffle::Options options{.job_id = container_.job_id,
                             .secret = container_.shuffle_secret,
                             .attempt = task_.attempt_id(),
                             .maps = task_.maps(),
                             .reduce = task_.number(),
                             .local_dirs = container_.local_dirs};
    TRY(options.parallel_copies, config_.get(config::kShuffleParallelCopies));
    TRY(auto connect_timeout, config_.get(config::kShuffleConnectTimeout));
    TRY(auto read_timeout, config_.get(config::kShuffleReadTimeout));
    options.connect_timeout = connect_timeout;
    options.read_timeout = read_timeout;
    TRY(options.local_read, config_.get(config::kShuffleLocalRead));
    return options;
  }

  Result<MergeManager::Options> merge_options_of(const TaskContext& context) const {
    TRY(int64_t memory_mb, config_.get(config::kReduceMemoryMb));
    TRY(double share, config_.get(config::kShuffleInputBufferPercent));
    TRY(double single_share, config_.get(config::kShuffleMemoryLimitPercent));
    TRY(double merge_share, config_.get(config::kShuffleMergePercent));
    const double memory = static_cast<double>((memory_mb > 0 ? memory_mb : 1024) << 20) * share;
    return MergeManager::Options{.memory_bytes = static_cast<int64_t>(memory),
                                 .single_bytes_max = static_cast<int64_t>(memory * single_share),
                                 .merge_share = merge_share,
                                 .directory = fmt::format("{}/output/{}", context.local_directory, context.attempt)};
  }

  Task<Result<void>> commit(TaskContext& context) {
    if (report_.killed()) co_return error(StatusCode::kCancelled, "the attempt was killed");
    MayCommitRequestProto request;
    request.set_attempt_id(task_.attempt_id());
    CO_TRY(auto answer, co_await umbilical_.call_again<MayCommitResponseProto>("mayCommit", request));
    if (!answer.may_commit()) co_return error(StatusCode::kCancelled, "the ApplicationMaster forbids the commit");
    if (report_.killed()) co_return error(StatusCode::kCancelled, "the attempt was killed");
    co_return co_await run_on(env_.disk_pool, [&context] { return context.committer.commit_task(context.attempt); });
  }

  Task<Result<void>> report_done() {
    count_file_systems(counters_, {}, stores_.statistics());
    count_resources(counters_, task_.is_map(), 0);
    DoneRequestProto request;
    request.set_attempt_id(task_.attempt_id());
    *request.mutable_counters() = to_proto(counters_);
    CO_TRY(auto answer, co_await umbilical_.call_again<DoneResponseProto>("done", request));
    if (!answer.accepted()) LOG_WARN("{} was done, but isn't wanted any more", task_.attempt_id());
    co_return Result<void>();
  }

  // Tells the ApplicationMaster now and then how far the task is; ends the task when that doesn't want it, or is gone.
  Task<void> tell_status() {
    while (true) {
      co_await env_.clock.sleep_for(kStatusPause);
      StatusUpdateRequestProto request;
      request.set_attempt_id(task_.attempt_id());
      request.set_progress(report_.progress());
      request.set_status(report_.status());
      request.set_signs_of_life(report_.signs_of_life());
      if (shuffle_ != nullptr) {
        for (std::string& failure : shuffle_->take_fetch_failures()) request.add_fetch_failures(std::move(failure));
      }
      auto answer = co_await umbilical_.call_again<StatusUpdateResponseProto>("statusUpdate", request);
      if (answer && answer->found()) continue;
      LOG_WARN("{} ends: {}", task_.attempt_id(), answer ? "the ApplicationMaster doesn't want it any more" : answer.error().to_string());
      report_.kill();
      co_return;
    }
  }

  void clean_up() {
    for (const std::string& directory : container_.local_dirs) {
      // What can't be removed goes with the application.
      static_cast<void>(env_.disk.remove_tree(fmt::format("{}/output/{}", directory, task_.attempt_id())));
    }
  }

  Env& env_;
  const config::Config& config_;
  Container container_;
  TaskBeacon& beacon_;
  std::string process_id_;  // so that a repeated call for a task isn't taken for that of another process
  Executor strand_;
  UmbilicalClient umbilical_;
  FileStores stores_;
  TaskProto task_;
  Counters counters_;
  TaskReport report_;
  Shuffle* shuffle_ = nullptr;
  TaskGroup tasks_;
};

TaskOutcome fail(const Status& status) {
  LOG_ERROR("{}", status.to_string());
  return TaskOutcome::kUnreachable;
}

}  // namespace

TaskOutcome run_task_process(const std::vector<std::string>& arguments, TaskBeacon& beacon, const LastTask& last) {
  RealDisk disk;
  auto command_line = config::load_command_line(disk, arguments, "");
  if (!command_line) return fail(command_line.error());
  if (command_line->rest.size() != 2) return fail(Status(StatusCode::kIllegalArgument, "usage: mapred task HOST PORT -conf FILE"));
  Endpoint master{.host = command_line->rest[0]};
  const std::string& port = command_line->rest[1];
  std::from_chars(port.data(), port.data() + port.size(), master.port);
  auto container = read_container(disk);
  if (!container) return fail(container.error());
  RealEnv env({.net_threads = 1, .disk_threads = 3, .bind_address = command_line->config.get(config::kOutgoingAddress)});
  TaskOutcome outcome = TaskOutcome::kUnreachable;
  TaskProcess process(env.env(), command_line->config, *std::move(container), master, beacon);
  env.run(process.run(last, outcome));
  return outcome;
}

}  // namespace tusker::mapreduce
