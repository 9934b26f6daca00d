#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tusker::nodemanager {

// What stands in a container's launch_container.sh (ContainerLaunch). Values are as the client sent them: they are written without
// escaping inside double quotes, since clients count on the shell's expansion, twice for commands.
struct LaunchScript {
  std::vector<std::pair<std::string, std::string>>
      inherited;  // whitelisted variables of the NodeManager, used where the application has none
  std::vector<std::pair<std::string, std::string>> node_variables;  // set by the NodeManager, in order; they win over the application's
  std::map<std::string, std::string> environment;                   // the application's
  std::vector<std::pair<std::string, std::string>> links;           // name in the work directory → local path
  std::vector<std::string> commands;                                // joined by spaces
  std::string log_directory;                                        // <LOG_DIR>
};

// "<LOG_DIR>", "<CPS>", "<ADD_OPENS>", "{{" and "}}" replaced, as in commands and values of variables.
std::string expand_variables(std::string text, const std::string& log_directory);

// The whole script for /bin/bash.
std::string write_launch_script(const LaunchScript& script);

// Names of `environment` such that one whose value refers to another ($NAME, ${NAME}) comes after it; cycles in name order.
std::vector<std::string> order_by_reference(const std::map<std::string, std::string>& environment);

}  // namespace tusker::nodemanager
