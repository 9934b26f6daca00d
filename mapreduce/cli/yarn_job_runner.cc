#include "mapreduce/cli/yarn_job_runner.h"
namespace tusker::mapreduce {
Result<JobOutcome> run_on_yarn(Env&, Submission&, FileStores&, const security::User&, ProgressPrinter&) {
  return error(StatusCode::kUnsupportedOperation, "not yet");
}
}  // namespace tusker::mapreduce
