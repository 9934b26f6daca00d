#include "mapreduce/formats/text_input_format.h"

#include "common/config/keys_mapred.h"
#include "common/env/real_env.h"
#include "tests/support/catch.h"
#include "tests/unit/mapreduce/scratch.h"

using namespace tusker;
using namespace tusker::mapreduce;

TEST_CASE("comma-separated paths") {
  REQUIRE(split_paths("/a,/b") == std::vector<std::string>{"/a", "/b"});
  REQUIRE(split_paths("/{a,b},/c\\,d") == std::vector<std::string>{"/{a,b}", "/c,d"});
}

TEST_CASE("files are listed and cut as by FileInputFormat") {
  testing::Scratch scratch;
  config::Config config;
  FileStores stores(scratch.env(), config, {"me", ""});
  const std::string base = "file:" + scratch.path();
  auto store = *stores.locate(base);
  for (auto [name, size] : {std::pair{"in/a", 250}, {"in/b", 110}, {"in/c", 0}, {"in/_hidden", 10}, {"in/.crc", 10}, {"in/z.gz", 300}}) {
    REQUIRE(store.store->write_file(scratch.path() + "/" + name, std::string(static_cast<size_t>(size), 'x'), {}));
  }
  config.set("mapreduce.input.fileinputformat.inputdir", base + "/in");
  config.set("mapreduce.input.fileinputformat.split.maxsize", "100");
  auto files = list_input(stores, config);
  REQUIRE(files.has_value());
  REQUIRE(files->size() == 4);
  auto splits = text_splits(config, *files);
  REQUIRE(splits.has_value());
  std::vector<std::pair<std::string, std::pair<int64_t, int64_t>>> found;
  for (const auto& split : *splits) found.push_back({std::string(store_name(split.uri)), {split.start, split.length}});
  // Largest first; 110 is within the slop of one split, and gzip can't be cut.
  REQUIRE(found ==
          decltype(found){{"z.gz", {0, 300}}, {"b", {0, 110}}, {"a", {0, 100}}, {"a", {100, 100}}, {"a", {200, 50}}, {"c", {0, 0}}});

  config.set("mapreduce.input.fileinputformat.inputdir", base + "/nothing," + base + "/in/x*");
  auto missing = list_input(stores, config);
  REQUIRE_FALSE(missing.has_value());
  REQUIRE(missing.error().message() == "Input path does not exist: " + base + "/nothing\nInput Pattern " + base + "/in/x* matches 0 files");

  config.set("mapreduce.input.fileinputformat.inputdir", base + "/in/_hidden");
  REQUIRE(list_input(stores, config).error().message() == "Input path does not exist: " + base + "/in/_hidden");

  config.set("mapreduce.input.fileinputformat.inputdir", base);
  REQUIRE(list_input(stores, config).error().message() == "Not a file: " + base + "/in");
  config.set("mapreduce.input.fileinputformat.input.dir.recursive", "true");
  REQUIRE(list_input(stores, config)->size() == 4);
  config.set("mapreduce.input.fileinputformat.inputdir", "");
  REQUIRE(list_input(stores, config).error().message() == "No input paths specified in job");
  REQUIRE(stores.locate("s3a://bucket/x").error().code() == StatusCode::kIllegalArgument);
}
