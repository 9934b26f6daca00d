#include "mapreduce/examples/csv_line.h"
#include "mapreduce/examples/halton.h"
#include "tests/support/catch.h"

using namespace tusker::examples;

namespace {

std::string pi(int64_t maps, int64_t samples) {
  Inside all{0, 0};
  for (int64_t i = 0; i < maps; ++i) {
    const Inside one = count_inside(i * samples, samples);
    all.inside += one.inside;
    all.outside += one.outside;
  }
  return pi_text(all.inside, all.inside + all.outside);
}

}  // namespace

TEST_CASE("Hadoop's answers") {
  REQUIRE(pi(1, 1) == "4.00000000000000000000");
  REQUIRE(pi(1, 10) == "3.60000000000000000000");
  REQUIRE(pi(2, 10) == "3.80000000000000000000");
  REQUIRE(pi(2, 100) == "3.12000000000000000000");
  REQUIRE(pi(3, 5) == "3.73333333333333333333");
  REQUIRE(pi(4, 1000) == "3.14000000000000000000");
  REQUIRE(pi(5, 1000) == "3.14160000000000000000");
  REQUIRE(pi(10, 100) == "3.14800000000000000000");
  REQUIRE(pi(10, 1000) == "3.14080000000000000000");
  REQUIRE(pi(16, 1000) == "3.14250000000000000000");
  REQUIRE(pi(16, 100'000) == "3.14157500000000000000");
}

TEST_CASE("division rounds half up") {
  REQUIRE(pi_text(1, 6) == "0.66666666666666666667");
  REQUIRE(pi_text(3, 12) == "1.00000000000000000000");
}

TEST_CASE("CSV") {
  CsvLine line;
  using Fields = std::vector<std::string_view>;
  REQUIRE(line.split("a,b,,c") == Fields{"a", "b", "", "c"});
  REQUIRE(line.split("a,") == Fields{"a", ""});
  REQUIRE(line.split("") == Fields{""});
  REQUIRE(line.split("\"a,\"\"b\"\"\",c") == Fields{"a,\"b\"", "c"});
  REQUIRE(line.split("\"\",x") == Fields{"", "x"});
  REQUIRE(line.split("\"open") == Fields{"open"});
  REQUIRE(CsvLine(';').split("a,b;c") == Fields{"a,b", "c"});
  std::string out;
  append_csv_field(out, "a\"b,c", ',');
  append_csv_field(out, "plain", ',');
  REQUIRE(out == "\"a\"\"b,c\"plain");
}
