#pragma once

namespace google::protobuf {
class ServiceDescriptor;
}

// What the wire schema lists of each of YARN's protocols, for the method tables.

namespace tusker::yarn {

const google::protobuf::ServiceDescriptor* application_client_service();
const google::protobuf::ServiceDescriptor* application_master_service();
const google::protobuf::ServiceDescriptor* container_management_service();
const google::protobuf::ServiceDescriptor* resource_tracker_service();

}  // namespace tusker::yarn
