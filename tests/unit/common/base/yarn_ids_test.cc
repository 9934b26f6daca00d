#include "common/base/yarn_ids.h"

#include "common/base/vlong.h"
#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::yarn;

TEST_CASE("ids of YARN print and parse as Hadoop's") {
  ApplicationId application{1795234728915, 8};
  CHECK(application.to_string() == "application_1795234728915_0008");
  CHECK(parse_application_id("application_1795234728915_0008") == application);
  CHECK(ApplicationId{1, 12345}.to_string() == "application_1_12345");

  ApplicationAttemptId attempt{application, 2};
  CHECK(attempt.to_string() == "appattempt_1795234728915_0008_000002");
  CHECK(parse_application_attempt_id(attempt.to_string()) == attempt);

  ContainerId container{attempt, 7};
  CHECK(container.to_string() == "container_1795234728915_0008_02_000007");
  CHECK(parse_container_id(container.to_string()) == container);
  ContainerId after_restart{attempt, 1099511627777};
  CHECK(after_restart.to_string() == "container_e01_1795234728915_0008_02_000001");
  CHECK(parse_container_id(after_restart.to_string()) == after_restart);

  CHECK(parse_node_id("127.0.1.2:4000") == NodeId{"127.0.1.2", 4000});
  CHECK((Resource{1024, 2}.to_string() == "<memory:1024, vCores:2>"));
}

TEST_CASE("texts that are no ids of YARN are refused with their text") {
  for (auto text : {"", "application", "application_1", "application_x_1", "application_1_-2", "application_1_2_3", "job_1_2"}) {
    auto id = parse_application_id(text);
    REQUIRE_FALSE(id);
    CHECK(id.error().message() == std::string("Invalid ApplicationId: ") + text);
  }
  for (auto text : {"container_1_2_3", "container_e_1_2_3_4", "container_e01_1_2_3", "container_1_2_3_99999999999999", "attempt_1_2_3_4"}) {
    CHECK_FALSE(parse_container_id(text));
  }
  for (auto text : {"host", ":1", "host:", "host:70000", "host:-1"}) CHECK_FALSE(parse_node_id(text));
  CHECK_FALSE(parse_application_attempt_id("appattempt_1_2"));
}

TEST_CASE("Hadoop's vlongs survive, in as many bytes as Hadoop takes") {
  struct Row {
    int64_t value;
    size_t bytes;
  };
  for (auto [value, bytes] : {Row{0, 1}, Row{127, 1}, Row{-112, 1}, Row{128, 2}, Row{-113, 2}, Row{255, 2}, Row{256, 3}, Row{0x38a, 3},
                              Row{-256, 2}, Row{-257, 3}, Row{INT64_MAX, 9}, Row{INT64_MIN, 9}}) {
    char buffer[kVLongBytesMax];
    CHECK(encode_vlong(buffer, value) == bytes);
    CHECK(vlong_size(value) == bytes);
    int64_t back = 0;
    CHECK(decode_vlong(buffer, buffer + bytes, back) == bytes);
    CHECK(back == value);
    CHECK(decode_vlong(buffer, buffer + bytes - 1, back) == 0);
  }
  char buffer[kVLongBytesMax];
  encode_vlong(buffer, 0x38a);
  CHECK(std::string_view(buffer, 3) == "\x8e\x03\x8a");
}
