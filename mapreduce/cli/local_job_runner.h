#pragma once

#include <string>

#include "common/env/env.h"
#include "mapreduce/cli/progress_printer.h"
#include "mapreduce/cli/submission.h"

namespace tusker::mapreduce {

// Runs a job in this process, without YARN, one task after another (org.apache.hadoop.mapred.LocalJobRunner): for tests, for debuggers, and
// for work that isn't worth a cluster. The engine and the committer are those of the cluster. Blocks. `local_directory` holds map outputs
// while it runs. An error is one of the machine; what the job does wrong is an outcome.
Result<JobOutcome> run_local(Env& env, Submission& job, FileStores& stores, const std::string& job_id, const std::string& local_directory,
                             ProgressPrinter& progress);

}  // namespace tusker::mapreduce
