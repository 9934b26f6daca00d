#include "mapreduce/api/job.h"

// The job of docs/mapreduce.md: requests and bytes by status code, from a web server's log in the common format:
//   127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /a.gif HTTP/1.0" 200 2326

namespace {

namespace mr = tusker::mr;

// What is known of one status code. Plain data travels between map and reduce as its bytes.
struct Traffic {
  int64_t requests;
  int64_t bytes;
};

struct Add {
  using Value = Traffic;
  static void fold(Traffic& into, const Traffic& value) {
    into.requests += value.requests;
    into.bytes += value.bytes;
  }
};

class LogLines {
 public:
  explicit LogLines(mr::Context context)
      : only_(context.config("status.prefix", "")), broken_(context.counter("Log", "Lines that can't be read")) {}

  void map(mr::Record line, mr::Output& out) {
    const std::string_view text = line.value;
    const size_t quote = text.rfind("\" ");
    const size_t space = quote == std::string_view::npos ? quote : text.find(' ', quote + 2);
    if (space == std::string_view::npos) return broken_.add();
    const std::string_view status = text.substr(quote + 2, space - quote - 2);
    int64_t bytes = 0;  // "-" when nothing was sent
    std::from_chars(text.data() + space + 1, text.data() + text.size(), bytes);
    if (status.starts_with(only_)) out.emit(status, Traffic{1, bytes});
  }

 private:
  std::string only_;
  mr::Counter broken_;
};

struct Report {
  explicit Report(mr::Context) {}

  void reduce(std::string_view status, mr::Values& values, mr::Output& out) {
    Traffic sum{0, 0};
    while (auto value = values.next<Traffic>()) Add::fold(sum, *value);
    out.emit(status, std::to_string(sum.requests) + "\t" + std::to_string(sum.bytes));
  }
};

}  // namespace

TUSKER_JOB(job) { job.name("status codes").mapper<LogLines>().fold<Add>().reducer<Report>(); }
