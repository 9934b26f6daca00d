#pragma once

#include <vector>

#include "common/shuffle/spill_record.h"
#include "mapreduce/task/task_context.h"

namespace tusker::mapreduce {

// Runs one map attempt on the calling thread, which blocks (org.apache.hadoop.mapred.MapTask): reads the split, calls the job's mapper,
// and leaves the sorted output in the local directory, or, in a job without reduces, a part file in the attempt's work path. Returns the
// index of its partitions; empty without reduces. kCancelled when the report was told to kill it.
Result<std::vector<shuffle::IndexEntry>> run_map(TaskContext& context, const InputSplit& split);

}  // namespace tusker::mapreduce
