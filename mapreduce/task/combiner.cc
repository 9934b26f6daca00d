#include "mapreduce/task/combiner.h"

#include <fmt/format.h>

namespace tusker::mapreduce {

Result<bool> KeyGroups::move() {
  TRY_VOID(queue_.advance());
  return !queue_.empty() && queue_.record().key == key_;
}

Result<bool> KeyGroups::next_key() {
  // What wasn't asked for.
  while (in_group_) {
    TRY(in_group_, move());
  }
  if (queue_.empty()) return false;
  key_ = queue_.record().key;
  in_group_ = true;
  fresh_ = true;
  return true;
}

Result<std::optional<std::string_view>> KeyGroups::next_value() {
  if (!in_group_) return std::nullopt;
  if (!fresh_) {
    TRY(in_group_, move());
  }
  fresh_ = false;
  if (!in_group_) return std::nullopt;
  ++records_;
  return queue_.record().value;
}

Combiner::Combiner(const tusker_job_v1& job, const config::Config& config, Counters& counters, TaskReport& report)
    : job_(job),
      host_(config, counters, report),
      input_records_(counters.cell(counter_group::kTask, "COMBINE_INPUT_RECORDS")),
      output_records_(counters.cell(counter_group::kTask, "COMBINE_OUTPUT_RECORDS")) {}

Combiner::~Combiner() {
  if (object_ != nullptr && job_.combiner.destroy != nullptr) job_.combiner.destroy(object_);
}

Result<void> Combiner::run(MergeQueue& queue, RecordSink& sink) {
  if (job_.fold != nullptr) return fold(queue, sink);
  return job_.combiner.make != nullptr ? combine(queue, sink) : copy(queue, sink);
}

Result<void> Combiner::copy(MergeQueue& queue, RecordSink& sink) {
  while (!queue.empty()) {
    TRY_VOID(sink.write(queue.record().key, queue.record().value));
    TRY_VOID(queue.advance());
  }
  return {};
}

Result<void> Combiner::fold(MergeQueue& queue, RecordSink& sink) {
  KeyGroups groups(queue);
  std::string sum;
  while (true) {
    TRY(bool more, groups.next_key());
    if (!more) break;
    TRY(auto value, groups.next_value());
    sum.assign(*value);
    ++output_records_;
    while (true) {
      TRY(value, groups.next_value());
      if (!value) break;
      if (value->size() != sum.size()) return error(wrong_fold_size(value->size(), job_.fold_bytes));
      job_.fold(sum.data(), value->data());
    }
    TRY_VOID(sink.write(groups.key(), sum));
  }
  input_records_ += groups.records();
  return {};
}

namespace {

// Counts what a combiner emits.
class CountingSink final : public RecordSink {
 public:
  CountingSink(RecordSink& to, int64_t& count) : to_(to), count_(count) {}
  Result<void> write(std::string_view key, std::string_view value) override {
    ++count_;
    return to_.write(key, value);
  }

 private:
  RecordSink& to_;
  int64_t& count_;
};

}  // namespace

Result<void> Combiner::combine(MergeQueue& queue, RecordSink& sink) {
  KeyGroups groups(queue);
  CountingSink counting(sink, output_records_);
  host_.set_sink(&counting);
  host_.set_values(&groups);
  if (object_ == nullptr) object_ = job_.combiner.make(host_.table());
  if (object_ == nullptr) return error(host_.failure("the combiner"));
  while (true) {
    TRY(bool more, groups.next_key());
    if (!more) break;
    TRY_VOID(host_.check(job_.combiner.reduce(object_, {groups.key().data(), groups.key().size()}), "the combiner"));
  }
  input_records_ += groups.records();
  return {};
}

Status wrong_fold_size(size_t actual, size_t expected) {
  return {StatusCode::kIllegalArgument, fmt::format("The mapper emitted a value of {} bytes, its fold takes {} bytes", actual, expected)};
}

}  // namespace tusker::mapreduce
