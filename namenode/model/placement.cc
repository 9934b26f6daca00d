#include "namenode/model/placement.h"

#include <algorithm>
#include <set>

namespace tusker::namenode {
namespace {

using Below = std::function<uint64_t(uint64_t)>;

constexpr double kLoadFactor = 2.0;  // dfs.namenode.redundancy.considerLoad.factor

// The state of one choice: what is taken, what each rack has.
class Chooser {
 public:
  Chooser(const ClusterView& cluster, const PlacementRequest& request, const Below& below)
      : cluster_(cluster), request_(request), below_(below) {
    uint64_t xceivers = 0;
    size_t alive = 0;
    std::set<std::string> racks;
    for (const auto& node : cluster.nodes) {
      if (!node->alive) continue;
      ++alive;
      xceivers += node->xceivers;
      racks.insert(node->rack);
    }
    racks_ = std::max<size_t>(1, racks.size());
    load_max_ = alive == 0 ? 0 : kLoadFactor * static_cast<double>(xceivers) / static_cast<double>(alive);
    total_ = static_cast<size_t>(request.replicas) + request.existing.size();
    rack_max_ = racks_ == 1 ? total_ : (total_ - 1) / racks_ + 2;
    if (racks_ > 1 && rack_max_ == total_) --rack_max_;
    for (const StorageId id : request.existing) {
      if (const Datanode* node = cluster.node_of(id)) take_rack(*node);
    }
  }

  std::vector<StorageId> run() {
    for (const auto& favored : request_.favored) {
      if (!wants_more()) break;
      take_first(
          [&](const Datanode& n) { return favored == n.xfer_address() || favored == n.host_name + ":" + std::to_string(n.xfer_port); });
    }
    const size_t placed = request_.existing.size();
    if (wants_more() && placed + chosen_.size() == 0) choose_first();
    if (wants_more() && taken_.size() == 1) choose_second();
    if (wants_more() && taken_.size() == 2) choose_third();
    while (wants_more() && take_random([](const Datanode&) { return true; })) {
    }
    return chosen_;
  }

 private:
  bool wants_more() const { return chosen_.size() < static_cast<size_t>(request_.replicas); }

  void take_rack(const Datanode& node) {
    taken_.push_back(&node);
    ++per_rack_[node.rack];
  }

  // A storage of the node with room for the block, the emptiest first; null when the node can't take it.
  const Storage* room_on(const Datanode& node) const {
    const Storage* best = nullptr;
    for (const auto& s : node.storages) {
      if (s.failed || s.remaining < request_.block_bytes) continue;
      if (best == nullptr || s.remaining > best->remaining) best = &s;
    }
    if (best != nullptr && node.remaining() - node.scheduled.count() * request_.block_bytes < request_.block_bytes) return nullptr;
    return best;
  }

  bool is_good(const Datanode& node, bool check_load) const {
    if (!node.alive || !node.registered || std::ranges::find(taken_, &node) != taken_.end()) return false;
    if (std::ranges::find(request_.excluded_uuids, node.uuid) != request_.excluded_uuids.end()) return false;
    if (check_load && node.xceivers > 16 && static_cast<double>(node.xceivers) > load_max_) return false;
    const auto rack = per_rack_.find(node.rack);
    if (rack != per_rack_.end() && rack->second >= rack_max_) return false;
    return room_on(node) != nullptr;
  }

  bool take(const Datanode& node) {
    chosen_.push_back(room_on(node)->id);
    take_rack(node);
    return true;
  }

  template <class Fits>
  bool take_first(const Fits& fits) {
    for (const auto& node : cluster_.nodes) {
      if (fits(*node) && is_good(*node, false)) return take(*node);
    }
    return false;
  }

  template <class Fits>
  bool take_random(const Fits& fits) {
    for (const bool check_load : {true, false}) {
      std::vector<const Datanode*> candidates;
      for (const auto& node : cluster_.nodes) {
        if (fits(*node) && is_good(*node, check_load)) candidates.push_back(node.get());
      }
      if (!candidates.empty()) return take(*candidates[below_(candidates.size())]);
    }
    return false;
  }

