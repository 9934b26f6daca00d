#pragma once

#include <memory>
#include <vector>

#include "mapreduce/task/segment.h"
#include "mapreduce/task/task_context.h"

namespace tusker::mapreduce {

// Runs the sort and reduce phases of one reduce attempt on the calling thread, which blocks (org.apache.hadoop.mapred.ReduceTask): merges
// the segments of this partition, calls the job's reducer, and writes the part file below the attempt's work path. More files than
// mapreduce.task.io.sort.factor are first merged into fewer, in the local directory.
Result<void> run_reduce(TaskContext& context, std::vector<std::unique_ptr<Segment>> segments);

// Merges segments into one file of one partition: a step of a merge that has too many, or what memory has to give up. `records` counts;
// `report` as of MergeQueue.
Result<std::unique_ptr<Segment>> merge_to_file(Disk& disk, std::vector<std::unique_ptr<Segment>> segments, const std::string& path,
                                               class Combiner* combiner, int64_t& records, TaskReport* report);

}  // namespace tusker::mapreduce
