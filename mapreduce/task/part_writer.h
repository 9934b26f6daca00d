#pragma once

#include <memory>

#include "mapreduce/formats/text_record_writer.h"
#include "mapreduce/task/task_context.h"
#include "mapreduce/task/task_host.h"

namespace tusker::mapreduce {

// The part file of one attempt, below its work path, and its counters. One thread.
class PartWriter final : public RecordSink {
 public:
  // `records`: counts what is written.
  static Result<std::unique_ptr<PartWriter>> create(TaskContext& context, bool is_map, int64_t& records);
  PartWriter(TextRecordWriter writer, int64_t& records) : writer_(std::move(writer)), records_(records) {}
  Result<void> write(std::string_view key, std::string_view value) override {
    ++records_;
    return writer_.write(key, value);
  }
  Result<void> close();

 private:
  TextRecordWriter writer_;
  int64_t& records_;
};

}  // namespace tusker::mapreduce
