#pragma once

#include "nodemanager/model/container.h"
#include "yarn/yarn_server_common_service_protos.pb.h"

namespace tusker::nodemanager {

// A container as ApplicationMasters and, in heartbeats, the ResourceManager read it.
hadoop::yarn::ContainerStatusProto container_status(const Container& container);
// The same for a registration.
hadoop::yarn::NMContainerStatusProto registration_status(const Container& container);

}  // namespace tusker::nodemanager
