#include "mapreduce/cli/submission.h"

#include <cstdio>

#include <fmt/format.h>

#include "common/config/keys_mapred.h"
#include "mapreduce/formats/compression.h"
#include "mapreduce/formats/file_output_committer.h"
#include "mapreduce/formats/line_record_reader.h"
#include "mapreduce/formats/text_input_format.h"

namespace tusker::mapreduce {
namespace {

std::string_view view(tusker_bytes bytes) { return {bytes.data, static_cast<size_t>(bytes.size)}; }

}  // namespace

SubmissionHost::SubmissionHost(config::Config& config, FileStores& stores) : config_(config), stores_(stores) {
  table_ = {.abi_major = TUSKER_JOB_ABI_MAJOR,
            .abi_minor = TUSKER_JOB_ABI_MINOR,
            .struct_size = sizeof table_,
            .self = this,
            .fail = &on_fail,
            .config_get = &on_config_get,
            .config_set = &on_config_set,
            .add_split = &on_add_split,
            .print = &on_print,
            .first_line = &on_first_line,
            .read_output = &on_read_output};
}

Result<void> SubmissionHost::outcome(int returned) const {
  if (failure_) return error(*failure_);
  if (returned != 0) return error(StatusCode::kIo, "the job's library failed without a reason");
  return {};
}

Result<void> SubmissionHost::plan(const JobLibrary& library, const std::vector<std::string>& arguments) {
  if (library.job().plan == nullptr) {
    if (arguments.empty()) return {};
    return error(StatusCode::kIllegalArgument, fmt::format("The job takes no argument of its own, such as {}", arguments[0]));
  }
  std::vector<tusker_bytes> words;
  for (const std::string& argument : arguments) words.push_back({argument.data(), argument.size()});
  return outcome(library.job().plan(&table_, words.data(), words.size()));
}

Result<void> SubmissionHost::finish(const JobLibrary& library, const FileStores::Located& output, double seconds) {
  if (library.job().finish == nullptr) return {};
  output_ = &output;
  return outcome(library.job().finish(&table_, seconds));
}

void SubmissionHost::on_fail(void* self, tusker_bytes message) {
  if (!of(self).failure_) of(self).failure_.emplace(StatusCode::kIo, std::string(view(message)));
}

int SubmissionHost::give(Result<std::string> text, tusker_bytes* into) {
  if (!text) {
    if (!failure_) failure_ = text.error();
    return -1;
  }
  kept_.push_back(*std::move(text));
  *into = {kept_.back().data(), kept_.back().size()};
  return 0;
}

int SubmissionHost::on_config_get(void* self, tusker_bytes key, tusker_bytes* value) {
  auto found = of(self).config_.find(view(key));
  if (!found) return 0;
  of(self).give(*found, value);
  return 1;
}

int SubmissionHost::on_config_set(void* self, tusker_bytes key, tusker_bytes value) {
  of(self).config_.set(std::string(view(key)), std::string(view(value)), "the job");
  return 0;
}

int SubmissionHost::on_add_split(void* self, tusker_bytes data) {
  of(self).splits_.push_back({.uri = {}, .length = static_cast<int64_t>(data.size), .hosts = {}, .data = std::string(view(data))});
  return 0;
}

void SubmissionHost::on_print(void*, tusker_bytes text) {
  fmt::print("{}", view(text));
  std::fflush(stdout);
}

int SubmissionHost::on_first_line(void* self, tusker_bytes* line) { return of(self).give(of(self).first_line(), line); }
int SubmissionHost::on_read_output(void* self, tusker_bytes* text) { return of(self).give(of(self).read_output(), text); }

Result<std::string> SubmissionHost::first_line() {
  constexpr int64_t kLineBytesMax = 64 << 10;
  TRY(auto files, list_input(stores_, config_));
  for (const InputFile& input : files) {
    const StoreStatus& file = input.status;
    TRY(auto raw, input.store->open(file.path, 0, kLineBytesMax));
    TRY(auto source, decompressed(std::move(raw), compression_of(file.path), file.path));
    LineRecordReader reader(std::move(source), 0, INT64_MAX, kLineBytesMax);
    tusker_record record{};
    TRY(size_t count, reader.next({&record, 1}));
    if (count > 0) return std::string(view(record.value));
  }
  return std::string();
}

Result<std::string> SubmissionHost::read_output() {
  if (output_ == nullptr) return error(StatusCode::kIllegalState, "the job has no output yet");
  TRY(auto files, output_->store->list(output_->path));
  std::string text;
  for (const StoreStatus& file : files) {
    if (file.is_directory || store_name(file.path).starts_with('_')) continue;
    TRY(auto raw, output_->store->open(file.path, 0, file.length));
    TRY(auto source, decompressed(std::move(raw), compression_of(file.path), file.path));
    while (true) {
      TRY(std::string_view piece, source->next());
      if (piece.empty()) break;
      text += piece;
      if (static_cast<int64_t>(text.size()) > kOutputBytesMax) {
        return error(StatusCode::kIo, fmt::format("the output is longer than {} bytes", kOutputBytesMax));
      }
    }
  }
  return text;
}

Result<RunArguments> parse_run_arguments(const std::vector<std::string>& words, config::Config& config) {
  RunArguments parsed;
  std::string inputs;
  for (size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    const bool known = word == "-input" || word == "-output" || word == "-reducers";
    if (!known) {
      if (parsed.library.empty()) {
        parsed.library = word;
      } else {
        parsed.rest.push_back(word);
      }
      continue;
    }
    if (i + 1 == words.size()) return error(StatusCode::kIllegalArgument, fmt::format("Missing argument for option: {}", word));
    const std::string& value = words[++i];
    if (word == "-input") {
      inputs += (inputs.empty() ? "" : ",") + value;
    } else {
      config.set(std::string(word == "-output" ? config::kOutputDir.name : config::kJobReduces.name), value, "command line");
    }
  }
  if (parsed.library.empty()) return error(StatusCode::kIllegalArgument, "No job library given");
  if (!inputs.empty()) config.set(std::string(config::kInputDir.name), inputs, "command line");
  return parsed;
}

Result<Submission> prepare_submission(const JobLibrary& library, const RunArguments& arguments, SubmissionHost& host,
                                      config::Config& config, FileStores& stores, const std::string& temporary_name) {
  TRY_VOID(host.plan(library, arguments.rest));
  const tusker_job_v1& job = library.job();
  if ((job.flags & TUSKER_JOB_TEMPORARY_OUTPUT) != 0) config.set(std::string(config::kOutputDir.name), temporary_name + "/out", "the job");
  const std::string output_uri = config.get(config::kOutputDir);
  if (output_uri.empty()) return error(StatusCode::kIllegalArgument, "Output directory not set.");
  TRY(auto output, stores.locate(output_uri));
  TRY_VOID(check_output(*output.store, output.path));
  // Refused here rather than by the last task.
  TRY_VOID(output_suffix(config));
  TRY(bool compress_maps, config.get(config::kMapOutputCompress));
  if (compress_maps)
    fmt::print(stderr, "mapreduce.JobSubmitter: {} is not supported: map outputs go uncompressed\n", config::kMapOutputCompress.name);
  std::vector<InputSplit> splits = std::move(host.splits());
  if (splits.empty()) {
    TRY(auto files, list_input(stores, config));
    fmt::print(stderr, "input.FileInputFormat: Total input files to process : {}\n", files.size());
    TRY(splits, text_splits(config, files));
  }
  TRY(int64_t reduces, config.get(config::kJobReduces));
  if (reduces < 0 || reduces > INT32_MAX) {
    return error(StatusCode::kIllegalArgument, fmt::format("{}={}: must not be negative", config::kJobReduces.name, reduces));
  }
  std::string name = config.get(config::kJobName);
  if (name.empty()) name = library.name();
  config.set(std::string(config::kJobName.name), name, "the job");
  config.set(std::string(config::kJobReduces.name), std::to_string(reduces), "the job");
  config.set(std::string(config::kOutputDir.name), output.store->qualify(output.path), "the job");
  config.set("mapreduce.job.maps", std::to_string(splits.size()), "the job");
  return Submission{.config = config,
                    .library_path = arguments.library,
                    .library = library,
                    .splits = std::move(splits),
                    .output = output,
                    .reduces = static_cast<int32_t>(reduces),
                    .name = std::move(name)};
}

}  // namespace tusker::mapreduce
