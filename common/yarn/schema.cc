#include "common/yarn/schema.h"

#include <google/protobuf/descriptor.h>

#include "common/base/check.h"
#include "yarn/ResourceTracker.pb.h"
#include "yarn/applicationclient_protocol.pb.h"
#include "yarn/applicationmaster_protocol.pb.h"
#include "yarn/containermanagement_protocol.pb.h"

namespace tusker::yarn {
namespace {

// Naming the file's table makes the linker keep the file, whose services have no code of their own.
const google::protobuf::ServiceDescriptor* find(const void* file_table, const char* name) {
  CHECK_INVARIANT(file_table != nullptr);
  return google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
}

}  // namespace

const google::protobuf::ServiceDescriptor* application_client_service() {
  return find(&::descriptor_table_yarn_2fapplicationclient_5fprotocol_2eproto, "hadoop.yarn.ApplicationClientProtocolService");
}

const google::protobuf::ServiceDescriptor* application_master_service() {
  return find(&::descriptor_table_yarn_2fapplicationmaster_5fprotocol_2eproto, "hadoop.yarn.ApplicationMasterProtocolService");
}

const google::protobuf::ServiceDescriptor* container_management_service() {
  return find(&::descriptor_table_yarn_2fcontainermanagement_5fprotocol_2eproto, "hadoop.yarn.ContainerManagementProtocolService");
}

const google::protobuf::ServiceDescriptor* resource_tracker_service() {
  return find(&::descriptor_table_yarn_2fResourceTracker_2eproto, "hadoop.yarn.ResourceTrackerService");
}

}  // namespace tusker::yarn
