#include "client/yarn/resource_requests.h"

#include "common/base/check.h"
#include "common/yarn/convert.h"
#include "common/yarn/protocols.h"

namespace tusker::client {

void ResourceRequestTable::add(const ContainerRequest& request) {
  change(request, 1);
  ++pending_;
}

void ResourceRequestTable::remove(const ContainerRequest& request) {
  change(request, -1);
  --pending_;
}

void ResourceRequestTable::change(const ContainerRequest& request, int32_t by) {
  for (const std::string& host : request.hosts) change(request, host, true, by);
  for (const std::string& rack : request.racks) change(request, rack, request.relax_locality, by);
  change(request, std::string(yarn::kAnyHost), request.relax_locality, by);
}

void ResourceRequestTable::change(const ContainerRequest& request, std::string name, bool relax, int32_t by) {
  Key key{request.priority, request.allocation_request_id, std::move(name)};
  Ask& ask = asks_[key];
  ask.capability = request.capability;
  ask.relax_locality = relax;
  ask.count += by;
  CHECK_INVARIANT(ask.count >= 0);
  changed_.insert(std::move(key));
}

std::vector<hadoop::yarn::ResourceRequestProto> ResourceRequestTable::take_changes() {
  std::vector<hadoop::yarn::ResourceRequestProto> protos;
  for (const Key& key : changed_) {
    auto ask = asks_.find(key);
    protos.push_back(to_proto(key, ask->second));
    if (ask->second.count == 0) asks_.erase(ask);
  }
  changed_.clear();
  return protos;
}

std::vector<hadoop::yarn::ResourceRequestProto> ResourceRequestTable::all() const {
  std::vector<hadoop::yarn::ResourceRequestProto> protos;
  for (const auto& [key, ask] : asks_) protos.push_back(to_proto(key, ask));
  return protos;
}

hadoop::yarn::ResourceRequestProto ResourceRequestTable::to_proto(const Key& key, const Ask& ask) {
  hadoop::yarn::ResourceRequestProto proto;
  proto.mutable_priority()->set_priority(std::get<0>(key));
  proto.set_allocation_request_id(std::get<1>(key));
  proto.set_resource_name(std::get<2>(key));
  *proto.mutable_capability() = yarn::to_proto(ask.capability);
  proto.set_num_containers(ask.count);
  proto.set_relax_locality(ask.relax_locality);
  return proto;
}

}  // namespace tusker::client
