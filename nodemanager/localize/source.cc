#include "nodemanager/localize/source.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>

#include "common/async/run_on.h"

namespace tusker::nodemanager {
namespace {

constexpr size_t kCopyBytes = 1 << 20;

std::string iso_time(int64_t ms) {
  std::time_t seconds = ms / 1000;
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}+0000", parts, ms % 1000);
}

}  // namespace

std::string ResourceRequest::url() const {
  std::string authority = host;
  if (port > 0) authority += ":" + std::to_string(port);
  return scheme + "://" + authority + path;
}

Result<void> Source::check_time(const ResourceRequest& request, int64_t mtime_ms) const {
  if (mtime_ms == request.timestamp_ms) return {};
  return error(StatusCode::kIo,
               fmt::format("Resource {} changed on src filesystem - expected: \"{}\", was: \"{}\", current time: \"{}\"", request.url(),
                           iso_time(request.timestamp_ms), iso_time(mtime_ms), iso_time(env_.clock.wall_ms())));
}

Task<Result<void>> Source::fetch(ResourceRequest request, std::string user, std::string to, uint32_t permission) {
  if (request.scheme == "hdfs") co_return co_await fetch_hdfs(std::move(request), std::move(user), std::move(to), permission);
  if (request.scheme == "file" || request.scheme.empty()) co_return co_await fetch_local(std::move(request), std::move(to), permission);
  co_return error(StatusCode::kUnsupportedOperation,
                  fmt::format("No FileSystem for scheme \"{}\": local resources come from hdfs: and file: alone", request.scheme));
}

Result<client::FileSystem*> Source::file_system(const ResourceRequest& request, const std::string& user) {
  std::string uri = request.host.empty() ? "" : request.url();
  TRY(Endpoint namenode, client::namenode_endpoint(config_, uri));
  auto& slot = file_systems_[{namenode, user}];
  if (!slot) slot = std::make_unique<client::FileSystem>(env_, config_, namenode, security::User{user, ""});
  return slot.get();
}

Task<Result<void>> Source::fetch_hdfs(ResourceRequest request, std::string user, std::string to, uint32_t permission) {
  CO_TRY(client::FileSystem * fs, file_system(request, user));
  CO_TRY(auto status, co_await fs->status(request.path));
  if (!status) co_return error(StatusCode::kFileNotFound, fmt::format("File does not exist: {}", request.url()));
  if (status->is_directory)
    co_return error(StatusCode::kIo, fmt::format("{} is a directory; directories can't be localized", request.url()));
  CO_TRY_VOID(check_time(request, status->mtime_ms));
  Env* env = &env_;
  CO_TRY(std::shared_ptr<File> file, co_await run_on(env_.disk_pool, [env, to, permission]() -> Result<std::shared_ptr<File>> {
           TRY(auto opened, env->disk.open(to, OpenMode::kTruncate, permission));
           return std::shared_ptr<File>(std::move(opened));
         }));
  CO_TRY(auto stream, co_await fs->open(request.path));
  int64_t offset = 0;
  while (offset < status->length) {
    CO_TRY(std::string_view chunk, co_await stream->next_chunk());
    if (chunk.empty()) co_return error(StatusCode::kIo, fmt::format("{} ended at {} of {} bytes", request.url(), offset, status->length));
    CO_TRY_VOID(co_await run_on(env_.disk_pool, [file, offset, bytes = std::string(chunk)] { return file->write_at(offset, bytes); }));
    offset += static_cast<int64_t>(chunk.size());
  }
  co_return Result<void>();
}

Task<Result<void>> Source::fetch_local(ResourceRequest request, std::string to, uint32_t permission) {
  Disk* disk = &env_.disk;
  CO_TRY(FileInfo info, co_await run_on(env_.disk_pool, [disk, path = request.path] { return disk->stat(path); }));
  CO_TRY_VOID(check_time(request, info.mtime_ms));
  co_return co_await run_on(env_.disk_pool, [disk, from_path = request.path, to, permission]() -> Result<void> {
    TRY(auto from, disk->open(from_path, OpenMode::kRead));
    TRY(auto into, disk->open(to, OpenMode::kTruncate, permission));
    std::string buffer(kCopyBytes, '\0');
    for (int64_t offset = 0;;) {
      TRY(size_t length, from->read_at(offset, MutableBytes(buffer)));
      if (length == 0) return {};
      TRY_VOID(into->write_at(offset, std::string_view(buffer).substr(0, length)));
      offset += static_cast<int64_t>(length);
    }
  });
}

Task<void> Source::stop() {
  auto all = std::exchange(file_systems_, {});
  for (auto& [key, file_system] : all) co_await file_system->stop();
}

}  // namespace tusker::nodemanager
