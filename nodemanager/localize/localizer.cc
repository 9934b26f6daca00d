#include "nodemanager/localize/localizer.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/async/run_on.h"
#include "common/log/log.h"
#include "nodemanager/localize/archive.h"

namespace tusker::nodemanager {
namespace {

constexpr Duration kFetchMax = std::chrono::hours(1);

}  // namespace

Localizer::Localizer(Env& env, const config::Config& config, Options options, Executor executor)
    : env_(env), options_(std::move(options)), executor_(executor), source_(env, config), slot_free_(env.clock), tasks_("localizer") {}

ResourceKey Localizer::key_of(const ResourceRequest& request, const std::string& user, const std::string& application) {
  std::string cache = request.visibility == Visibility::kPublic    ? ""
                      : request.visibility == Visibility::kPrivate ? user
                                                                   : user + "/" + application;
  return {request.url(), request.timestamp_ms, request.type, request.pattern, std::move(cache)};
}

std::string Localizer::cache_directory(const ResourceRequest& request, const std::string& user, const std::string& application) {
  int64_t number = next_number_++;
  const std::vector<std::string> roots = options_.local_dirs();
  // Without any the download fails, with the disk's own words.
  const std::string root = roots.empty() ? "" : roots[static_cast<size_t>(number) % roots.size()];
  switch (request.visibility) {
    case Visibility::kPublic:
      return fmt::format("{}/filecache/{}", root, number);
    case Visibility::kPrivate:
      return fmt::format("{}/usercache/{}/filecache/{}", root, user, number);
    case Visibility::kApplication:
      return fmt::format("{}/usercache/{}/appcache/{}/filecache/{}", root, user, application, number);
  }
  return "";
}

std::shared_ptr<Localizer::Entry> Localizer::entry_of(const ResourceRequest& request, const std::string& user,
                                                      const std::string& application) {
  std::shared_ptr<Entry>& slot = entries_[key_of(request, user, application)];
  if (!slot) {
    slot = std::make_shared<Entry>(env_.clock);
    slot->directory = cache_directory(request, user, application);
    slot->path = slot->directory + "/" + request.name();
    tasks_.spawn(executor_, run_fetch(request, user, slot));
  }
  return slot;
}

Task<Result<std::string>> Localizer::fetch(ResourceRequest request, std::string user, std::string application) {
  std::shared_ptr<Entry> entry = entry_of(request, user, application);
  Deadline give_up = env_.clock.after(kFetchMax);
  ++entry->held;
  while (!entry->ready && !entry->failure && env_.clock.now() < give_up) co_await entry->changed.wait(give_up);
  entry->used_ms = env_.clock.wall_ms();
  if (entry->ready) co_return entry->path;
  --entry->held;
  co_return error(entry->failure.value_or(Status(StatusCode::kTimeout, fmt::format("{} could not be fetched in time", request.url()))));
}

Task<void> Localizer::run_fetch(ResourceRequest request, std::string user, std::shared_ptr<Entry> entry) {
  while (fetching_ >= options_.fetches_max) co_await slot_free_.wait(kNever);  // each fetch ends within its RPCs' deadlines
  ++fetching_;
  Result<void> done = co_await download(request, user, entry);
  --fetching_;
  slot_free_.notify_all();
  if (done) {
    entry->ready = true;
    LOG_DEBUG("localized {} at {}", request.url(), entry->path);
  } else {
    LOG_WARN("cannot localize {}: {}", request.url(), done.error().to_string());
    entry->failure = done.error();
    std::erase_if(entries_, [&](const auto& item) { return item.second == entry; });  // the next container tries again
  }
  entry->changed.notify_all();
}

Task<Result<void>> Localizer::download(ResourceRequest request, std::string user, std::shared_ptr<Entry> entry) {
  const bool open_to_all = request.visibility == Visibility::kPublic;
  const std::string temporary = entry->directory + "_tmp";
  Disk* disk = &env_.disk;
  CO_TRY_VOID(co_await run_on(env_.disk_pool,
                              [disk, temporary, open_to_all] { return disk->make_directories(temporary, open_to_all ? 0755 : 0700); }));
  const std::string file = temporary + "/" + request.name();
  const std::string fetched = request.type == ResourceType::kFile ? file : temporary + "/.archive";
  CO_TRY_VOID(co_await source_.fetch(request, user, fetched, open_to_all ? 0555 : 0500));
  CO_TRY(
      entry->bytes,
      co_await run_on(env_.disk_pool, [disk, request, temporary, fetched, file, final_directory = entry->directory]() -> Result<int64_t> {
        TRY(FileInfo info, disk->stat(fetched));
        if (request.type != ResourceType::kFile) {
          TRY_VOID(unpack(fetched, request.name(), file, request.type == ResourceType::kPattern ? request.pattern : ""));
          TRY_VOID(disk->remove(fetched));
        }
        TRY_VOID(disk->rename(temporary, final_directory));
        return info.size;
      }));
  co_return Result<void>();
}

void Localizer::release(const ResourceRequest& request, const std::string& user, const std::string& application) {
  auto entry = entries_.find(key_of(request, user, application));
  if (entry == entries_.end()) return;
  --entry->second->held;
  entry->second->used_ms = env_.clock.wall_ms();
}

void Localizer::forget_application(const std::string& user, const std::string& application) {
  const std::string cache = user + "/" + application;
  std::erase_if(entries_, [&](const auto& item) { return item.first.cache == cache && (item.second->ready || item.second->failure); });
}

Task<void> Localizer::evict() {
  int64_t total = 0;
  std::vector<std::pair<int64_t, ResourceKey>> unused;
  for (const auto& [key, entry] : entries_) {
    if (key.cache.find('/') != std::string::npos) continue;  // goes with its application
    total += entry->bytes;
    if (entry->ready && entry->held <= 0) unused.emplace_back(entry->used_ms, key);
  }
  std::ranges::sort(unused);
  std::vector<std::string> directories;
  for (const auto& [used_ms, key] : unused) {
    if (total <= options_.cache_bytes_max) break;
    auto entry = entries_.find(key);
    total -= entry->second->bytes;
    directories.push_back(entry->second->directory);
    entries_.erase(entry);
  }
  Disk* disk = &env_.disk;
  co_await run_on(env_.disk_pool, [disk, directories] {
    for (const std::string& directory : directories) static_cast<void>(disk->remove_tree(directory));
  });
}

Task<void> Localizer::stop() {
  co_await tasks_.stop();
  co_await source_.stop();
}

}  // namespace tusker::nodemanager
