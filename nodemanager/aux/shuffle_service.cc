#include "nodemanager/aux/shuffle_service.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/async/run_on.h"
#include "common/log/log.h"
#include "common/security/digest.h"
#include "common/security/token.h"
#include "common/shuffle/shuffle_header.h"

namespace tusker::nodemanager {

using net::HttpRequest;
using net::HttpResponse;

namespace {

constexpr Duration kSendTimeout = std::chrono::minutes(3);  // mapreduce.reduce.shuffle.read.timeout
constexpr int64_t kStretchBytes = 4 << 20;
constexpr size_t kMapsMax = 100'000;

HttpResponse answer(int status, std::string body = "") {
  HttpResponse response;
  response.status = status;
  response.headers.emplace_back(shuffle::kHeaderName, shuffle::kNameMapReduce);
  response.headers.emplace_back(shuffle::kHeaderVersion, shuffle::kVersion);
  response.body = std::move(body);
  return response;
}

std::string header_of(const HttpRequest& request, const std::string& name) {
  auto header = request.headers.find(name);
  return header == request.headers.end() ? "" : header->second;
}

// What a request asks for; an answer says what is wrong with it.
struct Wanted {
  yarn::ApplicationId application;
  std::vector<std::string> maps;
  int32_t reduce = 0;
};

// A name that can't leave its directory.
bool is_plain_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.find_first_of("/\\\0") == std::string::npos;
}

std::expected<Wanted, HttpResponse> parse(const HttpRequest& request) {
  auto refuse = [](int status, std::string text) { return std::unexpected(answer(status, std::move(text))); };
  if (request.method != "GET") return refuse(405, "");
  if (header_of(request, "name") != shuffle::kNameMapReduce || header_of(request, "version") != shuffle::kVersion) {
    return refuse(400, "Incompatible shuffle request version");
  }
  if (request.query.count("job") > 1 || request.query.count("reduce") > 1) return refuse(400, "Too many job/reduce parameters");
  const std::string job = request.parameter("job");
  const std::string reduce = request.parameter("reduce");
  Wanted wanted;
  auto [begin, end] = request.query.equal_range("map");
  for (auto it = begin; it != end; ++it) {
    for (size_t at = 0; at <= it->second.size();) {
      size_t comma = std::min(it->second.find(',', at), it->second.size());
      wanted.maps.push_back(it->second.substr(at, comma - at));
      at = comma + 1;
    }
  }
  if (job.empty() || reduce.empty() || wanted.maps.empty()) return refuse(400, "Required param job, map and reduce");
  if (wanted.maps.size() > kMapsMax) return refuse(400, "Too many maps in one request");
  for (const std::string& map : wanted.maps) {
    if (!is_plain_name(map)) return refuse(400, "Bad map parameter");
  }
  char* rest = nullptr;
  long number = std::strtol(reduce.c_str(), &rest, 10);
  if (*rest != '\0' || number < 0 || number > INT32_MAX) return refuse(400, "Bad reduce parameter");
  wanted.reduce = static_cast<int32_t>(number);
  auto application = job.starts_with("job_") ? yarn::parse_application_id("application_" + job.substr(4))
                                             : Result<yarn::ApplicationId>(error(StatusCode::kIllegalArgument, ""));
  if (!application) return refuse(400, "Bad job parameter");
  wanted.application = *application;
  return wanted;
}

}  // namespace

ShuffleService::ShuffleService(Env& env, Options options)
    : env_(env),
      options_(std::move(options)),
      server_(env, {.bind = options_.bind,
                    .name = "shuffle",
                    .connections_max = options_.connections_max > 0 ? options_.connections_max : 4096,
                    .keep_alive = std::chrono::seconds(5)}) {
  server_.route("/", [this](HttpRequest request) { return serve(std::move(request)); });
}

Result<void> ShuffleService::start() { return server_.start(); }
Task<void> ShuffleService::stop() { co_await server_.stop(); }

Result<void> ShuffleService::begin_application(const yarn::ApplicationId& id, const std::string& user, const std::string& service_data) {
  std::string_view in = service_data;
  auto token = security::decode_token(in);
  if (!token)
    return error(StatusCode::kYarn,
                 fmt::format("The service data of {} is no job token: {}", shuffle::kServiceName, token.error().message()));
  MutexLock lock(mutex_);
  jobs_[id] = {user, token->password};
  return {};
}

void ShuffleService::end_application(const yarn::ApplicationId& id) {
  MutexLock lock(mutex_);
  jobs_.erase(id);
}

