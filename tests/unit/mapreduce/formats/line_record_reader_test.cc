#include "mapreduce/formats/line_record_reader.h"

#include <random>

#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::mapreduce;

namespace {

// Serves a text from an offset in pieces of changing sizes; each piece is a copy, so that views into older ones are caught.
class Pieces final : public ByteSource {
 public:
  Pieces(std::string text, size_t offset, unsigned seed, size_t most) : text_(std::move(text)), at_(offset), chance_(seed), most_(most) {}
  Result<std::string_view> next() override {
    const size_t size = std::min(text_.size() - std::min(at_, text_.size()), std::max<size_t>(at_ == 0 ? 3 : 1, 1 + chance_() % most_));
    piece_ = std::make_unique<std::string>(text_.substr(std::min(at_, text_.size()), size));
    at_ += size;
    return std::string_view(*piece_);
  }

 private:
  std::string text_;
  size_t at_;
  std::minstd_rand chance_;
  size_t most_;
  std::unique_ptr<std::string> piece_;
};

using Lines = std::vector<std::pair<int64_t, std::string>>;

// The lines of the whole text, by the definition.
Lines oracle(const std::string& text) {
  Lines lines;
  size_t at = text.starts_with("\xef\xbb\xbf") ? 3 : 0;
  int64_t key = 0;
  while (at < text.size()) {
    const size_t end = std::min(text.find_first_of("\r\n", at), text.size());
    lines.emplace_back(key, text.substr(at, end - at));
    at = end + 1;
    if (end + 1 < text.size() && text[end] == '\r' && text[end + 1] == '\n') ++at;
    key = static_cast<int64_t>(at);
  }
  return lines;
}

Lines read_split(const std::string& text, size_t start, size_t end, unsigned seed, size_t most, int64_t line_max = INT32_MAX) {
  LineRecordReader reader(std::make_unique<Pieces>(text, start, seed, most), static_cast<int64_t>(start), static_cast<int64_t>(end),
                          line_max);
  Lines lines;
  tusker_record records[4];
  while (true) {
    auto count = reader.next(records);
    REQUIRE(count.has_value());
    if (*count == 0) return lines;
    for (size_t i = 0; i < *count; ++i) lines.emplace_back(records[i].offset, std::string(records[i].value.data, records[i].value.size));
  }
}

std::string random_text(std::minstd_rand& chance) {
  static constexpr std::string_view kAlphabet = "ab\n\r\nc\r";
  std::string text = chance() % 4 == 0 ? "\xef\xbb\xbf" : "";
  const size_t length = chance() % 40;
  for (size_t i = 0; i < length; ++i) text.push_back(kAlphabet[chance() % kAlphabet.size()]);
  return text;
}

}  // namespace

TEST_CASE("each line belongs to exactly one split, wherever the text is cut") {
  std::minstd_rand chance(7);
  for (int round = 0; round < 300; ++round) {
    const std::string text = random_text(chance);
    const Lines expected = oracle(text);
    for (size_t cut = text.starts_with("\xef") ? 3 : 1; cut < text.size(); ++cut) {
      Lines found = read_split(text, 0, cut, static_cast<unsigned>(round), 5);
      for (auto& line : read_split(text, cut, text.size(), static_cast<unsigned>(round), 3)) found.push_back(std::move(line));
      INFO("round " << round << " cut " << cut);
      REQUIRE(found == expected);
    }
    REQUIRE(read_split(text, 0, text.size(), static_cast<unsigned>(round), 100) == expected);
  }
}

TEST_CASE("three splits, the middle one within a line") {
  const std::string text = "first line\nsecond line that is long\nthird\n";
  Lines found = read_split(text, 0, 14, 1, 8);
  for (auto& line : read_split(text, 14, 20, 1, 8)) found.push_back(line);
  for (auto& line : read_split(text, 20, text.size(), 1, 8)) found.push_back(line);
  REQUIRE(found == oracle(text));
}

TEST_CASE("edges of lines") {
  REQUIRE(read_split("", 0, 0, 1, 4).empty());
  REQUIRE(read_split("a\n\n", 0, 3, 1, 4) == Lines{{0, "a"}, {2, ""}});
  REQUIRE(read_split("a", 0, 1, 1, 4) == Lines{{0, "a"}});
  // The byte order mark is dropped, the key stays 0.
  REQUIRE(read_split("\xef\xbb\xbfx\ny", 0, 6, 1, 9) == Lines{{0, "x"}, {5, "y"}});
}

TEST_CASE("lines beyond the limit are left out") {
  REQUIRE(read_split("short\nfar too long for it\nlast\n", 0, 31, 1, 4, 6) == Lines{{0, "short"}, {26, "last"}});
  REQUIRE(read_split("short\nfar too long for it\nlast\n", 0, 31, 1, 100, 6) == Lines{{0, "short"}, {26, "last"}});
}
