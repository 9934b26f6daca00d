// A job that goes wrong in the way that the property `how` names, at the first line that reads "bad".
#include <cstdlib>

#include "mapreduce/api/job.h"

namespace {

namespace mr = tusker::mr;

class Misbehaving {
 public:
  explicit Misbehaving(mr::Context context) : how_(context.config("how", "")) {}

  void map(mr::Record line, mr::Output& out) {
    if (line.value == "bad") misbehave();
    out.emit(line.value, "1");
  }

 private:
  void misbehave() {
    if (how_ == "throw") throw std::runtime_error("this line is bad");
    if (how_ == "crash") *static_cast<volatile int*>(nowhere_) = 1;
    if (how_ == "exit") std::exit(0);
    while (how_ == "hang") nowhere_ = nullptr;
  }
  std::string how_;
  void* volatile nowhere_ = nullptr;
};

}  // namespace

TUSKER_JOB(job) { job.name("misbehaving").mapper<Misbehaving>(); }
