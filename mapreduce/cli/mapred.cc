#include "mapreduce/cli/mapred.h"

#include <cstdio>

#include <fmt/format.h>

#include "mapreduce/am/app_master.h"
#include "mapreduce/cli/job_command.h"
#include "mapreduce/cli/run_command.h"
#include "mapreduce/cli/task_command.h"

namespace tusker::mapreduce {
namespace {

constexpr std::string_view kUsage =
    "Usage: mapred COMMAND [ARGUMENTS]\n"
    "  run LIBRARY [-conf FILE] [-D key=value]... [-input PATH[,PATH]...] [-output PATH] [-reducers N] [the job's arguments]\n"
    "                  run a job: a shared library that exports TUSKER_JOB (docs/mapreduce.md)\n"
    "  job …           list, look at and kill jobs\n"
    "  version         print the version\n";

}  // namespace

int mapred(const std::vector<std::string>& arguments) {
  const std::string command = arguments.empty() ? "" : arguments[0];
  const std::vector<std::string> rest(arguments.begin() + (arguments.empty() ? 0 : 1), arguments.end());
  const bool asked = command == "-h" || command == "-help" || command == "--help" ||
                     (rest.size() == 1 && (rest[0] == "-h" || rest[0] == "-help" || rest[0] == "--help"));
  if (asked) {
    fmt::print("{}", kUsage);
    return 0;
  }
  if (command == "run") return run_command(rest);
  if (command == "job") return job_command(rest);
  if (command == "appmaster") return run_app_master(rest);
  if (command == "task") return task_command(rest);
  if (command == "version" || command == "-version" || command == "--version") {
    fmt::print("Hadoop 3.5.0\nTusker {}\n", TUSKER_VERSION);
    return 0;
  }
  fmt::print(stderr, "{}", kUsage);
  return 255;
}

}  // namespace tusker::mapreduce
