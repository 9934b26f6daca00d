#pragma once

#include "common/config/config.h"

// MapReduce's properties, with Hadoop 3.5.0's names and defaults. Those that begin with "tusker." are ours.

namespace tusker::config {

// --- The job ---
// "local": in the submitting process, without YARN; "yarn": on the cluster.
inline constexpr Key<std::string_view> kFrameworkName{"mapreduce.framework.name", "local"};
inline constexpr Key<std::string_view> kJobName{"mapreduce.job.name", ""};
inline constexpr Key<std::string_view> kJobQueue{"mapreduce.job.queuename", "default"};
inline constexpr Key<int64_t> kJobReduces{"mapreduce.job.reduces", 1};
inline constexpr Key<double> kReduceSlowStart{"mapreduce.job.reduce.slowstart.completedmaps", 0.05};
inline constexpr Key<int64_t> kMapFailuresMaxPercent{"mapreduce.map.failures.maxpercent", 0};
inline constexpr Key<int64_t> kReduceFailuresMaxPercent{"mapreduce.reduce.failures.maxpercent", 0};
inline constexpr Key<int64_t> kMapAttemptsMax{"mapreduce.map.maxattempts", 4};
inline constexpr Key<int64_t> kReduceAttemptsMax{"mapreduce.reduce.maxattempts", 4};
inline constexpr DurationKey kTaskTimeout{"mapreduce.task.timeout", "600000", milliseconds(1)};
inline constexpr Key<int64_t> kSubmitReplication{"mapreduce.client.submit.file.replication", 10};
// Hadoop's client polls each second; ours asks the ApplicationMaster, which answers at once, or when something changed.
inline constexpr DurationKey kProgressPollInterval{"mapreduce.client.progressmonitor.pollinterval", "1000", milliseconds(1)};

// --- Input and output ---
inline constexpr Key<std::string_view> kInputDir{"mapreduce.input.fileinputformat.inputdir", ""};
inline constexpr Key<std::string_view> kOutputDir{"mapreduce.output.fileoutputformat.outputdir", ""};
inline constexpr Key<bool> kInputRecursive{"mapreduce.input.fileinputformat.input.dir.recursive", false};
inline constexpr Key<bool> kInputIgnoreSubdirs{"mapreduce.input.fileinputformat.input.dir.nonrecursive.ignore.subdirs", false};
inline constexpr SizeKey kSplitMinSize{"mapreduce.input.fileinputformat.split.minsize", 0};
inline constexpr SizeKey kSplitMaxSize{"mapreduce.input.fileinputformat.split.maxsize", INT64_MAX};
// Longer lines are left out. Hadoop's default is the longest Java array.
inline constexpr Key<int64_t> kLineMaxLength{"mapreduce.input.linerecordreader.line.maxlength", 2147483647};
inline constexpr Key<std::string_view> kOutputBaseName{"mapreduce.output.basename", "part"};
inline constexpr Key<std::string_view> kOutputSeparator{"mapreduce.output.textoutputformat.separator", "\t"};
inline constexpr Key<bool> kOutputCompress{"mapreduce.output.fileoutputformat.compress", false};
inline constexpr Key<std::string_view> kOutputCompressCodec{"mapreduce.output.fileoutputformat.compress.codec",
                                                            "org.apache.hadoop.io.compress.DefaultCodec"};
// Map outputs aren't compressed; a job that asks for it is told.
inline constexpr Key<bool> kMapOutputCompress{"mapreduce.map.output.compress", false};
inline constexpr Key<bool> kMarkSuccessfulJobs{"mapreduce.fileoutputcommitter.marksuccessfuljobs", true};
inline constexpr SizeKey kLocalBlockSize{"fs.local.block.size", 32 << 20};

// --- The map side ---
inline constexpr Key<int64_t> kIoSortMb{"mapreduce.task.io.sort.mb", 100};
inline constexpr Key<int64_t> kIoSortFactor{"mapreduce.task.io.sort.factor", 10};

// --- The reduce side ---
inline constexpr Key<int64_t> kShuffleParallelCopies{"mapreduce.reduce.shuffle.parallelcopies", 5};
// Of the reduce task's memory, how much map output is held in it before it goes to disk.
inline constexpr Key<double> kShuffleInputBufferPercent{"mapreduce.reduce.shuffle.input.buffer.percent", 0.70};
// Of that, how much a single map output may have to be held in memory.
inline constexpr Key<double> kShuffleMemoryLimitPercent{"mapreduce.reduce.shuffle.memory.limit.percent", 0.25};
inline constexpr Key<double> kShuffleMergePercent{"mapreduce.reduce.shuffle.merge.percent", 0.66};
inline constexpr DurationKey kShuffleReadTimeout{"mapreduce.reduce.shuffle.read.timeout", "180000", milliseconds(1)};
inline constexpr DurationKey kShuffleConnectTimeout{"mapreduce.reduce.shuffle.connect.timeout", "180000", milliseconds(1)};
// Ours: map outputs of this node are read from its disk instead of over HTTP.
inline constexpr Key<bool> kShuffleLocalRead{"tusker.mapreduce.shuffle.local-read", true};

// --- Containers ---
inline constexpr Key<int64_t> kMapMemoryMb{"mapreduce.map.memory.mb", -1};        // -1: 1024
inline constexpr Key<int64_t> kReduceMemoryMb{"mapreduce.reduce.memory.mb", -1};  // -1: 1024
inline constexpr Key<int64_t> kMapVcores{"mapreduce.map.cpu.vcores", 1};
inline constexpr Key<int64_t> kReduceVcores{"mapreduce.reduce.cpu.vcores", 1};

// --- The ApplicationMaster ---
inline constexpr Key<std::string_view> kAmStagingDir{"yarn.app.mapreduce.am.staging-dir", "/tmp/hadoop-yarn/staging"};
// Hadoop's is 1536; ours has no virtual machine in it.
inline constexpr Key<int64_t> kAmMemoryMb{"yarn.app.mapreduce.am.resource.mb", 512};
inline constexpr Key<int64_t> kAmVcores{"yarn.app.mapreduce.am.resource.cpu-vcores", 1};
inline constexpr Key<int64_t> kAmAttemptsMax{"mapreduce.am.max-attempts", 2};
// Reports of failed fetches of a map's output before the map runs again.
inline constexpr Key<int64_t> kFetchFailuresMax{"mapreduce.reduce.shuffle.max-fetch-failures-notifications", 3};
// Failures of attempts on one node after which the job wants no more containers there; and the share of such nodes beyond which that is
// ignored.
inline constexpr Key<bool> kNodeBlacklisting{"yarn.app.mapreduce.am.job.node-blacklisting.enable", true};
inline constexpr Key<int64_t> kNodeBlacklistingIgnoredPercent{"yarn.app.mapreduce.am.job.node-blacklisting.ignore-threshold-node-percent",
                                                              33};
inline constexpr Key<int64_t> kTaskFailuresPerNodeMax{"mapreduce.job.maxtaskfailures.per.tracker", 3};
// How recently the ResourceManager must have answered before a job's output is moved into place.
inline constexpr DurationKey kCommitWindow{"yarn.app.mapreduce.am.job.committer.commit-window", "10000", milliseconds(1)};
// Where done jobs are recorded; empty: STAGING/history/done_intermediate.
inline constexpr Key<std::string_view> kHistoryIntermediateDir{"mapreduce.jobhistory.intermediate-done-dir", ""};
// Ours: the directory of the `mapred` program on the nodes; empty: beside their NodeManager.
inline constexpr Key<std::string_view> kProgramDirectory{"tusker.mapreduce.program-directory", ""};
// Ours: false starts a container for each task; true lets a container run task after task, each in a process of its own.
inline constexpr Key<bool> kContainerReuse{"tusker.mapreduce.container-reuse", true};

}  // namespace tusker::config
