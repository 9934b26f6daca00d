#pragma once

#include "common/env/real_env.h"
#include "common/security/user.h"
#include "mapreduce/cli/progress_printer.h"
#include "mapreduce/cli/submission.h"

namespace tusker::mapreduce {

// Runs a job on the cluster: its files go into the staging directory, the ResourceManager starts our ApplicationMaster, which is asked for
// progress until the job has ended (org.apache.hadoop.mapreduce.JobSubmitter, Job.monitorAndPrintJob). Blocks.
Result<JobOutcome> run_on_yarn(RealEnv& env, Submission& job, FileStores& stores, const security::User& user, ProgressPrinter& progress);

}  // namespace tusker::mapreduce
