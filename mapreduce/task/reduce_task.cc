#include "mapreduce/task/reduce_task.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/config/keys_mapred.h"
#include "common/shuffle/spill_record.h"
#include "mapreduce/task/combiner.h"
#include "mapreduce/task/part_writer.h"
#include "mapreduce/task/spill_writer.h"

namespace tusker::mapreduce {
namespace {

// How often the loop looks up from its work.
constexpr int64_t kGroupsPerLook = 1024;

class IntoSpill final : public RecordSink {
 public:
  explicit IntoSpill(SpillWriter& writer) : writer_(writer) {}
  Result<void> write(std::string_view key, std::string_view value) override { return writer_.append(key, value); }

 private:
  SpillWriter& writer_;
};

class ReduceLoop {
 public:
  ReduceLoop(TaskContext& context, RecordSink& sink)
      : context_(context), reducer_(context.library.job().reducer), host_(context.config, context.counters, context.report), sink_(sink) {
    host_.set_sink(&sink);
  }
  ~ReduceLoop() {
    if (object_ != nullptr && reducer_.destroy != nullptr) reducer_.destroy(object_);
  }
  ReduceLoop(const ReduceLoop&) = delete;
  ReduceLoop& operator=(const ReduceLoop&) = delete;

  // `bytes`: what the queue will read, for the progress.
  Result<void> run(MergeQueue& queue, int64_t bytes) {
    KeyGroups groups(queue);
    host_.set_values(&groups);
    if (reducer_.make != nullptr) {
      object_ = reducer_.make(host_.table());
      if (object_ == nullptr) return error(host_.failure("the reducer"));
    }
    int64_t keys = 0;
    int64_t key_bytes = 0;
    while (true) {
      TRY(bool more, groups.next_key());
      if (!more) break;
      key_bytes += static_cast<int64_t>(groups.key().size());
      if (++keys % kGroupsPerLook == 0) {
        if (context_.report.killed()) return error(StatusCode::kCancelled, "the attempt was killed");
        const double share = bytes == 0 ? 0 : static_cast<double>(key_bytes) / static_cast<double>(bytes);
        context_.report.set_progress(2.0F / 3 + static_cast<float>(std::min(share, 1.0)) / 3);
      }
      TRY_VOID(object_ == nullptr ? pass_on(groups) : reduce(groups));
    }
    if (object_ != nullptr && reducer_.finish != nullptr) TRY_VOID(host_.check(reducer_.finish(object_), "the reducer"));
    TRY(bool left, groups.next_key());  // counts the last key's values that the reducer didn't ask for
    static_cast<void>(left);
    context_.counters.add(counter_group::kTask, "REDUCE_INPUT_GROUPS", keys);
    context_.counters.add(counter_group::kTask, "REDUCE_INPUT_RECORDS", groups.records());
    context_.report.set_progress(1);
    return {};
  }

 private:
  Result<void> reduce(KeyGroups& groups) {
    const std::string_view key = groups.key();
    if (reducer_.reduce(object_, {key.data(), key.size()}) == 0) return {};
    return error(host_.failure("the reducer").with_context(fmt::format("at key \"{}\"", key.substr(0, 200))));
  }
  // A job without a reducer sorts.
  Result<void> pass_on(KeyGroups& groups) {
    while (true) {
      TRY(auto value, groups.next_value());
      if (!value) return {};
      TRY_VOID(sink_.write(groups.key(), *value));
    }
  }

  TaskContext& context_;
  const tusker_reducer& reducer_;
  TaskHost host_;
  RecordSink& sink_;
  void* object_ = nullptr;
};

bool in_file(const std::unique_ptr<Segment>& segment) { return dynamic_cast<const FileSegment*>(segment.get()) != nullptr; }

// Leaves at most `factor` segments that read files. The smallest are merged first; the first pass so many that later ones are full.
Result<void> bound_files(TaskContext& context, std::vector<std::unique_ptr<Segment>>& segments, size_t factor, int64_t& spilled) {
  auto first_file = std::ranges::stable_partition(segments, [](const auto& s) { return !in_file(s); }).begin();
  std::vector<std::unique_ptr<Segment>> files(std::make_move_iterator(first_file), std::make_move_iterator(segments.end()));
  segments.erase(first_file, segments.end());
  for (int pass = 0; files.size() > factor; ++pass) {
    std::ranges::stable_sort(files, {}, [](const auto& s) { return s->bytes(); });
    const size_t rest = (files.size() - 1) % (factor - 1);
    const auto take = static_cast<ptrdiff_t>(rest == 0 ? factor : rest + 1);
    std::vector<std::unique_ptr<Segment>> some(std::make_move_iterator(files.begin()), std::make_move_iterator(files.begin() + take));
    files.erase(files.begin(), files.begin() + take);
    const std::string path = fmt::format("{}/output/{}/intermediate.{}", context.local_directory, context.attempt, pass);
    TRY(auto merged, merge_to_file(context.disk, std::move(some), path, nullptr, spilled, &context.report));
    files.push_back(std::move(merged));
  }
  for (auto& file : files) segments.push_back(std::move(file));
  return {};
}

}  // namespace

Result<std::unique_ptr<Segment>> merge_to_file(Disk& disk, std::vector<std::unique_ptr<Segment>> segments, const std::string& path,
                                               Combiner* combiner, int64_t& records, TaskReport* report) {
  TRY(auto queue, MergeQueue::create(std::move(segments), report));
  TRY(auto writer, SpillWriter::create(disk, path));
  writer->begin();
  if (combiner != nullptr) {
    IntoSpill sink(*writer);
    TRY_VOID(combiner->run(queue, sink));
  } else {
    while (!queue.empty()) {
      TRY_VOID(writer->append(queue.record().key, queue.record().value));
      TRY_VOID(queue.advance());
    }
  }
  TRY_VOID(writer->end());
  records += writer->records();
  TRY(auto index, writer->close());
  TRY(auto file, disk.open(path, OpenMode::kRead));
  return std::make_unique<FileSegment>(std::move(file), index[0], path);
}

Result<void> run_reduce(TaskContext& context, std::vector<std::unique_ptr<Segment>> segments) {
  TRY(int64_t factor, context.config.get(config::kIoSortFactor));
  int64_t& spilled = context.counters.cell(counter_group::kTask, "SPILLED_RECORDS");
  TRY_VOID(bound_files(context, segments, static_cast<size_t>(std::max<int64_t>(factor, 2)), spilled));
  int64_t bytes = 0;
  for (const auto& segment : segments) bytes += segment->bytes();
  TRY(auto queue, MergeQueue::create(std::move(segments), &context.report));
  context.report.set_progress(2.0F / 3);
  int64_t& records = context.counters.cell(counter_group::kTask, "REDUCE_OUTPUT_RECORDS");
  TRY(auto writer, PartWriter::create(context, false, records));
  TRY_VOID(ReduceLoop(context, *writer).run(queue, bytes));
  return writer->close();
}

}  // namespace tusker::mapreduce
