#include "common/transfer/checksum.h"

#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::transfer;

TEST_CASE("CRCs are those of Hadoop") {
  const DataChecksum crc32c(ChecksumType::kCrc32c, 512);
  const DataChecksum crc32(ChecksumType::kCrc32, 512);
  CHECK(crc32c.update(0, "hello\n") == 0x353dd8be);
  CHECK(crc32c.update(0, "123456789") == 0xe3069283);
  CHECK(crc32.update(0, "123456789") == 0xcbf43926);
  CHECK(crc32c.update(crc32c.update(0, "hel"), "lo\n") == 0x353dd8be);
  CHECK(crc32.update(crc32.update(0, "1234"), "56789") == 0xcbf43926);
}

TEST_CASE("each run has its checksum, the last maybe a short one") {
  const DataChecksum checksum(ChecksumType::kCrc32c, 4);
  const std::string data = "abcdefghij";
  std::string sums(static_cast<size_t>(checksum.sums_bytes(10)), '\0');
  REQUIRE(sums.size() == 12);
  checksum.compute(data, MutableBytes(sums));
  CHECK(load_be<uint32_t>(sums.data() + 8) == checksum.update(0, "ij"));
  CHECK(!checksum.first_mismatch(data, sums));
  std::string damaged = data;
  damaged[5] ^= 1;
  CHECK(checksum.first_mismatch(damaged, sums) == 4);
  CHECK(!DataChecksum(ChecksumType::kNull, 512).first_mismatch(damaged, ""));
}

TEST_CASE("the CRC of a whole is composed of its parts' CRCs") {
  for (const auto type : {ChecksumType::kCrc32, ChecksumType::kCrc32c}) {
    const DataChecksum checksum(type, 512);
    const std::string a(1000, 'a');
    const std::string b(777, 'b');
    CHECK(checksum.compose(checksum.update(0, a), checksum.update(0, b), 777) == checksum.update(0, a + b));
    CHECK(checksum.compose(checksum.update(0, a), 0, 0) == checksum.update(0, a));
  }
}

TEST_CASE("the head of a meta file") {
  CHECK(to_hex(encode_meta_header(DataChecksum(ChecksumType::kCrc32c, 512))) == "00010200000200");
  const auto back = decode_meta_header(encode_meta_header(DataChecksum(ChecksumType::kCrc32, 1024)));
  REQUIRE(back);
  CHECK(back->type() == ChecksumType::kCrc32);
  CHECK(back->bytes_per_checksum() == 1024);
  CHECK(!decode_meta_header("short"));
  CHECK(!decode_meta_header(std::string("\x00\x02\x02\x00\x00\x02\x00", 7)));
  CHECK(!decode_meta_header(std::string("\x00\x01\x09\x00\x00\x02\x00", 7)));
  CHECK(!decode_meta_header(std::string("\x00\x01\x02\x00\x00\x00\x00", 7)));
}
