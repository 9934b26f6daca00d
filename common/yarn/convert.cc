#include "common/yarn/convert.h"

namespace tusker::yarn {

ApplicationId from_proto(const hadoop::yarn::ApplicationIdProto& proto) { return {proto.cluster_timestamp(), proto.id()}; }

ApplicationAttemptId from_proto(const hadoop::yarn::ApplicationAttemptIdProto& proto) {
  return {from_proto(proto.application_id()), proto.attemptid()};
}

ContainerId from_proto(const hadoop::yarn::ContainerIdProto& proto) { return {from_proto(proto.app_attempt_id()), proto.id()}; }

NodeId from_proto(const hadoop::yarn::NodeIdProto& proto) { return {proto.host(), proto.port()}; }

namespace {

// A memory value in MB, by its unit as Hadoop writes it. Unknown units count as MiB.
int64_t memory_mb(int64_t value, const std::string& units) {
  if (units == "Gi") return value * 1024;
  if (units == "G") return value * 1000000000 / (1 << 20);
  if (units == "M") return value * 1000000 / (1 << 20);
  if (units == "Ki") return value / 1024;
  return value;
}

}  // namespace

Resource from_proto(const hadoop::yarn::ResourceProto& proto) {
  Resource resource{proto.memory(), proto.virtual_cores()};
  for (const auto& entry : proto.resource_value_map()) {
    if (entry.key() == "memory-mb") resource.memory_mb = memory_mb(entry.value(), entry.units());
    if (entry.key() == "vcores") resource.vcores = static_cast<int32_t>(entry.value());
  }
  return resource;
}

hadoop::yarn::ApplicationIdProto to_proto(const ApplicationId& id) {
  hadoop::yarn::ApplicationIdProto proto;
  proto.set_id(id.id);
  proto.set_cluster_timestamp(id.cluster_timestamp);
  return proto;
}

hadoop::yarn::ApplicationAttemptIdProto to_proto(const ApplicationAttemptId& id) {
  hadoop::yarn::ApplicationAttemptIdProto proto;
  *proto.mutable_application_id() = to_proto(id.application);
  proto.set_attemptid(id.attempt);
  return proto;
}

hadoop::yarn::ContainerIdProto to_proto(const ContainerId& id) {
  hadoop::yarn::ContainerIdProto proto;
  *proto.mutable_app_attempt_id() = to_proto(id.attempt);
  proto.set_id(id.id);
  return proto;
}

hadoop::yarn::NodeIdProto to_proto(const NodeId& id) {
  hadoop::yarn::NodeIdProto proto;
  proto.set_host(id.host);
  proto.set_port(id.port);
  return proto;
}

hadoop::yarn::ResourceProto to_proto(const Resource& resource) {
  hadoop::yarn::ResourceProto proto;
  proto.set_memory(resource.memory_mb);
  proto.set_virtual_cores(resource.vcores);
  auto* memory = proto.add_resource_value_map();
  memory->set_key("memory-mb");
  memory->set_value(resource.memory_mb);
  memory->set_units("Mi");
  memory->set_type(hadoop::yarn::COUNTABLE);
  auto* vcores = proto.add_resource_value_map();
  vcores->set_key("vcores");
  vcores->set_value(resource.vcores);
  vcores->set_units("");
  vcores->set_type(hadoop::yarn::COUNTABLE);
  return proto;
}

}  // namespace tusker::yarn
