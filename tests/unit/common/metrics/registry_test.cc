#include "common/metrics/registry.h"

#include "common/metrics/java_json.h"
#include "tests/support/catch.h"

using namespace tusker::metrics;

namespace {

Registry& two_beans() {
  static Registry registry;
  static const bool added = [] {
    registry.add_bean("Hadoop:service=NameNode,name=NameNodeStatus",
                      [] {
                        return Attributes{{"State", std::string("active")},
                                          {"SecurityEnabled", false},
                                          {"SlowPeersReport", nullptr},
                                          {"Time", int64_t{0}},
                                          {"Load", 0.5},
                                          {"List", Json{"[{\"key\":\"a\",\"value\":1}]"}}};
                      },
                      {.modeler_type = "org.apache.NameNode", .only_jmx = true});
    registry.add_bean(
        "Hadoop:service=NameNode,name=RpcActivityForPort8020",
        [] { return Attributes{{"tag.port", std::string("8020")}, {"RpcQueueTimeNumOps", int64_t{3}}, {"Note", std::string("text")}}; },
        {.record = "rpc"});
    return true;
  }();
  static_cast<void>(added);
  return registry;
}

}  // namespace

TEST_CASE("a bean is printed as Hadoop's servlet prints it") {
  CHECK(two_beans().jmx_json("Hadoop:service=NameNode,name=NameNodeStatus") == R"({
  "beans" : [ {
    "name" : "Hadoop:service=NameNode,name=NameNodeStatus",
    "modelerType" : "org.apache.NameNode",
    "State" : "active",
    "SecurityEnabled" : false,
    "SlowPeersReport" : null,
    "Time" : 0,
    "Load" : 0.5,
    "List" : [ {
      "key" : "a",
      "value" : 1
    } ]
  } ]
})");
  CHECK(two_beans().jmx_json("foo") == "{ }");
  CHECK(two_beans().jmx_json("Hadoop:service=NameNode,name=None") == "{\n  \"beans\" : [ ]\n}");
}

TEST_CASE("one attribute can be asked for") {
  CHECK(two_beans().jmx_attribute_json("Hadoop:name=NameNodeStatus,service=NameNode::State") == R"({
  "beans" : [ {
    "name" : "Hadoop:service=NameNode,name=NameNodeStatus",
    "modelerType" : "org.apache.NameNode",
    "State" : "active"
  } ]
})");
  CHECK(two_beans().jmx_attribute_json("x") == "{\n  \"result\" : \"ERROR\",\n  \"message\" : \"query format is not as expected.\"\n}");
  CHECK(two_beans().jmx_attribute_json("Hadoop:name=NameNodeStatus,*::No").find("No attribute with name No was found.") !=
        std::string::npos);
}

TEST_CASE("object names match patterns whatever the order of their properties") {
  const std::string name = "Hadoop:service=NameNode,name=RpcActivityForPort8020";
  for (const auto* yes : {"Hadoop:*", "*:*", "Hadoop:service=NameNode,name=RpcActivityForPort*", "Hadoop:name=RpcActivityForPort80?0,*",
                          "H*:name=*,service=NameNode"}) {
    CHECK(object_name_matches(yes, name));
  }
  for (const auto* no : {"Hadoop:service=NameNode", "java.lang:*", "Hadoop:name=Rpc,*", "Hadoop", "Hadoop:service", ""}) {
    CHECK_FALSE(object_name_matches(no, name));
  }
}

TEST_CASE("Prometheus has the numbers of metrics' sources, by record, with tags as labels") {
  CHECK(two_beans().prometheus_text() == "# TYPE rpc_rpc_queue_time_num_ops gauge\nrpc_rpc_queue_time_num_ops{port=\"8020\"} 3\n");
}

TEST_CASE("doubles are written as Java writes them") {
  CHECK(java_double(0) == "0.0");
  CHECK(java_double(252) == "252.0");
  CHECK(java_double(26.832724) == "26.832724");
  CHECK(java_double(9.096918e-06) == "9.096918E-6");
  CHECK(java_double(1e7) == "1.0E7");
  CHECK(java_double(-1) == "-1.0");
}
