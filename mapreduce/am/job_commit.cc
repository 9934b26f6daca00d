#include "mapreduce/am/job_commit.h"

#include <charconv>

#include <fmt/format.h>

#include "mapreduce/am/job_files.h"

namespace tusker::mapreduce {
namespace {
constexpr int64_t kRecordBytesMax = 16 << 20;
}

Result<std::optional<JobRecord>> JobCommit::resume() {
  const std::string started = fmt::format("{}/{}", staging_directory_, kCommitStarted);
  TRY(auto status, staging_store_.status(started));
  if (!status) return std::nullopt;
  // The attempt's number, a newline, the record.
  TRY(std::string content, staging_store_.read_file(started, kRecordBytesMax));
  int32_t attempt = 0;
  const size_t newline = content.find('\n');
  // A file without its end was never closed: the commit itself hadn't begun.
  if (newline == std::string::npos || !content.ends_with('\n')) return std::nullopt;
  std::from_chars(content.data(), content.data() + newline, attempt);
  TRY(auto record, decode_job_record(content.substr(newline + 1)));
  TRY_VOID(complete(attempt));
  return record;
}

Result<void> JobCommit::commit(int32_t application_attempt, const JobRecord& record) {
  const std::string content = fmt::format("{}\n{}\n", application_attempt, encode_job_record(record));
  TRY_VOID(staging_store_.write_file(fmt::format("{}/{}", staging_directory_, kCommitStarted), content, {.overwrite = true}));
  return complete(application_attempt);
}

Result<void> JobCommit::complete(int32_t application_attempt) {
  const std::string success = fmt::format("{}/{}", staging_directory_, kCommitSuccess);
  TRY(auto done, staging_store_.status(success));
  if (done) return {};
  TRY_VOID(FileOutputCommitter(output_store_, output_, application_attempt, mark_success_).commit_job());
  return staging_store_.write_file(success, "", {.overwrite = true});
}

}  // namespace tusker::mapreduce
