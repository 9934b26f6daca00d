#include "resourcemanager/model/node.h"

namespace tusker::resourcemanager {

std::string_view name_of(NodeState state) {
  switch (state) {
    case NodeState::kRunning:
      return "RUNNING";
    case NodeState::kUnhealthy:
      return "UNHEALTHY";
    case NodeState::kLost:
      return "LOST";
    case NodeState::kRebooted:
      return "REBOOTED";
    case NodeState::kShutdown:
      return "SHUTDOWN";
  }
  return "";
}

}  // namespace tusker::resourcemanager
