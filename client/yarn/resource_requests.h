#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "common/base/yarn_ids.h"
#include "yarn/yarn_service_protos.pb.h"

namespace tusker::client {

// One container that an ApplicationMaster wants.
struct ContainerRequest {
  int32_t priority = 0;                // smaller is served first
  int64_t allocation_request_id = -1;  // comes back in the container. Its own for each request makes the match of request and node exact
  yarn::Resource capability;
  std::vector<std::string> hosts;  // as in BlockLocation::hosts; empty: anywhere
  std::vector<std::string>
      racks;  // of these hosts; without them a container comes from a host, or, once that has been waited for, from anywhere
  bool relax_locality = true;
};

// What an ApplicationMaster wants, as the counts that allocate() carries (the table in AMRMClientImpl): for each priority and request id a
// count for every host, every rack and "*". Counts are absolute, so what changed is sent whole. Pure; one thread at a time.
class ResourceRequestTable {
 public:
  void add(const ContainerRequest& request);
  // Takes a request back: it was satisfied, or isn't wanted any more. It must have been added with the same values.
  void remove(const ContainerRequest& request);
  // What changed since the last call, for AllocateRequestProto.ask.
  std::vector<hadoop::yarn::ResourceRequestProto> take_changes();
  // Everything wanted, after the ResourceManager lost its memory.
  std::vector<hadoop::yarn::ResourceRequestProto> all() const;
  // Containers wanted in all.
  int64_t pending() const { return pending_; }

 private:
  using Key = std::tuple<int32_t, int64_t, std::string>;  // priority, request id, resource name
  struct Ask {
    yarn::Resource capability;
    int32_t count = 0;
    bool relax_locality = true;
  };
  void change(const ContainerRequest& request, int32_t by);
  void change(const ContainerRequest& request, std::string name, bool relax, int32_t by);
  static hadoop::yarn::ResourceRequestProto to_proto(const Key& key, const Ask& ask);

  std::map<Key, Ask> asks_;
  std::set<Key> changed_;
  int64_t pending_ = 0;
};

}  // namespace tusker::client
