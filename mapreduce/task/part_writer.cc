#include "mapreduce/task/part_writer.h"

#include "common/config/keys_mapred.h"

namespace tusker::mapreduce {

Result<std::unique_ptr<PartWriter>> PartWriter::create(TaskContext& context, bool is_map, int64_t& records) {
  const std::string path =
      context.committer.work_path(context.attempt) + "/" + part_name(context.config.get(config::kOutputBaseName), is_map, context.number);
  TRY(auto sink, context.output_store.create(path, {}));
  return std::make_unique<PartWriter>(TextRecordWriter(std::move(sink), context.config.get(config::kOutputSeparator)), context.counters,
                                      records);
}

Result<void> PartWriter::close() {
  TRY_VOID(writer_.close());
  counters_.add(counter_group::kFileOutput, "BYTES_WRITTEN", writer_.bytes());
  return {};
}

}  // namespace tusker::mapreduce
