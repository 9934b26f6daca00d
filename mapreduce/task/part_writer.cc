#include "mapreduce/task/part_writer.h"

#include <fmt/format.h>

#include "common/config/keys_mapred.h"
#include "mapreduce/formats/compression.h"

namespace tusker::mapreduce {

namespace {

// Counts what goes into the file itself.
class CountingSink final : public ByteSink {
 public:
  CountingSink(std::unique_ptr<ByteSink> to, int64_t& bytes) : to_(std::move(to)), bytes_(bytes) {}
  Result<void> write(std::string_view bytes) override {
    bytes_ += static_cast<int64_t>(bytes.size());
    return to_->write(bytes);
  }
  Result<void> close() override { return to_->close(); }

 private:
  std::unique_ptr<ByteSink> to_;
  int64_t& bytes_;
};

}  // namespace

Result<std::unique_ptr<PartWriter>> PartWriter::create(TaskContext& context, bool is_map, int64_t& records) {
  TRY(const std::string suffix, output_suffix(context.config));
  const std::string path = fmt::format("{}/{}{}", context.committer.work_path(context.attempt),
                                       part_name(context.config.get(config::kOutputBaseName), is_map, context.number), suffix);
  TRY(auto file, context.output_store.create(path, {}));
  int64_t& bytes = context.counters.cell(counter_group::kFileOutput, "BYTES_WRITTEN");
  auto sink = compressed(std::make_unique<CountingSink>(std::move(file), bytes), suffix);
  // Not trimmed: white space may be all that is meant.
  std::string separator = context.config.find(config::kOutputSeparator.name).value_or(std::string(config::kOutputSeparator.default_value));
  return std::make_unique<PartWriter>(TextRecordWriter(std::move(sink), std::move(separator)), records);
}

Result<void> PartWriter::close() { return writer_.close(); }

}  // namespace tusker::mapreduce
