#include "client/cli/hdfs/dfs/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include "client/cli/text_format.h"

namespace tusker::cli::dfs {

Progress::Progress(Clock& clock, std::string what, int64_t total_bytes)
    : clock_(clock),
      what_(std::move(what)),
      total_(total_bytes),
      terminal_(::isatty(STDERR_FILENO) != 0),
      started_(clock.now()),
      next_(started_ + std::chrono::seconds(1)) {}

Progress::~Progress() {
  if (shown_) fmt::print(stderr, "\r\033[K");
}

void Progress::advance(int64_t bytes) {
  done_ += bytes;
  if (!terminal_ || clock_.now() < next_) return;
  next_ = clock_.now() + std::chrono::milliseconds(200);
  shown_ = true;
  const double seconds = std::chrono::duration<double>(clock_.now() - started_).count();
  fmt::print(stderr, "\r\033[K{}: {} of {} ({:.0f} %), {}/s", what_, human_size(done_), human_size(total_),
             total_ == 0 ? 100.0 : 100.0 * static_cast<double>(done_) / static_cast<double>(total_),
             human_size(static_cast<int64_t>(static_cast<double>(done_) / std::max(seconds, 0.001))));
}

}  // namespace tusker::cli::dfs