  void choose_first() {
    if (!request_.avoid_writer && take_first([&](const Datanode& n) { return n.ip == request_.writer_ip; })) return;
    take_random([](const Datanode&) { return true; });
  }
  void choose_second() {
    const std::string rack = taken_[0]->rack;
    if (!take_random([&](const Datanode& n) { return n.rack != rack; })) take_random([](const Datanode&) { return true; });
  }
  void choose_third() {
    const bool same = taken_[0]->rack == taken_[1]->rack;
    // Replicas that exist already and share a rack need another one; fresh ones keep the second's rack, so that one link is crossed.
    const std::string rack = taken_[1]->rack;
    const auto fits = [&](const Datanode& n) { return same ? n.rack != rack : n.rack == rack; };
    if (!take_random(fits)) take_random([](const Datanode&) { return true; });
  }

  const ClusterView& cluster_;
  const PlacementRequest& request_;
  const Below& below_;
  size_t racks_ = 1;
  size_t total_ = 0;
  size_t rack_max_ = 0;
  double load_max_ = 0;
  std::vector<const Datanode*> taken_;
  std::map<std::string, size_t> per_rack_;
  std::vector<StorageId> chosen_;
};

// Greedy shortest path from the writer: itself, its rack, then the other rack's nodes side by side.
void order_pipeline(const ClusterView& cluster, const std::string& writer_ip, std::vector<StorageId>& targets) {
  std::string rack;
  for (const auto& node : cluster.nodes) {
    if (node->ip == writer_ip) rack = node->rack;
  }
  for (size_t i = 0; i < targets.size(); ++i) {
    const auto cost = [&](StorageId id) {
      const Datanode* node = cluster.node_of(id);
      if (i == 0 && node->ip == writer_ip) return 0;
      return node->rack == rack ? 1 : 2;
    };
    const auto at = targets.begin() + static_cast<ptrdiff_t>(i);
    const auto best = std::min_element(at, targets.end(), [&](StorageId a, StorageId b) { return cost(a) < cost(b); });
    std::rotate(at, best, best + 1);
    rack = cluster.node_of(targets[i])->rack;
  }
}

}  // namespace

std::vector<StorageId> choose_targets(const ClusterView& cluster, const PlacementRequest& request, const Below& below) {
  std::vector<StorageId> targets;
  if (request.avoid_writer) {
    PlacementRequest elsewhere = request;
    for (const auto& node : cluster.nodes) {
      if (node->ip == request.writer_ip) elsewhere.excluded_uuids.push_back(node->uuid);
    }
    targets = Chooser(cluster, elsewhere, below).run();
  }
  if (targets.size() < static_cast<size_t>(request.replicas)) targets = Chooser(cluster, request, below).run();
  order_pipeline(cluster, request.writer_ip, targets);
  return targets;
}

std::vector<StorageId> choose_excess(const ClusterView& cluster, std::vector<StorageId> replicas, int excess) {
  std::vector<StorageId> out;
  for (; excess > 0 && replicas.size() > 1; --excess) {
    std::map<std::string, int> per_rack;
    std::map<std::string, int> per_node;
    for (const StorageId id : replicas) {
      const Datanode* node = cluster.node_of(id);
      ++per_rack[node->rack];
      ++per_node[node->uuid];
    }
    const auto rank = [&](StorageId id) {
      const Datanode* node = cluster.node_of(id);
      return std::tuple(-per_node[node->uuid], per_rack[node->rack] > 1 ? 0 : 1, cluster.storage(id)->remaining);
    };
    const auto worst = std::ranges::min_element(replicas, [&](StorageId a, StorageId b) { return rank(a) < rank(b); });
    out.push_back(*worst);
    replicas.erase(worst);
  }
  return out;
}

void sort_by_distance(const ClusterView& cluster, const std::string& reader_ip, const std::string& reader_rack,
                      std::vector<StorageId>& storages, const Below& below) {
  for (size_t i = storages.size(); i > 1; --i) std::swap(storages[i - 1], storages[below(i)]);
  std::ranges::stable_sort(storages, {}, [&](StorageId id) {
    const Datanode* node = cluster.node_of(id);
    if (node == nullptr || !node->alive) return 3;
    if (node->ip == reader_ip) return 0;
    return node->rack == reader_rack ? 1 : 2;
  });
}

bool racks_satisfied(const ClusterView& cluster, const std::vector<StorageId>& replicas, int wanted) {
  std::set<std::string> all;
  std::set<std::string> used;
  for (const auto& node : cluster.nodes) {
    if (node->alive) all.insert(node->rack);
  }
  for (const StorageId id : replicas) {
    if (const Datanode* node = cluster.node_of(id)) used.insert(node->rack);
  }
  return wanted < 2 || all.size() < 2 || used.size() >= 2;
}

}  // namespace tusker::namenode
