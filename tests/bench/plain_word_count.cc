// The word count that scripts/bench calls the limit: one file in memory, two threads, a hash table each, no cluster.
// Prints the seconds that it took and the number of words, so that nothing of it can be left out.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string_view>
#include <thread>
#include <vector>

namespace {

// Open addressing, a power of two of slots, at most half full.
class Counts {
 public:
  void add(std::string_view word, uint64_t number) {
    if (2 * used_ >= slots_.size()) grow();
    Slot& slot = find(word, std::hash<std::string_view>{}(word));
    if (slot.number == 0) {
      slot.word = word;
      ++used_;
    }
    slot.number += number;
  }
  void merge(const Counts& other) {
    for (const Slot& slot : other.slots_) {
      if (slot.number != 0) add(slot.word, slot.number);
    }
  }
  size_t size() const { return used_; }
  uint64_t total() const {
    uint64_t sum = 0;
    for (const Slot& slot : slots_) sum += slot.number;
    return sum;
  }

 private:
  struct Slot {
    std::string_view word;
    uint64_t number = 0;
  };
  Slot& find(std::string_view word, size_t hash) {
    size_t at = hash & (slots_.size() - 1);
    while (slots_[at].number != 0 && slots_[at].word != word) at = (at + 1) & (slots_.size() - 1);
    return slots_[at];
  }
  void grow() {
    std::vector<Slot> old(2 * slots_.size());
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number != 0) find(slot.word, std::hash<std::string_view>{}(slot.word)) = slot;
    }
  }
  std::vector<Slot> slots_ = std::vector<Slot>(1 << 16);
  size_t used_ = 0;
};

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r'; }

void count(std::string_view text, Counts& counts) {
  size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && is_space(text[at])) ++at;
    const size_t begin = at;
    while (at < text.size() && !is_space(text[at])) ++at;
    if (at > begin) counts.add(text.substr(begin, at - begin), 1);
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
  first.merge(second);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - started;

  std::printf("%.3f %zu %llu\n", took.count(), first.size(), static_cast<unsigned long long>(first.total()));
  return 0;
}
