#include "mapreduce/cli/yarn_job_runner.h"

#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "client/yarn/yarn_client.h"
#include "common/async/run_on.h"
#include "common/config/keys_mapred.h"
#include "common/shuffle/url_hash.h"
#include "common/yarn/convert.h"
#include "mapreduce/am/job_files.h"
#include "mapreduce/am/launch_context.h"
#include "mapreduce/am/umbilical_client.h"
#include "mapreduce/formats/block_on.h"
#include "mapreduce/history/job_record.h"

namespace tusker::mapreduce {

using namespace hadoop::yarn;

namespace {

constexpr size_t kJobTokenBytes = 20;
constexpr int64_t kLibraryBytesMax = 1 << 30;
constexpr int64_t kRecordBytesMax = 16 << 20;
constexpr Duration kLookPause = std::chrono::milliseconds(20);      // while the ApplicationMaster starts
constexpr Duration kLookPauseMax = std::chrono::milliseconds(500);  // when that takes long
constexpr Duration kGoneTimeout = std::chrono::seconds(5);

// One job on its way through the cluster. The functions that block run on the thread of the caller.
class YarnJob {
 public:
  YarnJob(Env& env, Submission& job, FileStores& stores, const security::User& user, ProgressPrinter& progress)
      : env_(env), job_(job), stores_(stores), user_(user), progress_(progress), yarn_(env, job.config, user), tasks_("mapred run") {}

  Result<JobOutcome> run() {
    TRY(auto fresh, wait(yarn_.new_application()));
    application_ = yarn::from_proto(fresh.application_id());
    job_id_ = job_id_of(application_);
    TRY(staging_, stores_.locate(staging_root(job_.config, user_.name) + "/" + job_id_));
    auto outcome = submit_and_watch();
    // While an ApplicationMaster may need its files they are its own to remove; of one that died they are left.
    if (!may_run_) static_cast<void>(staging_.store->remove(staging_.path));
    return outcome;
  }
  Task<void> stop() {
    co_await tasks_.stop();
    if (umbilical_) co_await umbilical_->stop();
    co_await yarn_.stop();
  }

 private:
  template <class T>
  Result<T> wait(Task<Result<T>> task) {
    return block_on(tasks_, strand_, std::move(task));
  }

  Result<JobOutcome> submit_and_watch() {
    TRY_VOID(upload());
    TRY(auto context, submission_context());
    fmt::print(stderr, "mapreduce.JobSubmitter: Submitting tokens for job: {}\n", job_id_);
    may_run_ = true;
    if (auto submitted = wait(yarn_.submit(std::move(context))); !submitted) {
      may_run_ = UmbilicalClient::unheard(submitted.error());
      return error(submitted.error());
    }
    progress_.line(fmt::format("mapreduce.Job: Running job: {}", job_id_));
    return watch();
  }

  Result<void> upload() {
    FileStore& store = *staging_.store;
    TRY(auto root, stores_.locate(job_.config.get(config::kAmStagingDir)));
    TRY_VOID(make_shared_directory(*root.store, root.path));
    TRY_VOID(store.make_directories(store_parent(staging_.path), 0700));
    TRY_VOID(store.make_directories(staging_.path, 0700));
    TRY(int64_t replication, job_.config.get(config::kSubmitReplication));
    const SinkOptions options{.replication = static_cast<int16_t>(replication)};
    TRY(std::string library, env_.disk.read_file(job_.library_path, kLibraryBytesMax));
    JobSplitsProto splits;
    for (const InputSplit& split : job_.splits) *splits.add_splits() = to_proto(split);
    // All at once: each is a few round trips.
    std::vector<std::future<Result<void>>> writes;
    writes.push_back(start_task(tasks_, strand_, write(file(kLibraryFile), std::move(library), options)));
    writes.push_back(start_task(tasks_, strand_, write(file(kSplitsFile), splits.SerializeAsString(), options)));
    writes.push_back(start_task(tasks_, strand_, write(file(kJobFile), job_xml(job_.config), options)));
    Result<void> all;
    for (auto& one : writes) {
      auto written = wait_for(std::move(one));
      if (all) all = std::move(written);
    }
    return all;
  }

  Task<Result<void>> write(std::string path, std::string content, SinkOptions options) {
    co_return co_await run_on(env_.disk_pool,
                              [this, &path, &content, options] { return staging_.store->write_file(path, content, options); });
  }

  std::string file(std::string_view name) const { return fmt::format("{}/{}", staging_.path, name); }

  Result<ApplicationSubmissionContextProto> submission_context() {
    job_token_ = {.identifier = job_id_,
                  .password = env_.random.bytes(kJobTokenBytes),
                  .kind = std::string(shuffle::kJobTokenKind),
                  .service = job_id_};
    security::Credentials credentials;
    credentials.tokens.emplace_back(kJobTokenAlias, job_token_);
    credentials.secrets.emplace_back(shuffle::kSecretAlias, env_.random.bytes(shuffle::kSecretBytes));
    LaunchPlan plan;
    for (std::string_view name : {kJobFile, kSplitsFile}) plan.files.emplace_back(name, file(name));
    plan.command = fmt::format("appmaster -conf {}", kJobFile);
    plan.program_directory = mapred_directory(job_.config);
    plan.credentials = security::encode_credentials(credentials);

    ApplicationSubmissionContextProto context;
    *context.mutable_application_id() = yarn::to_proto(application_);
    context.set_application_name(job_.name);
    context.set_queue(job_.config.get(config::kJobQueue));
    context.set_applicationtype("MAPREDUCE");
    TRY(int64_t attempts, job_.config.get(config::kAmAttemptsMax));
    context.set_maxappattempts(static_cast<int32_t>(attempts));
    TRY(int64_t memory_mb, job_.config.get(config::kAmMemoryMb));
    TRY(int64_t vcores, job_.config.get(config::kAmVcores));
    *context.mutable_resource() = yarn::to_proto(yarn::Resource{memory_mb, static_cast<int32_t>(vcores)});
    TRY(*context.mutable_am_container_spec(), make_launch_context(*staging_.store, plan));
    return context;
  }

