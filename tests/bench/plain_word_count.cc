// The word count that scripts/bench calls the limit: one file in memory, two threads, a hash table each, no cluster.
// Prints the seconds that it took and the number of words, so that nothing of it can be left out.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <string_view>
#include <thread>
#include <unordered_map>

namespace {

using Counts = std::unordered_map<std::string_view, uint64_t>;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

void count(std::string_view text, Counts& counts) {
  size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && is_space(text[at])) ++at;
    const size_t begin = at;
    while (at < text.size() && !is_space(text[at])) ++at;
    if (at > begin) ++counts[text.substr(begin, at - begin)];
  }
}

}  // namespace

int main(int argc, char** argv) {
  struct stat status{};
  const int fd = argc == 2 ? ::open(argv[1], O_RDONLY) : -1;
  if (fd < 0 || ::fstat(fd, &status) != 0) {
    std::fprintf(stderr, "usage: plain_word_count FILE\n");
    return 2;
  }
  const auto size = static_cast<size_t>(status.st_size);
  void* const mapped = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
  if (mapped == MAP_FAILED) return 1;
  const std::string_view text(static_cast<const char*>(mapped), size);

  const auto started = std::chrono::steady_clock::now();
  size_t half = size / 2;
  while (half < size && !is_space(text[half])) ++half;
  Counts first, second;
  std::thread other([&] { count(text.substr(half), second); });
  count(text.substr(0, half), first);
  other.join();
  for (const auto& [word, number] : second) first[word] += number;
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;

  uint64_t words = 0;
  for (const auto& [word, number] : first) words += number;
  std::printf("%.3f %zu %llu\n", took.count(), first.size(), static_cast<unsigned long long>(words));
  return 0;
}
