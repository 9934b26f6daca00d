#include "mapreduce/api/job.h"

namespace {
namespace mr = tusker::mr;
struct Thrower {
  explicit Thrower(mr::Context) {}
  void map(mr::Record record, mr::Output&) {
    if (record.value == "bad") throw std::runtime_error("a bad line");
  }
};
}  // namespace

TUSKER_JOB(job) { job.name("thrower").mapper<Thrower>(); }
