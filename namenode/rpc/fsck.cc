#include "namenode/rpc/fsck.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <set>

#include "namenode/model/placement.h"

namespace tusker::namenode {
namespace {

struct Options {
  bool files, blocks, locations, racks, open_files, only_corrupt;
};

struct Summary {
  int64_t directories = 0, files = 0, bytes = 0, blocks = 0, minimal = 0, over = 0, under = 0, misplaced = 0, replicas = 0,
          missing_blocks = 0, corrupt_blocks = 0, missing_replicas = 0, corrupt_files = 0, corrupt_bytes = 0;
};

std::string date_text(int64_t wall_ms) {
  const time_t seconds = wall_ms / 1000;
  tm parts{};
  ::localtime_r(&seconds, &parts);
  std::array<char, 64> text;
  return {text.data(), std::strftime(text.data(), text.size(), "%a %b %d %H:%M:%S %Z %Y", &parts)};
}

class Check {
 public:
  Check(Namesystem& ns, OpContext op, Options options) : ns_(ns), op_(std::move(op)), options_(options) {}

  Result<std::string> run(const std::string& path) {
    const ReadView view(ns_.engine(), kv::Tier::kAll);
    const auto at = resolve(view, op_.caller, path, PathUse::kRead);
    // To the superuser there is nothing below a file.
    if (!at && !(op_.caller.superuser && at.error().code() == StatusCode::kAccessControl)) return error(at.error());
    if (!at || !at->exists()) return error(StatusCode::kFileNotFound, fmt::format("File does not exist: {}", path));
    std::vector<std::pair<Inode, std::string>> todo = {{at->target(), at->path()}};
    while (!todo.empty()) {
      const auto [inode, here] = std::move(todo.back());
      todo.pop_back();
      if (inode.is_file()) {
        TRY_VOID(check_file(view, inode, here));
        continue;
      }
      ++sum_.directories;
      if (options_.files) out_ += here + " <dir>\n";
      std::vector<std::pair<Inode, std::string>> below;
      TRY_VOID(view.children(inode.id, "", [&, &path_here = here](Inode child) -> Result<bool> {
        const std::string path = (path_here == "/" ? "" : path_here) + "/" + child.name;
        below.emplace_back(std::move(child), path);
        return true;
      }));
      todo.insert(todo.end(), std::make_move_iterator(below.rbegin()), std::make_move_iterator(below.rend()));
    }
    return std::move(out_);
  }

  bool healthy() const { return sum_.missing_blocks + sum_.corrupt_blocks == 0; }
  const Summary& summary() const { return sum_; }

 private:
  Result<void> check_file(const View& view, const Inode& file, const std::string& path) {
    if (file.under_construction && !options_.open_files) return {};
    ++sum_.files;
    sum_.bytes += file.length;
    std::string problems;
    std::string lines;
    bool corrupt = false;
    for (size_t i = 0; i < file.blocks.size(); ++i) {
      TRY(const auto block, view.block(file.blocks[i]));
      if (!block || !block->is_complete()) continue;
      TRY_VOID(check_block(view, file, *block, i, path, problems, lines, corrupt));
    }
    sum_.corrupt_files += corrupt ? 1 : 0;
    sum_.corrupt_bytes += corrupt ? file.length : 0;
    if (options_.only_corrupt) {
      if (corrupt) out_ += path + "\n";
      return {};
    }
    if (options_.files) {
      out_ += fmt::format("{} {} bytes, replicated: replication={}, {} block(s): {}\n", path, file.length, file.replication,
                          file.blocks.size(), problems.empty() ? " OK" : problems);
      if (options_.blocks) out_ += lines + "\n";
    } else if (!problems.empty()) {
      out_ += fmt::format("\n{}: {}\n", path, problems);
    } else if (sum_.files % 100 == 0) {
      out_ += "\n";
    }
    return {};
  }

