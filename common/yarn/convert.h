#pragma once

#include "common/base/yarn_ids.h"
#include "yarn/yarn_protos.pb.h"

// Identifiers and resources between their model types and their wire types. A field that the sender left out reads as zero or empty.

namespace tusker::yarn {

ApplicationId from_proto(const hadoop::yarn::ApplicationIdProto& proto);
ApplicationAttemptId from_proto(const hadoop::yarn::ApplicationAttemptIdProto& proto);
ContainerId from_proto(const hadoop::yarn::ContainerIdProto& proto);
NodeId from_proto(const hadoop::yarn::NodeIdProto& proto);
// The resource map wins over the two old fields, as in Java.
Resource from_proto(const hadoop::yarn::ResourceProto& proto);

hadoop::yarn::ApplicationIdProto to_proto(const ApplicationId& id);
hadoop::yarn::ApplicationAttemptIdProto to_proto(const ApplicationAttemptId& id);
hadoop::yarn::ContainerIdProto to_proto(const ContainerId& id);
hadoop::yarn::NodeIdProto to_proto(const NodeId& id);
// Both forms: the two old fields and the map with "memory-mb" (Mi) and "vcores".
hadoop::yarn::ResourceProto to_proto(const Resource& resource);

}  // namespace tusker::yarn
