#include "mapreduce/task/map_task.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "common/config/keys_mapred.h"
#include "common/log/log.h"
#include "mapreduce/formats/compression.h"
#include "mapreduce/formats/line_record_reader.h"
#include "mapreduce/task/map_output.h"
#include "mapreduce/task/part_writer.h"

namespace tusker::mapreduce {
namespace {

constexpr size_t kBatchRecords = 256;
constexpr int64_t kSortMbMax = 2047;

// Feeds the records of the split to the job's mapper.
class MapLoop {
 public:
  MapLoop(TaskContext& context, RecordSink& sink)
      : context_(context),
        job_(context.library.job()),
        host_(context.config, context.counters, context.report),
        input_records_(context.counters.cell(counter_group::kTask, "MAP_INPUT_RECORDS")) {
    host_.set_sink(&sink);
  }
  ~MapLoop() {
    if (mapper_ != nullptr && job_.mapper.destroy != nullptr) job_.mapper.destroy(mapper_);
  }
  MapLoop(const MapLoop&) = delete;
  MapLoop& operator=(const MapLoop&) = delete;

  Result<void> run(const InputSplit& split) {
    mapper_ = job_.mapper.make(host_.table());
    if (mapper_ == nullptr) return error(host_.failure("the mapper"));
    context_.counters.add(counter_group::kTask, "SPLIT_RAW_BYTES", static_cast<int64_t>(split.uri.size() + split.data.size() + 16));
    TRY_VOID(split.uri.empty() ? map_data(split) : map_lines(split));
    if (job_.mapper.finish != nullptr) TRY_VOID(host_.check(job_.mapper.finish(mapper_), "the mapper"));
    context_.report.set_progress(1);
    return {};
  }

 private:
  Result<void> map_data(const InputSplit& split) {
    const tusker_record record{0, {split.data.data(), split.data.size()}};
    ++input_records_;
    return host_.check(job_.mapper.map(mapper_, &record, 1), "the mapper");
  }

  Result<void> map_lines(const InputSplit& split) {
    TRY(auto located, context_.stores.locate(split.uri));
    const Compression compression = compression_of(located.path);
    const int64_t end = split.start + split.length;
    TRY(auto raw, located.store->open(located.path, split.start, end));
    TRY(auto source, decompressed(std::move(raw), compression, located.path));
    TRY(int64_t line_max, context_.config.get(config::kLineMaxLength));
    LineRecordReader reader(std::move(source), split.start, compression == Compression::kNone ? end : INT64_MAX, line_max);
    int64_t& bytes_read = context_.counters.cell(counter_group::kFileInput, "BYTES_READ");
    std::array<tusker_record, kBatchRecords> records;
    while (true) {
      if (context_.report.killed()) return error(StatusCode::kCancelled, "the attempt was killed");
      TRY(size_t count, reader.next(records));
      if (count == 0) break;
      const int64_t first = input_records_;
      context_.report.set_position(first);
      input_records_ += static_cast<int64_t>(count);
      if (int returned = job_.mapper.map(mapper_, records.data(), count); returned != 0) {
        return error(host_.failure("the mapper")
                         .with_context(fmt::format("in records {} to {} of {}, from offset {}", first, input_records_ - 1,
                                                   split.to_string(), records[0].offset)));
      }
      bytes_read = reader.position() - split.start;
      context_.report.set_progress(progress(reader.position() - split.start, split.length));
    }
    if (reader.lines_left_out() > 0) LOG_WARN("left out {} lines longer than {} bytes", reader.lines_left_out(), line_max);
    return {};
  }

  static float progress(int64_t done, int64_t length) {
    return length <= 0 ? 0.0F : std::min(1.0F, static_cast<float>(done) / static_cast<float>(length));
  }

  TaskContext& context_;
  const tusker_job_v1& job_;
  TaskHost host_;
  int64_t& input_records_;
  void* mapper_ = nullptr;
};

Result<void> map_to_parts(TaskContext& context, const InputSplit& split) {
  int64_t& records = context.counters.cell(counter_group::kTask, "MAP_OUTPUT_RECORDS");
  TRY(auto writer, PartWriter::create(context, true, records));
  TRY_VOID(MapLoop(context, *writer).run(split));
  return writer->close();
}

}  // namespace

Result<std::vector<shuffle::IndexEntry>> run_map(TaskContext& context, const InputSplit& split) {
  if (context.reduces == 0) {
    TRY_VOID(map_to_parts(context, split));
    return std::vector<shuffle::IndexEntry>();
  }
  TRY(int64_t sort_mb, context.config.get(config::kIoSortMb));
  TRY(int64_t factor, context.config.get(config::kIoSortFactor));
  if (sort_mb < 1 || sort_mb > kSortMbMax) {
    return error(StatusCode::kIo, fmt::format("Invalid \"{}\": {}", config::kIoSortMb.name, sort_mb));
  }
  const tusker_job_v1& job = context.library.job();
  MapOutputFiles files(context.disk, context.local_directory, context.attempt, factor, context.report);
  Combiner combiner(job, context.config, context.counters, context.report);
  auto collector = make_collector({.job = job,
                                   .partitioner = Partitioner(job, static_cast<uint32_t>(context.reduces)),
                                   .files = files,
                                   .combiner = combiner,
                                   .counters = context.counters,
                                   .memory_bytes = static_cast<size_t>(sort_mb) << 20});
  TRY_VOID(MapLoop(context, *collector).run(split));
  TRY(auto index, collector->finish());
  int64_t bytes = 0;
  for (const auto& entry : index) bytes += entry.part_bytes;
  context.counters.add(counter_group::kTask, "MAP_OUTPUT_MATERIALIZED_BYTES", bytes);
  return index;
}

}  // namespace tusker::mapreduce