  Result<void> check_block(const View& view, const Inode& file, const BlockInfo& block, size_t index, const std::string& path,
                           std::string& problems, std::string& lines, bool& corrupt) {
    TRY(const auto replicas, view.replicas(block.id));
    std::vector<StorageId> live;
    int64_t bad = 0;
    for (const auto& r : replicas) {
      if (!op_.cluster->is_live(r.storage)) continue;
      if (r.is_good(block)) {
        live.push_back(r.storage);
      } else {
        ++bad;
      }
    }
    ++sum_.blocks;
    sum_.replicas += std::ssize(live);
    const std::string name = fmt::format("{}:blk_{}_{}", ns_.identity().block_pool_id, block.id.value, block.generation.value);
    if (live.empty()) {
      corrupt = true;
      ++(bad > 0 ? sum_.corrupt_blocks : sum_.missing_blocks);
      problems += fmt::format("{} block {}.\n", bad > 0 ? "CORRUPT" : "MISSING", name);
    } else {
      ++sum_.minimal;
      if (std::ssize(live) > file.replication) ++sum_.over;
      if (std::ssize(live) < file.replication) {
        ++sum_.under;
        sum_.missing_replicas += file.replication - std::ssize(live);
        problems += fmt::format(
            " Under replicated {}. Target Replicas is {} but found {} live replica(s), 0 decommissioned replica(s), 0 decommissioning "
            "replica(s).\n",
            name, file.replication, live.size());
      } else if (!racks_satisfied(*op_.cluster, live, file.replication)) {
        ++sum_.misplaced;
        problems +=
            fmt::format(" Replica placement policy is violated for {}. Block should be additionally replicated on 1 more rack(s).\n", name);
      }
    }
    lines += fmt::format("{}. {} len={} Live_repl={} ", index, name, block.bytes, live.size());
    if (options_.locations || options_.racks) lines += where(live);
    lines += "\n";
    static_cast<void>(path);
    return {};
  }

  std::string where(const std::vector<StorageId>& storages) const {
    std::string out = " [";
    for (size_t i = 0; i < storages.size(); ++i) {
      const Datanode* node = op_.cluster->node_of(storages[i]);
      out += i > 0 ? ", " : "";
      out += options_.racks
                 ? fmt::format("{}/{}", node->rack, node->xfer_address())
                 : fmt::format("DatanodeInfoWithStorage[{},{},DISK]", node->xfer_address(), op_.cluster->storage(storages[i])->uuid);
    }
    return out + "]";
  }

