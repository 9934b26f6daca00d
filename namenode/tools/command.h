#pragma once

#include <string>
#include <vector>

namespace tusker::namenode {

// The `namenode` program: serves, or with -format makes an empty namespace (-force, -nonInteractive, -clusterid ID). Returns the exit code.
int run(const std::vector<std::string>& arguments);

}  // namespace tusker::namenode
