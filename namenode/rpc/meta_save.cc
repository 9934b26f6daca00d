#include "namenode/rpc/meta_save.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace tusker::namenode {
namespace {

constexpr std::string_view kDefaultRack = "/default-rack";

// What the core knows beyond the rows.
struct Queues {
  std::vector<BlockId> waiting;
  std::vector<BlockId> missing;
  std::map<BlockId, RedundancyQueue::Pending> pending;
  int64_t blocks = 0;
  int64_t reconstruction_timeout_ms = 0;
  int64_t now_ms = 0;
};

Queues queues_of(Namesystem& ns) {
  Queues out;
  out.waiting = ns.redundancy().queued();
  for (const auto& [block, corrupt] : ns.redundancy().missing()) out.missing.push_back(block);
  out.pending = ns.redundancy().pending();
  out.blocks = ns.counters().blocks;
  out.reconstruction_timeout_ms = ns.settings().reconstruction_timeout_ms;
  out.now_ms = ns.now_ms();
  return out;
}

// StringUtils.byteDesc: "0 B", "28 KB", "955.66 GB".
std::string byte_text(int64_t bytes) {
  static constexpr std::array kUnits = {" B", " KB", " MB", " GB", " TB", " PB", " EB"};
  size_t unit = 0;
  auto value = static_cast<double>(bytes);
  while (std::abs(value) >= 1024 && unit + 1 < kUnits.size()) {
    value /= 1024;
    ++unit;
  }
  std::string number = fmt::format("{:.2f}", value);
  if (number.ends_with(".00")) number.resize(number.size() - 3);
  return number + kUnits[unit];
}

std::string amount(int64_t bytes) { return fmt::format("{}({})", bytes, byte_text(bytes)); }
std::string percent(int64_t part, int64_t whole) {
  return fmt::format("{:.2f}%", whole <= 0 ? 100.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

// One line of a node (DatanodeInfo.dumpDatanode); java.util.Date at its end.
std::string node_line(const Datanode& node) {
  const std::tm seen = fmt::localtime(static_cast<std::time_t>(node.last_heartbeat_wall_ms / 1000));
  return fmt::format("{}{} IN {} {} {} {} {} {} {} {} {:%a %b %d %H:%M:%S %Z %Y}\n", node.xfer_address(),
                     node.rack == kDefaultRack ? "" : " " + node.rack, amount(node.capacity()), amount(node.dfs_used()),
                     percent(node.dfs_used(), node.capacity()), amount(node.remaining()), amount(0), amount(0), percent(0, 0), amount(0),
                     seen);
}

// BlockManager.dumpBlockMeta.
Result<std::string> block_line(const View& view, const ClusterView& cluster, BlockId id) {
  TRY(const auto block, view.block(id));
  if (!block) return fmt::format("Block blk_{} is Null\n", id.value);
  TRY(const auto file, view.inode(block->file));
  std::optional<std::string> path;
  if (file) {
    TRY(path, view.path_of(*file));
  }
  TRY(const auto replicas, view.replicas(id));
  int64_t live = 0;
  int64_t corrupt = 0;
  std::string nodes;
  for (const auto& replica : replicas) {
    const Datanode* node = cluster.node_of(replica.storage);
    if (node == nullptr || !cluster.is_live(replica.storage)) continue;
    const bool good = replica.is_good(*block);
    ++(good ? live : corrupt);
    nodes += fmt::format(" {}{}{} : ", node->xfer_address(), good ? "" : "(corrupt)",
                         cluster.storage(replica.storage)->reported ? "" : " (block deletions maybe out of date)");
  }
  return fmt::format(
      "{}: blk_{}_{}{} (replicas: live: {} decommissioning and decommissioned: 0 corrupt: {} in excess: 0 maintenance mode: 0) {}\n",
      path.value_or("[orphaned]"), id.value, block->generation.value, live > 0 ? "" : " MISSING", live, corrupt, nodes);
}

struct Deletions {
  size_t blocks = 0;
  std::map<std::string, std::vector<std::string>> by_node;
};

Result<Deletions> deletions_of(const View& view, const ClusterView& cluster) {
  Deletions out;
  TRY_VOID(view.scan(kInvalidateFamily, "", "", [&](std::string_view key, std::string_view value) -> Result<bool> {
    const Datanode* node = cluster.node_of(storage_from(key));
    if (node == nullptr) return true;
    TRY(const DeletionOrder order, decode_deletion_order(value));
    ++out.blocks;
    out.by_node[node->xfer_address()].push_back(fmt::format("blk_{}_{}", id_from<BlockId>(key, 4).value, order.generation.value));
    return true;
  }));
  return out;
}

Result<std::string> corrupt_lines(const View& view, const ClusterView& cluster) {
  std::string out;
  TRY_VOID(view.scan(kReplicaFamily, "", "", [&](std::string_view key, std::string_view value) -> Result<bool> {
    const StorageId storage = storage_from(key, 8);
    TRY(const Replica replica, decode_replica(storage, value));
    const Datanode* node = cluster.node_of(storage);
    if (!replica.corrupt || node == nullptr) return true;
    TRY(const auto block, view.block(id_from<BlockId>(key)));
    if (!block) return true;
    TRY(const auto all, view.replicas(block->id));
    out += fmt::format("Block=blk_{}_{}\tSize={}\tNode={}\tStorageID={}\tStorageState={}\tTotalReplicas={}\tReason=CORRUPTION_REPORTED\n",
                       block->id.value, block->generation.value, block->bytes, node->xfer_address(), cluster.storage(storage)->uuid,
                       cluster.storage(storage)->failed ? "FAILED" : "NORMAL", all.size());
    return true;
  }));
  return out;
}

Result<std::string> report(const View& view, const ClusterView& cluster, const Queues& queues) {
  TRY(const Usage usage, view.usage(kRootInode));
  const int64_t names = usage.files + usage.directories;
  std::string out =
      fmt::format("{} files and directories, {} blocks = {} total filesystem objects\n", names, queues.blocks, names + queues.blocks);
  const auto alive = std::ranges::count_if(cluster.nodes, [](const auto& node) { return node->alive; });
  out += fmt::format("Live Datanodes: {}\nDead Datanodes: {}\n", alive, std::ssize(cluster.nodes) - alive);
  const auto add_blocks = [&](const std::vector<BlockId>& blocks) -> Result<void> {
    for (const BlockId id : blocks) {
      TRY(const auto line, block_line(view, cluster, id));
      out += line;
    }
    return {};
  };
  out += fmt::format("Metasave: Blocks waiting for reconstruction: {}\n", queues.waiting.size());
  TRY_VOID(add_blocks(queues.waiting));
  out += fmt::format("Metasave: Blocks currently missing: {}\n", queues.missing.size());
  TRY_VOID(add_blocks(queues.missing));
  out += "Mis-replicated blocks that have been postponed:\n";
  out += fmt::format("Metasave: Blocks being reconstructed: {}\n", queues.pending.size());
  for (const auto& [id, pending] : queues.pending) {
    const int64_t since_ms = pending.until_ms - queues.reconstruction_timeout_ms;
    out += fmt::format("blk_{} StartTime: {} ms ago NumReconstructInProgress: {}\n", id.value, queues.now_ms - since_ms, pending.copies);
  }
  TRY(const Deletions deletions, deletions_of(view, cluster));
  out += fmt::format("Metasave: Blocks {} waiting deletion from {} datanodes.\n", deletions.blocks, deletions.by_node.size());
  for (const auto& [node, blocks] : deletions.by_node) out += fmt::format("{}\n{}\n", node, fmt::join(blocks, ","));
  out += "Corrupt Blocks:\n";
  TRY(const auto corrupt, corrupt_lines(view, cluster));
  out += corrupt;
  out += fmt::format("Metasave: Number of datanodes: {}\n", cluster.nodes.size());
  for (const auto& node : cluster.nodes) out += node_line(*node);
  return out;
}

}  // namespace

Task<Result<void>> meta_save(Namesystem& ns, std::string file_name) {
  const auto queues = std::make_shared<const Queues>(co_await ns.on_core([&ns] { return queues_of(ns); }));
  const auto cluster = ns.cluster_view();
  const std::string& directory = ns.settings().log_directory;
  const std::string path = directory.empty() ? file_name : directory + "/" + file_name;
  co_return co_await run_on(ns.env().disk_pool, [&ns, queues, cluster, path]() -> Result<void> {
    TRY(const auto text, report(ReadView(ns.engine(), kv::Tier::kAll), *cluster, *queues));
    return ns.env().disk.replace_file(path, text);
  });
}

}  // namespace tusker::namenode
