#include "mapreduce/formats/compression.h"

#include "common/config/keys_mapred.h"
#include "mapreduce/formats/local_store.h"
#include "tests/support/catch.h"
#include "tests/unit/mapreduce/scratch.h"

using namespace tusker;
using namespace tusker::mapreduce;

TEST_CASE("what is written compressed reads the same, and is shorter") {
  testing::Scratch scratch;
  LocalStore store(scratch.env().disk, 1 << 20);
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "line " + std::to_string(i % 100) + "\n";
  for (const std::string suffix : {".gz", ".deflate"}) {
    const std::string path = scratch.path() + "/part" + suffix;
    auto file = store.create(path, {});
    REQUIRE(file.has_value());
    auto sink = compressed(*std::move(file), suffix);
    for (size_t at = 0; at < text.size(); at += 70'000) REQUIRE(sink->write(std::string_view(text).substr(at, 70'000)).has_value());
    REQUIRE(sink->close().has_value());
    const int64_t bytes = (*store.status(path))->length;
    REQUIRE(bytes < static_cast<int64_t>(text.size()) / 4);
    auto raw = store.open(path, 0, bytes);
    auto source = decompressed(*std::move(raw), compression_of(path), path);
    REQUIRE(source.has_value());
    std::string back;
    while (true) {
      auto piece = (*source)->next();
      REQUIRE(piece.has_value());
      if (piece->empty()) break;
      back += *piece;
    }
    REQUIRE(back == text);
  }
}

TEST_CASE("a job's codec is known by its Java class, and refused when we can't write it") {
  config::Config config;
  REQUIRE(output_suffix(config)->empty());
  config.set(std::string(config::kOutputCompress.name), "true");
  REQUIRE(*output_suffix(config) == ".deflate");
  config.set(std::string(config::kOutputCompressCodec.name), "org.apache.hadoop.io.compress.GzipCodec");
  REQUIRE(*output_suffix(config) == ".gz");
  config.set(std::string(config::kOutputCompressCodec.name), "org.apache.hadoop.io.compress.SnappyCodec");
  REQUIRE(output_suffix(config).error().message().find("SnappyCodec") != std::string::npos);
}
