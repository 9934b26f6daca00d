#include "mapreduce/shuffle/shuffle.h"

#include <algorithm>

#include <fmt/format.h>

#include "common/async/run_on.h"
#include "common/log/log.h"
#include "common/shuffle/checksum.h"
#include "common/shuffle/spill_record.h"

namespace tusker::mapreduce {
namespace {

constexpr size_t kMapsPerRequest = 20;
constexpr int32_t kEventsWaitMs = 1000;
constexpr Duration kLook = std::chrono::seconds(1);
constexpr int64_t kPieceBytes = 1 << 20;
// Failures of one output after which this attempt gives up: another one, elsewhere, may do better.
constexpr int kFailuresMax = 30;

// A file's part of one reduce, found in the local directories of the application.
struct LocalPart {
  std::shared_ptr<const File> file;
  shuffle::IndexEntry entry;
  std::string path;
};

Result<std::optional<LocalPart>> find_local(Disk& disk, const std::vector<std::string>& directories, const std::string& attempt,
                                            int32_t reduce) {
  for (const std::string& directory : directories) {
    auto bytes = disk.read_file(shuffle::map_output_index_path(directory, attempt));
    if (!bytes) continue;
    TRY(auto index, shuffle::decode_index(*bytes));
    if (static_cast<size_t>(reduce) >= index.size())
      return error(StatusCode::kCorruption, fmt::format("the index of {} is too short", attempt));
    LocalPart part{.entry = index[static_cast<size_t>(reduce)], .path = shuffle::map_output_path(directory, attempt)};
    TRY(part.file, disk.open(part.path, OpenMode::kRead));
    return part;
  }
  return std::nullopt;
}

// The bytes of a part, when its checksum is right.
Result<std::string> read_part(const LocalPart& part) {
  std::string bytes;
  bytes.resize(static_cast<size_t>(part.entry.part_bytes));
  TRY(size_t count, part.file->read_at(part.entry.start_offset, bytes));
  if (count != bytes.size()) return error(StatusCode::kCorruption, fmt::format("{} is too short", part.path));
  TRY_VOID(shuffle::verify_ifile(bytes));
  return bytes;
}

// Reads a part that is too long for the memory, for its checksum alone: later nobody could ask for the output again.
Result<void> verify_file(const LocalPart& part, TaskReport& report) {
  const int64_t checked = part.entry.part_bytes - static_cast<int64_t>(shuffle::kIFileChecksumBytes);
  std::string piece;
  uint32_t crc = 0;
  for (int64_t at = 0; at < checked;) {
    piece.resize(static_cast<size_t>(std::min(kPieceBytes, checked - at)));
    TRY(size_t count, part.file->read_at(part.entry.start_offset + at, piece));
    if (count != piece.size()) return error(StatusCode::kCorruption, fmt::format("{} is too short", part.path));
    crc = shuffle::crc32(crc, piece);
    at += static_cast<int64_t>(count);
    report.alive();
  }
  char stored[shuffle::kIFileChecksumBytes];
  TRY(size_t count, part.file->read_at(part.entry.start_offset + checked, stored));
  if (count == sizeof stored && load_be<uint32_t>(stored) == crc) return {};
  return error(StatusCode::kCorruption, fmt::format("Map output is corrupt: the checksum of {} is wrong", part.path));
}

}  // namespace

Shuffle::Shuffle(Env& env, Executor strand, Options options, UmbilicalClient& umbilical, MergeManager& merge, Counters& counters,
                 TaskReport& report)
    : env_(env),
      strand_(std::move(strand)),
      options_(std::move(options)),
      umbilical_(umbilical),
      merge_(merge),
      counters_(counters),
      report_(report),
      schedule_(options_.maps),
      changed_(env.clock),
      tasks_("shuffle") {}

Task<Result<std::vector<std::unique_ptr<Segment>>>> Shuffle::run() {
  counters_.add(counter_group::kTask, "SHUFFLED_MAPS", 0);
  counters_.add(counter_group::kTask, "FAILED_SHUFFLE", 0);
  tasks_.spawn(strand_, watch_events());
  for (int64_t i = 0; i < std::max<int64_t>(options_.parallel_copies, 1); ++i) tasks_.spawn(strand_, fetch_loop());
  while (!over()) {
    // Waiting for maps is no hanging.
    report_.alive();
    if (report_.killed()) fail(Status(StatusCode::kCancelled, "the attempt was killed"));
    co_await changed_.wait(env_.clock.after(kLook));
  }
  co_await tasks_.stop();
  if (!failure_ && merge_.failure()) failure_ = merge_.failure();
  if (failure_) co_return error(*failure_);
  auto segments = merge_.take();
  counters_.add(counter_group::kTask, "MERGED_MAP_OUTPUTS", static_cast<int64_t>(segments.size()));
  co_return std::move(segments);
}

void Shuffle::fail(Status status) {
  if (!failure_) failure_ = std::move(status);
  changed_.notify_all();
}

// This task's own fault, of which no map is to blame.
std::unexpected<Status> Shuffle::fail_here(Status status) {
  fail(status);
  return error(std::move(status));
}

// False: the task has failed.
Task<bool> Shuffle::make_room(int64_t bytes) {
  auto reserved = co_await merge_.reserve(bytes);
  if (!reserved) fail(reserved.error());
  co_return reserved.has_value();
}

Task<void> Shuffle::watch_events() {
  int32_t from = 0;
  while (!over()) {
    MapEventsRequestProto request;
    request.set_attempt_id(options_.attempt);
    request.set_from(from);
    request.set_wait_ms(kEventsWaitMs);
    auto response = co_await umbilical_.call_again<MapEventsResponseProto>("getMapEvents", request);
    if (!response) co_return fail(response.error().with_context("cannot ask the ApplicationMaster for map outputs"));
    if (!response->found()) co_return fail(Status(StatusCode::kCancelled, "the attempt isn't wanted any more"));
    for (const MapEventProto& event : response->events()) {
      ++from;
      if (options_.local_read && !event.lost() && !event.attempt_id().empty()) {
        auto local = co_await read_local(event.map(), event.attempt_id());
        if (failure_) co_return;
        // What can't be read here may still be served.
        if (!local) LOG_WARN("cannot read the output of {} from this node's disk: {}", event.attempt_id(), local.error().to_string());
        if (local && *local) continue;
      }
      on_event(event);
    }
    if (response->events_size() > 0) changed_.notify_all();
  }
}

void Shuffle::on_event(const MapEventProto& event) {
  if (event.attempt_id().empty()) {
    schedule_.skip(event.map());
  } else if (event.lost()) {
    schedule_.lose(event.map(), event.attempt_id());
  } else {
    schedule_.add(event.map(), event.attempt_id(), {event.host(), static_cast<uint16_t>(event.shuffle_port())});
  }
}

// True when this node had it.
Task<Result<bool>> Shuffle::read_local(int32_t map, std::string attempt) {
  CO_TRY(auto part, co_await run_on(env_.disk_pool,
                                    [this, &attempt] { return find_local(env_.disk, options_.local_dirs, attempt, options_.reduce); }));
  if (!part) co_return false;
  const int64_t bytes = part->entry.part_bytes;
  if (!merge_.fits_in_memory(bytes)) {
    CO_TRY_VOID(co_await run_on(env_.disk_pool, [this, &part] { return verify_file(*part, report_); }));
    if (!schedule_.finish({map, attempt})) co_return true;
    merge_.add_segment(std::make_unique<FileSegment>(part->file, part->entry, part->path));
  } else {
    if (!co_await make_room(bytes)) co_return false;
    auto read = co_await run_on(env_.disk_pool, [&part] { return read_part(*part); });
    if (!read || !schedule_.finish({map, attempt})) {
      merge_.give_back(bytes);
      if (!read) co_return error(read.error());
      co_return true;
    }
    merge_.add_memory(*std::move(read));
  }
  count(bytes);
  co_return true;
}

// Counts an output that has come.
void Shuffle::count(int64_t bytes) {
  counters_.add(counter_group::kTask, "SHUFFLED_MAPS", 1);
  counters_.add(counter_group::kTask, "REDUCE_SHUFFLE_BYTES", bytes);
  const auto done = static_cast<float>(options_.maps - schedule_.remaining());
  report_.set_progress(done / static_cast<float>(std::max(options_.maps, 1)) / 3);
  changed_.notify_all();
}

Task<void> Shuffle::fetch_loop() {
  while (!over()) {
    auto batch = schedule_.take(env_.clock.now(), kMapsPerRequest);
    if (!batch) {
      const Deadline look = env_.clock.after(kLook);
      co_await changed_.wait(std::min(look, std::max(schedule_.next_try(), env_.clock.after(std::chrono::milliseconds(1)))));
      continue;
    }
    auto failure = co_await fetch(*batch);
    if (failure_) co_return;
    schedule_.give_back(*batch, failure ? failure->blamed : std::vector<FetchSchedule::Output>(), env_.clock.now());
    if (failure) note(*failure, batch->host);
  }
}

void Shuffle::note(const FetchFailure& failure, const Endpoint& host) {
  LOG_WARN("cannot fetch {} outputs from {}: {}", failure.blamed.size(), host.to_string(), failure.status.to_string());
  counters_.add(counter_group::kTask, "FAILED_SHUFFLE", static_cast<int64_t>(failure.blamed.size()));
  counters_.add(counter_group::kShuffleErrors, failure.status.code() == StatusCode::kUnavailable ? "CONNECTION" : "IO_ERROR", 1);
  for (const FetchSchedule::Output& output : failure.blamed) {
    fetch_failures_.push_back(output.attempt);
    if (schedule_.failures_of(output.attempt) >= kFailuresMax) {
      fail(failure.status.with_context(fmt::format("the output of {} couldn't be fetched in {} tries", output.attempt, kFailuresMax)));
    }
  }
  changed_.notify_all();
}

// Nothing was had of any of them: while the connection fails, and a whole answer is refused for the sake of one output, which is then found
// by asking for each alone.
Task<std::optional<Shuffle::FetchFailure>> Shuffle::fetch(FetchSchedule::Batch batch) {
  const ShuffleConnection::Job job{
      .id = options_.job_id, .secret = options_.secret, .reduce = options_.reduce, .read_timeout = options_.read_timeout};
  auto connection = co_await ShuffleConnection::open(env_, batch.host, strand_, job, options_.connect_timeout);
  if (!connection) co_return FetchFailure{connection.error(), batch.outputs};
  std::vector<std::string> attempts;
  for (const auto& output : batch.outputs) attempts.push_back(output.attempt);
  auto asked = co_await (*connection)->request(std::move(attempts));
  if (asked) co_return co_await fetch_together(**connection, batch);
  if (!(*connection)->refused() || batch.outputs.size() == 1) co_return FetchFailure{asked.error(), batch.outputs};
  std::optional<FetchFailure> failure;
  for (const FetchSchedule::Output& output : batch.outputs) {
    FetchSchedule::Batch alone;
    alone.host = batch.host;
    alone.outputs.push_back(output);
    auto failed = co_await fetch(std::move(alone));
    if (failure_) co_return std::nullopt;
    if (!failed) continue;
    if (!failure) failure.emplace(failed->status, std::vector<FetchSchedule::Output>());
    failure->blamed.push_back(output);
  }
  co_return failure;
}

// Reads the answer, which brings the outputs in the order in which they were asked for; of a failure in the midst only the one under way is
// to blame.
Task<std::optional<Shuffle::FetchFailure>> Shuffle::fetch_together(ShuffleConnection& connection, FetchSchedule::Batch batch) {
  while (!batch.outputs.empty()) {
    auto fetched = co_await fetch_one(connection, batch);
    if (failure_) co_return std::nullopt;
    if (fetched) continue;
    batch.outputs.resize(1);
    co_return FetchFailure{fetched.error(), std::move(batch.outputs)};
  }
  co_return std::nullopt;
}

Task<Result<void>> Shuffle::fetch_one(ShuffleConnection& connection, FetchSchedule::Batch& batch) {
  CO_TRY(auto header, co_await connection.next_header());
  auto wanted = std::ranges::find(batch.outputs, header.map_id, &FetchSchedule::Output::attempt);
  if (wanted == batch.outputs.end()) {
    counters_.add(counter_group::kShuffleErrors, "WRONG_MAP", 1);
    co_return error(StatusCode::kIo, fmt::format("the shuffle sent {}, which wasn't asked for", header.map_id));
  }
  if (header.reduce != options_.reduce || header.part_bytes < shuffle::kEmptyPartBytes) {
    counters_.add(counter_group::kShuffleErrors, "WRONG_REDUCE", 1);
    co_return error(StatusCode::kIo, fmt::format("the shuffle sent reduce {} of {} bytes", header.reduce, header.part_bytes));
  }
  const FetchSchedule::Output output = *wanted;
  std::iter_swap(wanted, batch.outputs.begin());
  if (merge_.fits_in_memory(header.part_bytes)) {
    CO_TRY_VOID(co_await fetch_to_memory(connection, output, header.part_bytes));
  } else {
    CO_TRY_VOID(co_await fetch_to_disk(connection, output, header.part_bytes));
  }
  batch.outputs.erase(batch.outputs.begin());
  co_return Result<void>();
}

Task<Result<void>> Shuffle::fetch_to_memory(ShuffleConnection& connection, FetchSchedule::Output output, int64_t bytes) {
  if (!co_await make_room(bytes)) co_return error(*failure_);
  auto part = co_await connection.read(bytes);
  auto verified = part ? shuffle::verify_ifile(*part) : error(part.error());
  // Another attempt of the map may have been faster.
  if (!verified || !schedule_.finish(output)) {
    merge_.give_back(bytes);
    if (!verified) co_return error(verified.error());
    co_return Result<void>();
  }
  merge_.add_memory(*std::move(part));
  count(bytes);
  co_return Result<void>();
}

Task<Result<void>> Shuffle::fetch_to_disk(ShuffleConnection& connection, FetchSchedule::Output output, int64_t bytes) {
  const std::string path = merge_.next_path();
  auto opened = co_await run_on(env_.disk_pool, [this, &path]() -> Result<std::unique_ptr<File>> {
    TRY_VOID(env_.disk.make_directories(parent_directory(path)));
    return env_.disk.open(path, OpenMode::kTruncate);
  });
  if (!opened) co_return fail_here(opened.error());
  std::shared_ptr<File> file = *std::move(opened);
  const auto checksum_bytes = static_cast<int64_t>(shuffle::kIFileChecksumBytes);
  uint32_t crc = 0;
  for (int64_t at = 0; at < bytes - checksum_bytes;) {
    CO_TRY(std::string piece, co_await connection.read(std::min(kPieceBytes, bytes - checksum_bytes - at)));
    crc = shuffle::crc32(crc, piece);
    auto written = co_await run_on(env_.disk_pool, [&file, at, &piece] { return file->write_at(at, piece); });
    if (!written) co_return fail_here(written.error());
    at += static_cast<int64_t>(piece.size());
    report_.alive();
  }
  CO_TRY(std::string stored, co_await connection.read(checksum_bytes));
  if (load_be<uint32_t>(stored.data()) != crc) {
    co_return error(StatusCode::kCorruption, "Map output is corrupt: its checksum is wrong after the transfer");
  }
  auto written = co_await run_on(env_.disk_pool,
                                 [&file, bytes, &stored] { return file->write_at(bytes - static_cast<int64_t>(stored.size()), stored); });
  if (!written) co_return fail_here(written.error());
  if (!schedule_.finish(output)) co_return Result<void>();
  merge_.add_segment(std::make_unique<FileSegment>(file, shuffle::IndexEntry{0, bytes - checksum_bytes, bytes}, path));
  count(bytes);
  co_return Result<void>();
}

}  // namespace tusker::mapreduce
