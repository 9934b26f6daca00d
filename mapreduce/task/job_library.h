#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "common/base/result.h"
#include "mapreduce/api/abi.h"

namespace tusker::mapreduce {

// A job's shared library, loaded into this process for its life: code that ran is never unloaded. Its own faults (a crash, exit()) end
// the process, which is why tasks have processes of their own. Any thread.
class JobLibrary {
 public:
  // kIo: can't be loaded, has no entry point, or its entry point gives nothing; kVersionMismatch: built for another version of the
  // boundary.
  static Result<JobLibrary> load(const std::string& path);

  // Fields that the library's version doesn't know are null.
  const tusker_job_v1& job() const { return *job_; }
  std::string_view name() const { return {job_->name.data, job_->name.size}; }

 private:
  explicit JobLibrary(std::shared_ptr<const tusker_job_v1> job) : job_(std::move(job)) {}
  std::shared_ptr<const tusker_job_v1> job_;
};

}  // namespace tusker::mapreduce
