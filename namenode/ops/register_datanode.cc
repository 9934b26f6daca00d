#include <fmt/format.h>

#include "common/log/log.h"
#include "namenode/ops/datanode_operations.h"

namespace tusker::namenode {

Result<void> register_datanode(Namesystem& ns, Transaction& tx, const Datanode& registration) {
  if (registration.uuid.empty())
    return error(StatusCode::kDisallowedDatanode, "Datanode denied communication with namenode: it has no uuid");
  std::vector<std::string> replaced;
  const Datanode& node = ns.cluster().add(registration, ns.now_ms(), tx.now_ms(), replaced);
  for (const auto& uuid : replaced) tx.put(kDatanodeFamily, uuid, encode(*ns.cluster().find(uuid)));
  tx.put(kDatanodeFamily, node.uuid, encode(node));
  ns.publish_cluster();
  LOG_INFO("registered datanode {} ({}) at {} rack={}", node.xfer_address(), node.host_name, node.uuid, node.rack);
  return {};
}

Result<StorageId> storage_id(Namesystem& ns, Transaction& tx, const std::string& node_uuid, const std::string& storage_uuid) {
  Datanode* node = ns.cluster().find(node_uuid);
  if (node == nullptr)
    return error(StatusCode::kUnregisteredNode, fmt::format("Data node {} is not registered; register first", node_uuid));
  if (const Storage* known = Cluster::storage_of(*node, storage_uuid)) return known->id;
  Storage storage;
  storage.id = tx.next_storage();
  storage.uuid = storage_uuid;
  node->storages.push_back(storage);
  ns.cluster().index_storage(storage.id, node_uuid);
  // The number goes back if the operation fails, so memory must not keep it.
  tx.on_failure([&ns, node_uuid, id = storage.id] { ns.cluster().forget_storage(id, node_uuid); });
  tx.put(kDatanodeFamily, node->uuid, encode(*node));
  ns.publish_cluster();
  return storage.id;
}

}  // namespace tusker::namenode
