#pragma once

#include <string>
#include <vector>

#include "common/base/yarn_ids.h"
#include "common/config/config.h"
#include "mapreduce/TaskUmbilical.pb.h"
#include "mapreduce/formats/file_store.h"
#include "mapreduce/formats/input_split.h"
#include "mapreduce/task/counters.h"

// What the submitter, the ApplicationMaster and the tasks of a job have in common: names in the staging directory and on the wire.

namespace tusker::mapreduce {

inline constexpr std::string_view kJobFile = "job.xml";        // every property of the job
inline constexpr std::string_view kSplitsFile = "job.splits";  // JobSplitsProto
inline constexpr std::string_view kLibraryFile = "job.so";
inline constexpr std::string_view kCommitStarted = "COMMIT_STARTED";
inline constexpr std::string_view kCommitSuccess = "COMMIT_SUCCESS";
inline constexpr std::string_view kJobTokenAlias = "JobToken";
inline constexpr std::string_view kUmbilicalProtocol = "tusker.mapreduce.TaskUmbilicalProtocol";

// "application_1_0002" → "job_1_0002".
std::string job_id_of(const yarn::ApplicationId& application);
// <yarn.app.mapreduce.am.staging-dir>/USER/.staging
std::string staging_root(const config::Config& config, const std::string& user);
// Where done jobs are recorded: "<…>/history/done_intermediate/USER".
std::string history_directory(const config::Config& config, const std::string& user);

// A directory in which every user may make their own: open to all, sticky. Made with its parents if it is missing. Blocks.
Result<void> make_shared_directory(FileStore& store, const std::string& path);

// All properties as Hadoop's job.xml, but those that belong to one machine alone.
std::string job_xml(const config::Config& config);

InputSplitProto to_proto(const InputSplit& split);
InputSplit from_proto(const InputSplitProto& proto);
CountersProto to_proto(const Counters& counters);
Counters from_proto(const CountersProto& proto);

}  // namespace tusker::mapreduce
