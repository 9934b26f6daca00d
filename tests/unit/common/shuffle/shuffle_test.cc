#include "common/shuffle/ifile.h"
#include "common/shuffle/shuffle_header.h"
#include "common/shuffle/spill_record.h"
#include "common/shuffle/url_hash.h"
#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::shuffle;
using namespace std::string_literals;

TEST_CASE("an empty partition is the end marker and its checksum") {
  std::string buffer;
  IFileLengths lengths = IFileWriter(buffer).finish();
  CHECK(lengths.raw_bytes == kEmptyRawBytes);
  CHECK(lengths.part_bytes == kEmptyPartBytes);
  CHECK(buffer == "\xff\xff\xff\xff\x00\x00"s);
  auto records = verify_ifile(buffer);
  REQUIRE(records);
  IFileReader reader(*records);
  Record record;
  CHECK(reader.next(record) == IFileReader::Step::kEnd);
}

TEST_CASE("records come back, also when the buffer is drained on the way") {
  std::string buffer;
  std::string file;
  IFileWriter writer(buffer);
  for (int i = 0; i < 1000; ++i) {
    writer.append("key" + std::to_string(i), std::string(static_cast<size_t>(i), 'v'));
    if (i % 100 == 0) {
      writer.checksum_buffered();
      file += buffer;
      buffer.clear();
      writer.buffer_cleared();
    }
  }
  IFileLengths lengths = writer.finish();
  file += buffer;
  CHECK(lengths.part_bytes == static_cast<int64_t>(file.size()));
  CHECK(lengths.raw_bytes + 4 == lengths.part_bytes);

  auto records = verify_ifile(file);
  REQUIRE(records);
  IFileReader reader(*records);
  Record record;
  for (int i = 0; i < 1000; ++i) {
    REQUIRE(reader.next(record) == IFileReader::Step::kRecord);
    CHECK(record.key == "key" + std::to_string(i));
    CHECK(record.value.size() == static_cast<size_t>(i));
  }
  CHECK(reader.next(record) == IFileReader::Step::kEnd);
  CHECK(reader.position() == records->size());
}

TEST_CASE("a flipped bit, a cut file and impossible lengths are found") {
  std::string file;
  IFileWriter writer(file);
  writer.append("key", "value");
  writer.finish();
  for (size_t i = 0; i < file.size(); ++i) {
    std::string flipped = file;
    flipped[i] = static_cast<char>(flipped[i] ^ 4);
    REQUIRE_FALSE(verify_ifile(flipped));
  }
  CHECK_FALSE(verify_ifile(std::string_view(file).substr(0, 5)));
  Record record;
  for (size_t length = 0; length < 10; ++length) {
    CHECK(IFileReader(std::string_view(file).substr(0, length)).next(record) == IFileReader::Step::kNeedMore);
  }
  auto negative = IFileReader("\xfe\xff"s).next(record);
  REQUIRE_FALSE(negative);
  CHECK(negative.error().code() == StatusCode::kCorruption);
}

TEST_CASE("the index has Hadoop's bytes") {
  // 24 bytes for (0, 0x386, 0x38a), then the CRC-32 that Apache's map task stored for them.
  std::string bytes = encode_index({{0, 0x386, 0x38a}});
  REQUIRE(bytes.size() == 32);
  CHECK(load_be<int64_t>(bytes.data() + 24) == 0x7bf9311b);
  auto entries = decode_index(bytes);
  REQUIRE(entries);
  CHECK(*entries == std::vector<IndexEntry>{{0, 0x386, 0x38a}});
  bytes[3] = 1;
  CHECK_FALSE(decode_index(bytes));
  CHECK_FALSE(decode_index("short"));
  CHECK_FALSE(decode_index(encode_index({{-1, 0, 0}})));
}

TEST_CASE("shuffle headers are read as they come in") {
  ShuffleHeader header{"attempt_1_0001_m_000000_0", 0x38a, 0x386, 0};
  std::string bytes = encode_shuffle_header(header);
  CHECK(bytes.ends_with("\x8e\x03\x8a\x8e\x03\x86\x00"s));
  for (size_t length = 0; length < bytes.size(); ++length) {
    std::string_view in = std::string_view(bytes).substr(0, length);
    auto partial = decode_shuffle_header(in);
    REQUIRE(partial);
    CHECK_FALSE(partial->has_value());
    CHECK(in.size() == length);
  }
  std::string_view in = bytes;
  auto whole = decode_shuffle_header(in);
  REQUIRE(whole);
  CHECK(*whole == header);
  CHECK(in.empty());
  std::string_view absurd = "\x8e\x7f\x7f";
  CHECK_FALSE(decode_shuffle_header(absurd));
}

TEST_CASE("hashes of requests are those of Apache's reducers") {
  const std::string secret = "\x84\x7c\x4b\xb5\xf4\x79\x8d\x08";
  std::string target = map_output_target("job_1795234728915_0008", 0, {"attempt_1795234728915_0008_m_000000_0"}, false);
  CHECK(target == "/mapOutput?job=job_1795234728915_0008&reduce=0&map=attempt_1795234728915_0008_m_000000_0");
  CHECK(url_hash(secret, 23562, target) == "KTye1/Ec9Rg7ukii5qHmawwCl8M=");
  CHECK(reply_hash(secret, "KTye1/Ec9Rg7ukii5qHmawwCl8M=") == "fAxUU0H6tPDTV/Br9bIiqJifm8g=");
  CHECK(map_output_target("job_1_2", 3, {"a", "b"}, true) == "/mapOutput?job=job_1_2&reduce=3&map=a,b&keepAlive=true");
}