  // Asks the ApplicationMaster while it can be reached, and the ResourceManager when it can't.
  Result<JobOutcome> watch() {
    Duration pause = kLookPause;
    while (true) {
      TRY(auto report, wait(yarn_.report(application_)));
      const auto state = report.yarn_application_state();
      if (state == FINISHED || state == FAILED || state == KILLED) {
        may_run_ = false;
        return ended(report);
      }
      if (state == RUNNING && report.rpc_port() > 0) {
        auto outcome = ask_master({report.host(), static_cast<uint16_t>(report.rpc_port())});
        if (outcome) return *std::move(outcome);
        pause = kLookPause;
      }
      rest(pause);
      pause = std::min(pause * 5 / 4, kLookPauseMax);
    }
  }

  // The job's end as its master tells it; nullopt when the master can't be reached (any more).
  std::optional<JobOutcome> ask_master(const Endpoint& master) {
    if (umbilical_) static_cast<void>(wait(stop_umbilical()));
    umbilical_ = std::make_unique<UmbilicalClient>(env_, master, user_, job_token_);
    JobReportRequestProto request;
    request.set_known_map_progress(-1);
    while (true) {
      const int64_t interval_ms = job_.config.get(config::kProgressPollInterval).value_or(std::chrono::seconds(1)).count();
      request.set_wait_ms(static_cast<int32_t>(std::clamp<int64_t>(interval_ms, 10, 5000)));
      auto report =
          wait(umbilical_->call<JobReportResponseProto>("getJobReport", request, kGoneTimeout + std::chrono::milliseconds(interval_ms)));
      if (!report) return std::nullopt;
      progress_.update(report->map_progress(), report->reduce_progress());
      print_failures(*report);
      if (report->state() != JOB_RUNNING) {
        const bool succeeded = report->state() == JOB_SUCCEEDED;
        return finish(succeeded ? "" : "FAILED", from_proto(report->counters()), report->diagnostics());
      }
      request.set_known_map_progress(report->map_progress());
      request.set_known_reduce_progress(report->reduce_progress());
    }
  }

  Task<Result<void>> stop_umbilical() {
    co_await umbilical_->stop();
    co_return Result<void>();
  }

  void print_failures(const JobReportResponseProto& report) {
    for (const std::string& failure : report.failures()) {
      if (std::ranges::find(failures_shown_, failure) != failures_shown_.end()) continue;
      failures_shown_.push_back(failure);
      progress_.line(fmt::format("mapreduce.Job: Task Id : {}", failure));
    }
  }

  // `failed_as`: FAILED, KILLED, or empty for a success.
  JobOutcome finish(std::string_view failed_as, Counters counters, const std::string& diagnostics) {
    progress_.line(failed_as.empty()
                       ? fmt::format("mapreduce.Job: Job {} completed successfully", job_id_)
                       : fmt::format("mapreduce.Job: Job {} failed with state {} due to: {}", job_id_, failed_as, diagnostics));
    return {failed_as.empty(), std::move(counters), diagnostics};
  }

  // The application has ended and its master is gone: what it left behind tells the rest.
  Result<JobOutcome> ended(const ApplicationReportProto& report) {
    TRY(auto history, stores_.locate(history_directory(job_.config, user_.name)));
    auto content = history.store->read_file(job_record_path(history.path, job_id_), kRecordBytesMax);
    auto record = content ? decode_job_record(*content) : error(content.error());
    const bool succeeded = report.final_application_status() == APP_SUCCEEDED;
    const std::string_view failed_as = succeeded ? "" : report.yarn_application_state() == KILLED ? "KILLED" : "FAILED";
    if (record) {
      if (succeeded) progress_.update(1, 1);
      return finish(failed_as, std::move(record->counters), record->diagnostics.empty() ? report.diagnostics() : record->diagnostics);
    }
    return finish(failed_as, {}, report.diagnostics());
  }

  void rest(Duration pause) { static_cast<void>(wait(rest_task(pause))); }
  Task<Result<void>> rest_task(Duration pause) {
    co_await env_.clock.sleep_for(pause);
    co_return Result<void>();
  }

  Env& env_;
  Submission& job_;
  FileStores& stores_;
  security::User user_;
  ProgressPrinter& progress_;
  Executor strand_ = env_.make_strand();
  client::YarnClient yarn_;
  std::unique_ptr<UmbilicalClient> umbilical_;
  yarn::ApplicationId application_;
  std::string job_id_;
  security::Token job_token_;
  FileStores::Located staging_{};
  bool may_run_ = false;  // the application was submitted, and hasn't ended for all that is known
  std::vector<std::string> failures_shown_;
  TaskGroup tasks_;
};

}  // namespace

Result<JobOutcome> run_on_yarn(RealEnv& env, Submission& job, FileStores& stores, const security::User& user, ProgressPrinter& progress) {
  YarnJob yarn_job(env.env(), job, stores, user, progress);
  auto outcome = yarn_job.run();
  env.run(yarn_job.stop());
  return outcome;
}

}  // namespace tusker::mapreduce
