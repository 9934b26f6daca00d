#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "common/async/notify.h"
#include "common/async/task_group.h"
#include "common/env/env.h"
#include "nodemanager/localize/resource.h"
#include "nodemanager/localize/source.h"

namespace tusker::nodemanager {

// Keeps the files that containers want on this machine's disks (ResourceLocalizationService): each is fetched once, however many containers
// ask, and stays until the cache is over its target or, in an application's own cache, until the application ends. Belongs to the strand
// on which fetch() is called. Owned by the server; stop() before it dies.
class Localizer {
 public:
  struct Options {
    std::function<std::vector<std::string>()> local_dirs;  // those that can be written now
    int64_t cache_bytes_max = int64_t{10} << 30;
    size_t fetches_max = 4;
  };
  Localizer(Env& env, const config::Config& config, Options options, Executor executor);

  // Has a resource that isn't here fetched, for a fetch() that follows.
  void begin(const ResourceRequest& request, const std::string& user, const std::string& application) {
    entry_of(request, user, application);
  }
  // The local path of a resource, fetched if it isn't here yet. Waits for a fetch that is under way. `user`, `application` say whose
  // cache it goes into, by its visibility.
  // Each success holds the resource in the cache until release() of the same.
  Task<Result<std::string>> fetch(ResourceRequest request, std::string user, std::string application);
  void release(const ResourceRequest& request, const std::string& user, const std::string& application);
  // Drops an application's own cache from memory; its files go with the application's directory.
  void forget_application(const std::string& user, const std::string& application);
  // One turn of the cleaner: removes what was not used for longest, until the cache is below its target.
  Task<void> evict();
  Task<void> stop();

 private:
  struct Entry {
    explicit Entry(Clock& clock) : changed(clock) {}
    bool ready = false;
    std::optional<Status> failure;
    std::string path;
    std::string directory;  // holds it alone
    int64_t bytes = 0;
    int64_t used_ms = 0;
    int held = 0;  // by those that wait for it or use it
    Notify changed;
  };

  static ResourceKey key_of(const ResourceRequest& request, const std::string& user, const std::string& application);
  std::string cache_directory(const ResourceRequest& request, const std::string& user, const std::string& application);
  std::shared_ptr<Entry> entry_of(const ResourceRequest& request, const std::string& user, const std::string& application);
  Task<void> run_fetch(ResourceRequest request, std::string user, std::shared_ptr<Entry> entry);
  Task<Result<void>> download(ResourceRequest request, std::string user, std::shared_ptr<Entry> entry);

  Env& env_;
  Options options_;
  Executor executor_;
  Source source_;
  std::map<ResourceKey, std::shared_ptr<Entry>> entries_;
  int64_t next_number_ = 10;
  size_t fetching_ = 0;
  Notify slot_free_;
  TaskGroup tasks_;
};

}  // namespace tusker::nodemanager
