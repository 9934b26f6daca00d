#include "client/cli/text_format.h"

#include "tests/support/catch.h"

namespace tusker::cli {

TEST_CASE("sizes are rounded as Java rounds them, half up") {
  CHECK(human_size(0) == "0");
  CHECK(human_size(1023) == "1023");
  CHECK(human_size(1024) == "1 K");
  CHECK(human_size(1280) == "1.3 K");
  CHECK(human_size(2304) == "2.3 K");
  CHECK(human_size(1536) == "1.5 K");
  CHECK(human_size((1 << 20) - 1) == "1.0 M");
  CHECK(human_size(128 << 20) == "128 M");
  CHECK(human_size(-1280) == "-1.3 K");
  CHECK(human_size(INT64_MAX) == "8.0 E");
  CHECK(human_size(INT64_MIN) == "-8 E");
  CHECK(byte_description(0) == "0 B");
  CHECK(byte_description(1152) == "1.13 KB");
  CHECK(byte_description(int64_t{3} << 30) == "3 GB");
}

TEST_CASE("shares") {
  CHECK(percent(12.345) == "12.35%");
  CHECK(percent(0) == "0.00%");
  CHECK(percent(99.999) == "100.00%");
  CHECK(percent(12.5, 0) == "13%");
  CHECK(percent(0.0 / 0.0, 0) == "NaN%");
}

}  // namespace tusker::cli
