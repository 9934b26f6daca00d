#include "datanode/web/clients.h"

#include <vector>

#include "common/base/mutex.h"

namespace tusker::datanode {
namespace {

constexpr auto kEndPoll = std::chrono::seconds(1);

}  // namespace

struct Clients::Retired {
  Mutex mutex;
  std::vector<std::unique_ptr<client::FileSystem>> waiting TUSKER_GUARDED_BY(mutex);

  void add(client::FileSystem* fs) {
    MutexLock lock(mutex);
    waiting.emplace_back(fs);
  }
  std::unique_ptr<client::FileSystem> take() {
    MutexLock lock(mutex);
    if (waiting.empty()) return nullptr;
    auto fs = std::move(waiting.back());
    waiting.pop_back();
    return fs;
  }
};

Clients::Clients(Env& env, const config::Config& config)
    : env_(env), config_(config), retired_(std::make_shared<Retired>()), tasks_("datanode web clients") {}
Clients::~Clients() = default;

void Clients::start() { tasks_.spawn(env_.make_strand(), end_retired()); }

Task<void> Clients::stop() {
  co_await tasks_.stop();
  if (ending_) co_await ending_->stop();
  ending_ = nullptr;
  co_await end_all();
}

Task<void> Clients::end_all() {
  while ((ending_ = retired_->take())) {
    co_await ending_->stop();
    ending_ = nullptr;
  }
}

Task<void> Clients::end_retired() {
  for (;;) {
    co_await end_all();
    co_await env_.clock.sleep_for(kEndPoll);
  }
}

std::shared_ptr<client::FileSystem> Clients::open(Endpoint namenode, security::User user) {
  auto fs = std::make_unique<client::FileSystem>(env_, config_, std::move(namenode), std::move(user));
  return {fs.release(), [retired = retired_](client::FileSystem* ended) { retired->add(ended); }};
}

}  // namespace tusker::datanode
