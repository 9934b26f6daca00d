#include "nodemanager/exec/launch_script.h"

#include "nodemanager/exec/launcher_process.h"
#include "nodemanager/model/container.h"
#include "tests/support/catch.h"

using namespace tusker;
using namespace tusker::nodemanager;

TEST_CASE("Hadoop's placeholders are replaced, in commands and in values") {
  CHECK(expand_variables("{{JAVA_HOME}}/bin/java -cp a<CPS>b 1><LOG_DIR>/stdout", "/logs/c") ==
        "$JAVA_HOME/bin/java -cp a:b 1>/logs/c/stdout");
  CHECK(expand_variables("<ADD_OPENS>", "").starts_with("--add-opens=java.base/java.lang=ALL-UNNAMED"));
}

TEST_CASE("a variable comes after those that its value names") {
  CHECK(order_by_reference({{"A", "$Z:x"}, {"B", "1"}, {"Z", "${B}y"}, {"ZZ", "q"}}) == std::vector<std::string>{"B", "Z", "A", "ZZ"});
  CHECK(order_by_reference({{"A", "$B"}, {"B", "$A"}}).size() == 2);  // a cycle ends
}

TEST_CASE("the script sets up what a container expects, in Hadoop's order") {
  LaunchScript script;
  script.inherited = {{"JAVA_HOME", "/java"}, {"PATH", "/bin"}};
  script.node_variables = {{"CONTAINER_ID", "container_1"}, {"PWD", "/work"}};
  script.environment = {{"JAVA_HOME", "/mine"}, {"CLASSPATH", "{{PWD}}/*"}, {"PWD", "/forged"}};
  script.links = {{"job.jar", "/cache/10/it's.jar"}, {"sub/dir/file", "/cache/11/file"}};
  script.commands = {"java", "Main", "1><LOG_DIR>/stdout"};
  script.log_directory = "/logs/c";
  const std::string text = write_launch_script(script);
  CHECK(text.starts_with("#!/bin/bash\n\nset -o pipefail -e\n"));
  CHECK(text.find("export PATH=${PATH:-\"/bin\"}\n") != std::string::npos);
  CHECK(text.find("export JAVA_HOME=\"/mine\"\n") != std::string::npos);
  CHECK(text.find("/java") == std::string::npos);
  CHECK(text.find("/forged") == std::string::npos);
  CHECK(text.find("export CLASSPATH=\"$PWD/*\"\n") != std::string::npos);
  CHECK(text.find("ln -sf -- '/cache/10/it'\\''s.jar' 'job.jar'\n") != std::string::npos);
  CHECK(text.find("mkdir -p 'sub/dir'\nln -sf -- '/cache/11/file' 'sub/dir/file'\n") != std::string::npos);
  CHECK(text.ends_with("exec /bin/bash -c \"java Main 1>/logs/c/stdout\"\n"));
}

TEST_CASE("packets of the launcher come back, and broken ones are refused") {
  LauncherRequest request{LauncherRequest::Kind::kSignal, 7, 15, "/script", "/dir", "cookie", ""};
  const std::string packet = encode(request);
  auto back = decode_request(packet);
  REQUIRE(back);
  CHECK(back->process == 7);
  CHECK(back->signal == 15);
  CHECK(back->directory == "/dir");
  for (size_t length = 0; length < packet.size(); ++length) CHECK_FALSE(decode_request(std::string_view(packet).substr(0, length)));
  auto event = decode_event(encode(LauncherEvent{LauncherEvent::Kind::kExited, 9, 143}));
  REQUIRE(event);
  CHECK(event->value == 143);
  CHECK_FALSE(decode_event("\x09"));
}

TEST_CASE("a container ends with the reason of its kill, whatever the signal left") {
  Container container({{{1, 2}, 1}, 3}, "u", {128, 1});
  container.launching();
  container.started();
  CHECK(container.kill(yarn::exit_status::kKilledByAppMaster, "Container killed by the ApplicationMaster.", 1000));
  CHECK(container.kill(yarn::exit_status::kAborted, "another reason", 1001));
  container.ended(143, "tail of stderr", 1002);
  CHECK(container.done());
  CHECK(container.exit_status() == yarn::exit_status::kKilledByAppMaster);
  CHECK(container.diagnostics().find("another") == std::string::npos);
  CHECK(container.diagnostics().find("Container killed on request. Exit code is 143") != std::string::npos);
  CHECK_FALSE(container.kill(1, "late", 2000));
}

TEST_CASE("a container that hasn't begun is done when it is killed, and long diagnostics lose their beginning") {
  Container container({{{1, 2}, 1}, 3}, "u", {128, 1});
  container.set_diagnostics_bytes_max(100);
  CHECK_FALSE(container.kill(yarn::exit_status::kKilledByResourceManager, std::string(500, 'x') + "end", 0));
  CHECK(container.exit_status() == yarn::exit_status::kKilledByResourceManager);
  CHECK(container.diagnostics().size() == 100);
  CHECK(container.diagnostics().ends_with("end\n"));
  container.failed(yarn::exit_status::kInvalid, "too late", 1);
  CHECK(container.exit_status() == yarn::exit_status::kKilledByResourceManager);
}
