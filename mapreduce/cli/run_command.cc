#include "mapreduce/cli/run_command.h"

#include <cstdio>

#include <fmt/format.h>

#include "common/async/run_on.h"
#include "common/config/keys_core.h"
#include "common/config/keys_mapred.h"
#include "common/env/real_disk.h"
#include "common/env/real_env.h"
#include "mapreduce/cli/local_job_runner.h"
#include "mapreduce/cli/submission.h"
#include "mapreduce/cli/yarn_job_runner.h"

namespace tusker::mapreduce {
namespace {

constexpr std::string_view kUsage =
    "Usage: mapred run LIBRARY [-conf FILE] [-D key=value]... [-input PATH[,PATH]...] [-output PATH] [-reducers N] [the job's arguments]\n";

Result<JobOutcome> run_submission(RealEnv& real, Submission& job, FileStores& stores, const security::User& user,
                                  ProgressPrinter& progress) {
  const std::string framework = job.config.get(config::kFrameworkName);
  if (framework == "yarn") return run_on_yarn(real, job, stores, user, progress);
  if (framework != "local") {
    return error(StatusCode::kIllegalArgument, fmt::format("{}={}: \"local\" or \"yarn\"", config::kFrameworkName.name, framework));
  }
  Env& env = real.env();
  const std::string id = fmt::format("job_local{}_0001", env.random.below(1'000'000'000));
  const std::string base = job.config.find("mapreduce.cluster.local.dir").value_or("/tmp/tusker-" + user.name + "/mapred/local");
  progress.line(fmt::format("mapreduce.Job: Running job: {}", id));
  auto outcome = run_local(env, job, stores, id, base + "/" + id, progress);
  if (outcome) {
    progress.line(outcome->succeeded ? fmt::format("mapreduce.Job: Job {} completed successfully", id)
                                     : fmt::format("mapreduce.Job: Job {} failed with state FAILED due to: {}", id, outcome->diagnostics));
  }
  return outcome;
}

// Everything that may block, on one thread of the disk pool.
Result<bool> run_job(RealEnv& real, config::Config& config, const security::User& user, const RunArguments& arguments, FileStores& stores) {
  Env& env = real.env();
  TRY(auto library, JobLibrary::load(arguments.library));
  SubmissionHost host(config, stores);
  const std::string temporary = fmt::format("{}_{}_{}", library.name(), env.clock.wall_ms(), env.random.below(INT32_MAX));
  TRY(auto job, prepare_submission(library, arguments, host, config, stores, temporary));
  fmt::print(stderr, "mapreduce.JobSubmitter: number of splits:{}\n", job.splits.size());
  ProgressPrinter progress;
  const TimePoint start = env.clock.now();
  auto outcome = run_submission(real, job, stores, user, progress);
  progress.finish();
  const double seconds = std::chrono::duration<double>(env.clock.now() - start).count();
  auto finished = outcome && outcome->succeeded ? host.finish(library, job.output, seconds) : Result<void>();
  if ((library.job().flags & TUSKER_JOB_TEMPORARY_OUTPUT) != 0) {
    // The answer is printed by now; what is left behind is a directory that nobody reads.
    static_cast<void>(job.output.store->remove(store_parent(job.output.path)));
  }
  if (!outcome) return error(outcome.error());
  fmt::print(stderr, "{}", outcome->counters.to_text());
  TRY_VOID(finished);
  return outcome->succeeded;
}

Task<void> run_and_stop(RealEnv& real, config::Config& config, const security::User& user, const RunArguments& arguments,
                        FileStores& stores, int& exit_code) {
  auto succeeded = co_await run_on(real.env().disk_pool, [&] { return run_job(real, config, user, arguments, stores); });
  if (!succeeded) fmt::print(stderr, "mapred: {}\n", succeeded.error().message());
  exit_code = succeeded && *succeeded ? 0 : 1;
  co_await stores.stop();
}

}  // namespace

int run_command(const std::vector<std::string>& arguments) {
  RealDisk disk;
  auto command_line = config::load_command_line(disk, arguments, "");
  auto parsed = command_line ? parse_run_arguments(command_line->rest, command_line->config) : error(command_line.error());
  if (!parsed) {
    fmt::print(stderr, "mapred: {}\n{}", parsed.error().message(), kUsage);
    return 255;
  }
  config::Config& config = command_line->config;
  const security::User user = security::current_user();
  config.set("mapreduce.job.user.name", user.name, "the user");
  RealEnv env({.net_threads = 1, .disk_threads = 4, .bind_address = config.get(config::kOutgoingAddress)});
  int exit_code = 1;
  {
    FileStores stores(env.env(), config, user);
    env.run(run_and_stop(env, config, user, *parsed, stores, exit_code));
  }
  return exit_code;
}

}  // namespace tusker::mapreduce
