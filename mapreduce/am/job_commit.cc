#include "mapreduce/am/job_commit.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "mapreduce/am/job_files.h"

namespace tusker::mapreduce {
namespace {

constexpr int64_t kRecordBytesMax = 64 << 20;
// Of COMMIT_STARTED: the number of the ApplicationMaster's attempt, the task attempts, the record.
constexpr size_t kLines = 3;

// Lines that have an end.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  for (size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  while (!line.empty()) {
    const size_t end = std::min(line.find(' '), line.size());
    words.emplace_back(line.substr(0, end));
    line.remove_prefix(std::min(end + 1, line.size()));
  }
  return words;
}

}  // namespace

Result<std::optional<JobRecord>> JobCommit::resume() {
  const std::string started = fmt::format("{}/{}", staging_directory_, kCommitStarted);
  TRY(auto status, staging_store_.status(started));
  if (!status) return std::nullopt;
  TRY(std::string content, staging_store_.read_file(started, kRecordBytesMax));
  // A file without its end was never closed: the commit itself hadn't begun.
  auto lines = lines_of(content);
  if (lines.size() != kLines) return std::nullopt;
  int32_t master = 0;
  std::from_chars(lines[0].data(), lines[0].data() + lines[0].size(), master);
  TRY(auto record, decode_job_record(lines[2]));
  TRY_VOID(complete(master, words_of(lines[1])));
  return record;
}

Result<void> JobCommit::commit(int32_t application_attempt, const std::vector<std::string>& attempts, const JobRecord& record) {
  const std::string content = fmt::format("{}\n{}\n{}\n", application_attempt, fmt::join(attempts, " "), encode_job_record(record));
  TRY_VOID(staging_store_.write_file(fmt::format("{}/{}", staging_directory_, kCommitStarted), content, {.overwrite = true}));
  return complete(application_attempt, attempts);
}

Result<void> JobCommit::complete(int32_t application_attempt, const std::vector<std::string>& attempts) {
  const std::string success = fmt::format("{}/{}", staging_directory_, kCommitSuccess);
  TRY(auto done, staging_store_.status(success));
  if (done) return {};
  TRY_VOID(FileOutputCommitter(output_store_, output_, application_attempt, mark_success_).commit_job(attempts));
  return staging_store_.write_file(success, "", {.overwrite = true});
}

}  // namespace tusker::mapreduce
