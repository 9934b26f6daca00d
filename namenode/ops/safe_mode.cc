#include "namenode/ops/safe_mode.h"

#include <fmt/format.h>

namespace tusker::namenode {

void SafeMode::report(int64_t safe_blocks, int64_t total_blocks, double threshold) {
  MutexLock lock(mutex_);
  safe_ = safe_blocks;
  total_ = total_blocks;
  threshold_ = threshold;
}

std::string SafeMode::tip() const {
  if (state() == State::kManual) {
    return "It was turned on manually. Use \"hdfs dfsadmin -safemode leave\" to turn safe mode off.";
  }
  if (state() == State::kLowResources) {
    return "Resources are low on NN. Please add or free up more resourcesthen turn off safe mode manually. NOTE:  If you turn off safe "
           "mode before adding resources, the NN will immediately return to safe mode. Use \"hdfs dfsadmin -safemode leave\" to turn safe "
           "mode off.";
  }
  MutexLock lock(mutex_);
  const auto needed = static_cast<int64_t>(static_cast<double>(total_) * threshold_);
  const std::string rest =
      "The minimum number of live datanodes is not required. Safe mode will be turned off automatically once the thresholds have been "
      "reached.";
  if (safe_ < needed) {
    return fmt::format("The reported blocks {} needs additional {} blocks to reach the threshold {:.4f} of total blocks {}.\n{}", safe_,
                       needed - safe_, threshold_, total_, rest);
  }
  return fmt::format("The reported blocks {} has reached the threshold {:.4f} of total blocks {}. {}", safe_, threshold_, total_, rest);
}

Result<void> SafeMode::check(const std::string& what, const std::string& host) const {
  if (!on()) return {};
  return error(StatusCode::kSafeMode, fmt::format("{}. Name node is in safe mode.\n{} NamenodeHostName:{}", what, tip(), host));
}

}  // namespace tusker::namenode
