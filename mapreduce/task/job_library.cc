#include "mapreduce/task/job_library.h"

#include <dlfcn.h>

#include <algorithm>
#include <cstring>

#include <fmt/format.h>

namespace tusker::mapreduce {
namespace {

std::string loader_message() {
  const char* text = ::dlerror();
  return text == nullptr ? "unknown error" : text;
}

}  // namespace

Result<JobLibrary> JobLibrary::load(const std::string& path) {
  // A name without a slash would be searched for in the system's directories.
  const std::string file = path.find('/') == std::string::npos ? "./" + path : path;
  void* handle = ::dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) return error(StatusCode::kIo, fmt::format("Cannot load the job library: {}", loader_message()));
  void* symbol = ::dlsym(handle, TUSKER_JOB_SYMBOL);
  if (symbol == nullptr) {
    return error(StatusCode::kIo, fmt::format("{} is no job library: it has no entry point '{}' (see TUSKER_JOB in mapreduce/api/job.h)",
                                              path, TUSKER_JOB_SYMBOL));
  }
  const tusker_job_v1* found = reinterpret_cast<tusker_job_entry>(symbol)();
  if (found == nullptr) return error(StatusCode::kIo, fmt::format("{}: its entry point gives no job", path));
  if (found->abi_major != TUSKER_JOB_ABI_MAJOR) {
    return error(StatusCode::kVersionMismatch,
                 fmt::format("{} is built for version {}.{} of the job interface, this Tusker has {}.{}: build it again", path,
                             found->abi_major, found->abi_minor, TUSKER_JOB_ABI_MAJOR, TUSKER_JOB_ABI_MINOR));
  }
  auto job = std::make_shared<tusker_job_v1>();
  std::memcpy(job.get(), found, std::min<size_t>(found->struct_size, sizeof *job));
  if (job->mapper.make == nullptr || job->mapper.map == nullptr)
    return error(StatusCode::kIo, fmt::format("{}: its job has no mapper", path));
  return JobLibrary(std::move(job));
}

}  // namespace tusker::mapreduce