std::optional<ShuffleService::Job> ShuffleService::find(const yarn::ApplicationId& id) const {
  MutexLock lock(mutex_);
  auto job = jobs_.find(id);
  return job == jobs_.end() ? std::nullopt : std::optional(job->second);
}

metrics::Attributes ShuffleService::metrics() const {
  return {{"ShuffleOutputBytes", bytes_sent_.load()},
          {"ShuffleOutputsOK", outputs_ok_.load()},
          {"ShuffleOutputsFailed", outputs_failed_.load()}};
}

Task<HttpResponse> ShuffleService::serve(HttpRequest request) {
  auto wanted = parse(request);
  if (!wanted) co_return std::move(wanted.error());
  auto job = find(wanted->application);
  if (!job) co_return answer(401, "Could not find jobid");
  const std::string hash = header_of(request, "urlhash");
  if (hash.empty()) co_return answer(401, "fetcher cannot be authenticated");
  if (!security::equal_secrets(hash, shuffle::url_hash(job->secret, port(), request.target))) {
    co_return answer(401, "Verification of the hashReply failed");
  }
  auto planned = co_await run_on(env_.disk_pool, [this, job = *job, wanted = *wanted] {
    return plan(job, wanted.application.to_string(), wanted.maps, wanted.reduce);
  });
  if (!planned) {
    ++outputs_failed_;
    co_return answer(500, planned.error().message());
  }
  auto shared = std::make_shared<const Plan>(std::move(*planned));
  HttpResponse response = answer(200);
  response.headers.emplace_back(shuffle::kHeaderReplyHash, shuffle::reply_hash(job->secret, hash));
  response.content_type = "application/octet-stream";
  response.body_bytes = 0;
  for (const Piece& piece : *shared) response.body_bytes += static_cast<int64_t>(piece.header.size()) + piece.entry.part_bytes;
  response.stream_body = [this, shared](Stream& stream) { return send(shared, &stream); };
  co_return response;
}

Result<ShuffleService::Plan> ShuffleService::plan(const Job& job, const std::string& application, const std::vector<std::string>& maps,
                                                  int32_t reduce) const {
  Plan plan;
  for (const std::string& map : maps) {
    TRY(Piece piece, locate(job, application, map, reduce));
    plan.push_back(std::move(piece));
  }
  return plan;
}

Result<ShuffleService::Piece> ShuffleService::locate(const Job& job, const std::string& application, const std::string& map,
                                                     int32_t reduce) const {
  for (const std::string& root : options_.local_dirs) {
    const std::string directory = fmt::format("{}/usercache/{}/appcache/{}", root, job.user, application);
    auto bytes = env_.disk.read_file(shuffle::map_output_index_path(directory, map));
    if (!bytes) continue;
    TRY(auto entries, shuffle::decode_index(*bytes));
    if (static_cast<size_t>(reduce) >= entries.size()) {
      return error(StatusCode::kIo, fmt::format("{} has {} partitions; there is no partition {}", map, entries.size(), reduce));
    }
    const shuffle::IndexEntry& entry = entries[static_cast<size_t>(reduce)];
    return Piece{shuffle::encode_shuffle_header({map, entry.part_bytes, entry.raw_bytes, reduce}), shuffle::map_output_path(directory, map),
                 entry};
  }
  return error(StatusCode::kFileNotFound,
               fmt::format("Could not find usercache/{}/appcache/{}/output/{}/file.out.index in any of the directories", job.user,
                           application, map));
}

// The partitions one after the other, each from its file by sendfile. A failure closes the connection: the head is out already.
Task<Result<void>> ShuffleService::send(std::shared_ptr<const Plan> plan, Stream* stream) {
  for (const Piece& piece : *plan) {
    Env* env = &env_;
    auto opened = co_await run_on(env_.disk_pool, [env, path = piece.path] { return env->disk.open(path, OpenMode::kRead); });
    if (!opened) {
      ++outputs_failed_;
      co_return error(opened.error());
    }
    std::unique_ptr<File> file = std::move(*opened);
    CO_TRY_VOID(co_await stream->write(piece.header, env_.clock.after(kSendTimeout)));
    // Each stretch has its own deadline: a slow transfer that goes on is none that hangs.
    for (int64_t sent = 0; sent < piece.entry.part_bytes;) {
      const int64_t bytes = std::min(kStretchBytes, piece.entry.part_bytes - sent);
      CO_TRY_VOID(co_await stream->send_file(*file, piece.entry.start_offset + sent, bytes, env_.clock.after(kSendTimeout)));
      sent += bytes;
    }
    bytes_sent_ += piece.entry.part_bytes;
    ++outputs_ok_;
  }
  co_return Result<void>();
}

}  // namespace tusker::nodemanager
