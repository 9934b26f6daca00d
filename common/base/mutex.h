#pragma once

#include <mutex>

// Clang's thread-safety annotations, checked by -Wthread-safety. A mutex stands only in common/ and in leaf caches.
#define TUSKER_GUARDED_BY(x) __attribute__((guarded_by(x)))
#define TUSKER_REQUIRES(...) __attribute__((requires_capability(__VA_ARGS__)))

namespace tusker {

class __attribute__((capability("mutex"))) Mutex {
 public:
  void lock() __attribute__((acquire_capability())) { mutex_.lock(); }
  void unlock() __attribute__((release_capability())) { mutex_.unlock(); }
  std::mutex& native() { return mutex_; }

 private:
  std::mutex mutex_;
};

class __attribute__((scoped_lockable)) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) __attribute__((acquire_capability(mutex))) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() __attribute__((release_capability())) { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace tusker