  Namesystem& ns_;
  OpContext op_;
  Options options_;
  Summary sum_;
  std::string out_;
};

// As Java prints a float: seven digits, and always a decimal.
std::string float_text(double value) {
  const std::string text = fmt::format("{:.7g}", value);
  return text.find_first_of(".e") == std::string::npos ? text + ".0" : text;
}

std::string percent_of(int64_t part, int64_t whole) {
  return whole == 0 ? "" : fmt::format(" ({} %)", float_text(100.0 * static_cast<double>(part) / static_cast<double>(whole)));
}

std::string summary_text(const Summary& s, const ClusterView& cluster, const Settings& settings, const BlockHealth& health, bool healthy) {
  std::set<std::string> racks;
  int64_t alive = 0;
  for (const auto& node : cluster.nodes) {
    if (!node->alive) continue;
    ++alive;
    racks.insert(node->rack);
  }
  const double average = s.blocks == 0 ? 0.0 : static_cast<double>(s.replicas) / static_cast<double>(s.blocks);
  std::string out =
      fmt::format("\nStatus: {}\n Number of data-nodes:\t{}\n Number of racks:\t\t{}\n Total dirs:\t\t\t{}\n Total symlinks:\t\t0\n\n",
                  healthy ? "HEALTHY" : "CORRUPT", alive, racks.size(), s.directories);
  out +=
      fmt::format("Replicated Blocks:\n Total size:\t{} B\n Total files:\t{}\n Total blocks (validated):\t{}", s.bytes, s.files, s.blocks);
  if (s.blocks > 0) out += fmt::format(" (avg. block size {} B)", s.bytes / s.blocks);
  if (!healthy) {
    out += fmt::format(
        "\n  ********************************\n  UNDER MIN REPL'D BLOCKS:\t{}{}\n  CORRUPT FILES:\t{}\n  CORRUPT BLOCKS: \t{}\n  CORRUPT "
        "SIZE:\t\t{} B\n"
        "  ********************************",
        s.missing_blocks + s.corrupt_blocks, percent_of(s.missing_blocks + s.corrupt_blocks, s.blocks), s.corrupt_files,
        s.missing_blocks + s.corrupt_blocks, s.corrupt_bytes);
  }
  out += fmt::format(
      "\n Minimally replicated blocks:\t{}{}\n Over-replicated blocks:\t{}{}\n Under-replicated blocks:\t{}{}\n Mis-replicated "
      "blocks:\t\t{}{}\n",
      s.minimal, percent_of(s.minimal, s.blocks), s.over, percent_of(s.over, s.blocks), s.under, percent_of(s.under, s.blocks), s.misplaced,
      percent_of(s.misplaced, s.blocks));
  out += fmt::format(
      " Default replication factor:\t{}\n Average block replication:\t{}\n Missing blocks:\t\t{}\n Corrupt blocks:\t\t{}\n Missing "
      "replicas:\t\t{}{}\n"
      " Blocks queued for replication:\t{}\n",
      settings.replication, float_text(average), s.missing_blocks, s.corrupt_blocks, s.missing_replicas,
      percent_of(s.missing_replicas, s.replicas + s.missing_replicas), health.low_redundancy);
  out +=
      "\nErasure Coded Block Groups:\n Total size:\t0 B\n Total files:\t0\n Total block groups (validated):\t0\n Minimally erasure-coded "
      "block groups:\t0\n"
      " Over-erasure-coded block groups:\t0\n Under-erasure-coded block groups:\t0\n Unsatisfactory placement block groups:\t0\n"
      " Average block group size:\t0.0\n Missing block groups:\t\t0\n Corrupt block groups:\t\t0\n Missing internal blocks:\t0\n Blocks "
      "queued for replication:\t0\n";
  return out;
}

std::string checked(Namesystem& ns, const OpContext& op, const std::string& path, const Options& options, const std::string& remote,
                    int64_t started_ms) {
  Check check(ns, op, options);
  std::string out =
      fmt::format("FSCK started by {} (auth:SIMPLE) from /{} for path {} at {}\n", op.caller.name, remote, path, date_text(started_ms));
  auto body = check.run(path);
  if (!body) return out + fmt::format("Path '{}' does not exist\n", path);
  out += *body;
  if (options.only_corrupt) {
    return out + (check.healthy()
                      ? fmt::format("\n\nThe filesystem under path '{}' has no CORRUPT files\n", path)
                      : fmt::format("\n\nThe filesystem under path '{}' has {} CORRUPT files\n", path, check.summary().corrupt_files));
  }
  out += summary_text(check.summary(), *op.cluster, ns.settings(), ns.block_health(), check.healthy());
  const int64_t now = ns.env().clock.wall_ms();
  return out + fmt::format("FSCK ended at {} in {} milliseconds\n\n\nThe filesystem under path '{}' is {}\n", date_text(now),
                           now - started_ms, path, check.healthy() ? "HEALTHY" : "CORRUPT");
}

constexpr int kAtOnceMax = 2;  // each walks the namespace, and builds its answer in memory

Task<net::HttpResponse> serve_fsck(Namesystem* ns, security::Groups* groups, std::shared_ptr<std::atomic<int>> running,
                                   net::HttpRequest request) {
  struct Leave {
    std::atomic<int>& count;
    ~Leave() { --count; }
  };
  const int others = (*running)++;
  const Leave leave{*running};
  OpContext op;
  op.caller.name = request.parameter("ugi", request.parameter("user.name", "dr.who"));
  op.caller.groups = co_await groups->of(op.caller.name);
  op.caller.superuser = op.caller.name == ns->settings().superuser ||
                        std::ranges::find(op.caller.groups, ns->settings().supergroup) != op.caller.groups.end();
  op.caller.checks_permissions = ns->settings().permissions_enabled;
  op.cluster = ns->cluster_view();
  net::HttpResponse response;
  if (auto allowed = check_superuser(op.caller, "fsck"); !allowed) {
    response.status = 403;
    response.body = allowed.error().message() + "\n";
    co_return response;
  }
  if (others >= kAtOnceMax) {
    response.status = 503;
    response.body = "fsck runs already, more than once; try again later\n";
    co_return response;
  }
  const auto asked = [&request](const char* name) { return request.query.contains(name); };
  const Options options{asked("files"), asked("blocks"),       asked("locations"),
                        asked("racks"), asked("openforwrite"), asked("listcorruptfileblocks")};
  const std::string path = request.parameter("path", "/");
  const std::string remote = request.remote.host;
  const int64_t started = ns->env().clock.wall_ms();
  response.body = co_await run_on(ns->env().disk_pool,
                                  [ns, op, path, options, remote, started] { return checked(*ns, op, path, options, remote, started); });
  co_return response;
}

}  // namespace

void add_fsck(net::HttpServer& server, Namesystem& ns, security::Groups& groups) {
  server.route("/fsck", [&ns, &groups, running = std::make_shared<std::atomic<int>>(0)](net::HttpRequest request) {
    return serve_fsck(&ns, &groups, running, std::move(request));
  });
}

}  // namespace tusker::namenode
