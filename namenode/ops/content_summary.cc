#include <algorithm>

#include "namenode/model/storage_policy.h"
#include "namenode/ops/operations.h"
#include "namenode/ops/quota.h"
#include "namenode/ops/sub_access.h"

namespace tusker::namenode {
namespace {

bool walks(const Caller& caller) { return !caller.superuser && caller.checks_permissions; }

// INodeDirectory.computeDirectoryContentSummary asks for READ_EXECUTE of each directory, in the order of names.
Result<void> check_readable(const View& view, const Caller& caller, const Inode& root, const std::string& root_path) {
  std::vector<std::pair<Inode, std::string>> todo = {{root, root_path}};
  while (!todo.empty()) {
    const auto [directory, here] = std::move(todo.back());
    todo.pop_back();
    TRY_VOID(check_access(caller, directory, here, Access::kReadExecute));
    TRY(const Usage usage, view.usage(directory.id));
    if (usage.directories <= 1) continue;  // no directories below
    const auto first = static_cast<ptrdiff_t>(todo.size());
    TRY_VOID(view.children(directory.id, "", [&, &path_here = here](Inode child) -> Result<bool> {
      if (!child.is_directory()) return true;
      std::string child_path = (path_here == "/" ? "" : path_here) + "/" + child.name;
      todo.emplace_back(std::move(child), std::move(child_path));
      return true;
    }));
    std::reverse(todo.begin() + first, todo.end());
  }
  return {};
}

// What a resolved path's target sums up to.
Result<ContentSummary> summary_of(const View& view, const Resolved& at) {
  ContentSummary out;
  const Inode& target = at.target();
  out.is_file = target.is_file();
  out.quota = target.quota;
  if (target.is_file()) {
    TRY(out.usage, usage_of(view, target));
  } else {
    TRY(out.usage, view.usage(target.id));
  }
  const uint8_t policy = effective_policy(at.chain, at.chain.size() - 1);
  out.type_lengths = type_length(out.usage, policy);
  out.type_space = type_space(out.usage, policy);
  return out;
}

}  // namespace

Result<ContentSummary> get_content_summary(const View& view, const Caller& caller, const std::string& path) {
  TRY(auto at, resolve_existing(view, caller, path, PathUse::kRead, "File does not exist: "));
  if (at.target().is_directory() && walks(caller)) TRY_VOID(check_readable(view, caller, at.target(), at.path()));
  return summary_of(view, at);
}

// FSDirStatAndListingOp.getQuotaUsage.
Result<ContentSummary> get_quota_usage(const View& view, const Caller& caller, const std::string& path) {
  TRY(auto at, resolve_existing(view, caller, path, PathUse::kRead, "File/Directory does not exist: "));
  TRY_VOID(check_sub_access(view, caller, at.target(), at.path(), Access::kReadExecute, false));
  return summary_of(view, at);
}

}  // namespace tusker::namenode
