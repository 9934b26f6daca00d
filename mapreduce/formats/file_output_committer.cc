#include "mapreduce/formats/file_output_committer.h"

#include <set>

#include <fmt/format.h>

namespace tusker::mapreduce {
namespace {
constexpr uint16_t kDirectoryPermission = 0755;
constexpr std::string_view kPending = "_temporary";
}  // namespace

FileOutputCommitter::FileOutputCommitter(FileStore& store, std::string output, int32_t application_attempt, bool mark_success)
    : store_(store), output_(std::move(output)), application_attempt_(application_attempt), mark_success_(mark_success) {}

std::string FileOutputCommitter::job_attempt_path() const { return fmt::format("{}/{}/{}", output_, kPending, application_attempt_); }

std::string FileOutputCommitter::work_path(std::string_view attempt) const {
  return fmt::format("{}/{}/{}", job_attempt_path(), kPending, attempt);
}

Result<void> FileOutputCommitter::setup_job() { return store_.make_directories(job_attempt_path(), kDirectoryPermission); }

Result<bool> FileOutputCommitter::needs_task_commit(std::string_view attempt) {
  TRY(auto status, store_.status(work_path(attempt)));
  return status.has_value();
}

std::string FileOutputCommitter::committed_path(std::string_view attempt) const {
  return fmt::format("{}/{}", job_attempt_path(), attempt);
}

Result<void> FileOutputCommitter::commit_task(std::string_view attempt) {
  return store_.rename(work_path(attempt), committed_path(attempt));
}

Result<void> FileOutputCommitter::abort_task(std::string_view attempt) { return store_.remove(work_path(attempt)); }

// A file replaces what is there; directories merge.
Result<void> FileOutputCommitter::merge(const StoreStatus& from, const std::string& to) {
  TRY(auto present, store_.status(to));
  if (!present) return store_.rename(from.path, to);
  if (!from.is_directory || !present->is_directory) {
    TRY_VOID(store_.remove(to));
    return store_.rename(from.path, to);
  }
  TRY(auto entries, store_.list(from.path));
  for (const StoreStatus& entry : entries) TRY_VOID(merge(entry, fmt::format("{}/{}", to, store_name(entry.path))));
  return {};
}

Result<void> FileOutputCommitter::commit_job(const std::vector<std::string>& attempts) {
  auto present = store_.list(job_attempt_path());
  // Without it an interrupted commit has come as far as its removal.
  if (!present && present.error().code() != StatusCode::kFileNotFound) return error(present.error());
  if (present) {
    std::set<std::string, std::less<>> names;
    for (const StoreStatus& entry : *present) names.emplace(store_name(entry.path));
    for (const std::string& attempt : attempts) {
      if (names.contains(attempt)) continue;
      return error(StatusCode::kFileNotFound,
                   fmt::format("The output of {} isn't at {}", attempt, store_.qualify(committed_path(attempt))));
    }
    for (const std::string& attempt : attempts) {
      TRY(auto files, store_.list(committed_path(attempt)));
      for (const StoreStatus& file : files) TRY_VOID(merge(file, fmt::format("{}/{}", output_, store_name(file.path))));
    }
  }
  TRY_VOID(store_.remove(fmt::format("{}/{}", output_, kPending)));
  if (!mark_success_) return {};
  return store_.write_file(output_ + "/_SUCCESS", "", {.overwrite = true});
}

Result<void> FileOutputCommitter::abort_job() { return store_.remove(fmt::format("{}/{}", output_, kPending)); }

Result<void> check_output(FileStore& store, const std::string& path) {
  if (path.empty()) return error(StatusCode::kIllegalArgument, "Output directory not set.");
  TRY(auto status, store.status(path));
  if (status) {
    return error(StatusCode::kFileAlreadyExists, fmt::format("Output directory {} already exists", store.qualify(path)));
  }
  return {};
}

}  // namespace tusker::mapreduce
