#include "mapreduce/cli/local_job_runner.h"

#include <fmt/format.h>

#include "common/config/keys_mapred.h"
#include "mapreduce/task/map_task.h"
#include "mapreduce/task/reduce_task.h"

namespace tusker::mapreduce {
namespace {

class LocalJob {
 public:
  LocalJob(Env& env, Submission& job, FileStores& stores, std::string id, std::string directory, ProgressPrinter& progress, bool mark)
      : env_(env),
        job_(job),
        stores_(stores),
        id_(std::move(id)),
        directory_(std::move(directory)),
        progress_(progress),
        committer_(*job.output.store, job.output.path, 0, mark) {}

  Result<void> run(Counters& counters) {
    TRY_VOID(committer_.setup_job());
    progress_.update(0, 0);
    for (size_t i = 0; i < job_.splits.size(); ++i) {
      TRY_VOID(run_attempt(true, static_cast<int32_t>(i), counters));
      progress_.update(share(i, job_.splits.size()), 0);
    }
    for (int32_t i = 0; i < job_.reduces; ++i) {
      TRY_VOID(run_attempt(false, i, counters));
      progress_.update(1, share(static_cast<size_t>(i), static_cast<size_t>(job_.reduces)));
    }
    return committer_.commit_job(committed_);
  }
  Result<void> abort() { return committer_.abort_job(); }

 private:
  static double share(size_t done, size_t all) { return static_cast<double>(done + 1) / static_cast<double>(all); }
  // "job_local1_0001" → "local1_0001_m_000003"
  std::string task_of(bool is_map, int32_t number) const { return fmt::format("{}_{}_{:06}", id_.substr(4), is_map ? 'm' : 'r', number); }

  Result<void> run_attempt(bool is_map, int32_t number, Counters& job_counters) {
    const std::string task = task_of(is_map, number);
    TaskReport report;
    Counters counters;
    TaskContext context{.disk = env_.disk,
                        .stores = stores_,
                        .config = job_.config,
                        .library = job_.library,
                        .report = report,
                        .counters = counters,
                        .output_store = *job_.output.store,
                        .committer = committer_,
                        .attempt = "attempt_" + task + "_0",
                        .number = number,
                        .reduces = job_.reduces,
                        .local_directory = directory_};
    const auto before = stores_.statistics();
    const int64_t cpu_ms = process_cpu_ms();
    if (is_map) {
      TRY(auto index, run_map(context, job_.splits[static_cast<size_t>(number)]));
      indexes_.push_back(std::move(index));
    } else {
      TRY_VOID(reduce(context));
    }
    TRY(bool commit, committer_.needs_task_commit(context.attempt));
    if (commit) {
      TRY_VOID(committer_.commit_task(context.attempt));
      committed_.push_back(context.attempt);
    }
    count_file_systems(counters, before, stores_.statistics());
    count_resources(counters, is_map, cpu_ms);
    job_counters.merge(counters);
    return {};
  }

  Result<void> reduce(TaskContext& context) {
    std::vector<std::unique_ptr<Segment>> segments;
    for (size_t map = 0; map < indexes_.size(); ++map) {
      const std::string path = shuffle::map_output_path(directory_, "attempt_" + task_of(true, static_cast<int32_t>(map)) + "_0");
      const auto& part = indexes_[map][static_cast<size_t>(context.number)];
      TRY(auto file, env_.disk.open(path, OpenMode::kRead));
      context.counters.add(counter_group::kTask, "REDUCE_SHUFFLE_BYTES", part.part_bytes);
      segments.push_back(std::make_unique<FileSegment>(std::move(file), part, path));
    }
    context.counters.add(counter_group::kTask, "SHUFFLED_MAPS", static_cast<int64_t>(indexes_.size()));
    return run_reduce(context, std::move(segments));
  }

  Env& env_;
  Submission& job_;
  FileStores& stores_;
  std::string id_;
  std::string directory_;
  ProgressPrinter& progress_;
  FileOutputCommitter committer_;
  std::vector<std::string> committed_;
  std::vector<std::vector<shuffle::IndexEntry>> indexes_;  // of each map's output
};

}  // namespace

Result<JobOutcome> run_local(Env& env, Submission& job, FileStores& stores, const std::string& job_id, const std::string& local_directory,
                             ProgressPrinter& progress) {
  TRY(bool mark, job.config.get(config::kMarkSuccessfulJobs));
  LocalJob local(env, job, stores, job_id, local_directory, progress, mark);
  JobOutcome outcome;
  auto ran = local.run(outcome.counters);
  outcome.succeeded = ran.has_value();
  if (!ran) {
    outcome.diagnostics = ran.error().to_string();
    // The job's own failure is what counts.
    static_cast<void>(local.abort());
  }
  TRY_VOID(env.disk.remove_tree(local_directory));
  return outcome;
}

}  // namespace tusker::mapreduce
