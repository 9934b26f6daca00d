#include "mapreduce/api/job.h"

// Counts words as Hadoop's example does: words are what stands between runs of space, tab, newline, form feed and carriage return.

namespace {

namespace mr = tusker::mr;

struct Tokenizer {
  explicit Tokenizer(mr::Context) {}

  void map(mr::Record line, mr::Output& out) {
    const char* at = line.value.data();
    const char* end = at + line.value.size();
    while (true) {
      while (at < end && is_space(*at)) ++at;
      if (at == end) return;
      const char* begin = at;
      while (at < end && !is_space(*at)) ++at;
      out.emit({begin, static_cast<size_t>(at - begin)}, kOne);
    }
  }

 private:
  static constexpr int64_t kOne = 1;
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }
};

struct Total {
  explicit Total(mr::Context) {}

  void reduce(std::string_view word, mr::Values& values, mr::Output& out) {
    int64_t sum = 0;
    while (auto count = values.next<int64_t>()) sum += *count;
    char text[20];
    char* end = std::to_chars(text, text + sizeof text, sum).ptr;
    out.emit(word, std::string_view(text, static_cast<size_t>(end - text)));
  }
};

}  // namespace

TUSKER_JOB(job) { job.name("word count").mapper<Tokenizer>().fold<mr::Sum<int64_t>>().reducer<Total>(); }
