#include "mapreduce/task/part_writer.h"

#include "common/config/keys_mapred.h"

namespace tusker::mapreduce {

Result<std::unique_ptr<PartWriter>> PartWriter::create(TaskContext& context, bool is_map, int64_t& records) {
  const std::string path =
      context.committer.work_path(context.attempt) + "/" + part_name(context.config.get(config::kOutputBaseName), is_map, context.number);
  TRY(auto sink, context.output_store.create(path, {}));
  // Not trimmed: white space may be all that is meant.
  std::string separator = context.config.find(config::kOutputSeparator.name).value_or(std::string(config::kOutputSeparator.default_value));
  return std::make_unique<PartWriter>(TextRecordWriter(std::move(sink), std::move(separator)), context.counters, records);
}

Result<void> PartWriter::close() {
  TRY_VOID(writer_.close());
  counters_.add(counter_group::kFileOutput, "BYTES_WRITTEN", writer_.bytes());
  return {};
}

}  // namespace tusker::mapreduce
