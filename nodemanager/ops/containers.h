#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "common/async/notify.h"
#include "common/async/task_group.h"
#include "common/base/mutex.h"
#include "nodemanager/ops/container_runner.h"

namespace tusker::nodemanager {

// An auxiliary service of the node (AuxiliaryService): told when an application begins and ends here. Called on the core's strand.
class AuxService {
 public:
  virtual ~AuxService() = default;
  virtual std::string name() const = 0;
  // What ApplicationMasters and containers are told of it (a port).
  virtual std::string metadata() const = 0;
  // `data` is what the client put into service_data under the service's name. kYarn when it can't be read.
  virtual Result<void> begin_application(const yarn::ApplicationId& id, const std::string& user, const std::string& data) = 0;
  virtual void end_application(const yarn::ApplicationId& id) = 0;
};

// A container to start: what its token says, and what its client wants.
struct StartOrder {
  yarn::ContainerId id;
  std::string user;
  yarn::Resource resource;
  int32_t priority = 0;
  int64_t allocation_request_id = -1;
  int64_t created_ms = 0;
  LaunchContext context;
};

struct ContainerCounts {
  int64_t launched = 0;
  int64_t completed = 0;
  int64_t failed = 0;
  int64_t killed = 0;
  int64_t running = 0;
  yarn::Resource allocated;
};

// Every container and application of this node (ContainerManagerImpl, ApplicationImpl). Belongs to the core's strand. Bounded by what the
// ResourceManager allocates; a completed container is kept until the ResourceManager has taken note of it. Owned by the server; stop()
// before it dies.
class Containers {
 public:
  Containers(Env& env, Executor core, ContainerRunner& runner, Localizer& localizer, std::vector<AuxService*> services, Duration kill_grace,
             size_t diagnostics_bytes_max);

  // Registers the container and sets it on its way; returns before it is launched. kYarn for one that is here already or an unknown
  // auxiliary service.
  Result<void> start(StartOrder order);
  // Kills it if it hasn't ended. kYarn when this node doesn't know it.
  Result<void> stop(const yarn::ContainerId& id, int32_t reason, const std::string& text);
  const Container* find(const yarn::ContainerId& id) const;
  const std::map<yarn::ContainerId, std::shared_ptr<Container>>& all() const { return containers_; }
  std::vector<yarn::ApplicationId> applications() const;
  // The metadata of every auxiliary service by name.
  std::map<std::string, std::string> service_metadata() const;
  ContainerCounts counts() const;  // any thread

  // What the ResourceManager ordered.
  void forget(const yarn::ContainerId& id);
  void end_application(const yarn::ApplicationId& id);

  // Woken when the ResourceManager should hear from this node at once.
  Notify& changed() { return changed_; }
  bool take_change() { return std::exchange(change_pending_, false); }

  // Kills every container and waits for them, at most `grace`.
  Task<void> stop_all(Duration grace);
  Task<void> stop();

 private:
  struct Application {
    std::string user;
    std::set<yarn::ContainerId> containers;  // that still run or clean up
    bool ending = false;
  };
  void note_change();
  void on_done(const std::shared_ptr<Container>& container);
  void on_cleaned_up(const Container& container);
  Task<void> run(std::shared_ptr<Container> container, LaunchContext context);
  Task<void> clear_application(yarn::ApplicationId id, std::string user);

  Env& env_;
  Executor core_;
  ContainerRunner& runner_;
  Localizer& localizer_;
  std::vector<AuxService*> services_;
  Duration kill_grace_;
  size_t diagnostics_bytes_max_;
  std::map<yarn::ContainerId, std::shared_ptr<Container>> containers_;
  std::map<yarn::ApplicationId, Application> applications_;
  mutable Mutex counts_mutex_;
  ContainerCounts counts_ TUSKER_GUARDED_BY(counts_mutex_);
  Notify changed_;
  bool change_pending_ = false;
  TaskGroup tasks_;
};

}  // namespace tusker::nodemanager
