#include "namenode/model/acl.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>

namespace tusker::namenode {
namespace {

constexpr size_t kEntriesMax = 32;  // in each scope
constexpr size_t kMinimalEntries = 3;

auto key_of(const AclEntry& e) { return std::tie(e.scope, e.type, e.name); }
bool comes_before(const AclEntry& a, const AclEntry& b) { return key_of(a) < key_of(b); }
void sort(Acl& acl) { std::ranges::stable_sort(acl, comes_before); }

const AclEntry* find(const Acl& sorted, const AclEntry& key) {
  const auto it = std::ranges::lower_bound(sorted, key, comes_before);
  return it != sorted.end() && key_of(*it) == key_of(key) ? &*it : nullptr;
}

std::unexpected<Status> invalid(std::string text) { return error(StatusCode::kAclException, std::move(text)); }

Result<void> check_count(const Acl& acl) {
  for (const auto scope : {AclScope::kAccess, AclScope::kDefault}) {
    const auto count = std::ranges::count(acl, scope, &AclEntry::scope);
    if (static_cast<size_t>(count) > kEntriesMax) {
      return invalid(fmt::format("Invalid ACL: ACL has {} {} entries, which exceeds maximum of {}.", count,
                                 scope == AclScope::kAccess ? "access" : "default", kEntriesMax));
    }
  }
  return {};
}

// What a change knows of each scope while it puts the new ACL together.
struct Change {
  struct Scope {
    std::optional<AclEntry> mask;  // given by the caller, or there already
    bool mask_dirty = false;
    bool dirty = false;
  };
  Acl entries;
  std::array<Scope, 2> scopes;

  Scope& of(const AclEntry& e) { return scopes[static_cast<size_t>(e.scope)]; }
  void keep(const AclEntry& e) {
    if (e.type == AclType::kMask) {
      of(e).mask = e;
    } else {
      entries.push_back(e);
    }
  }
  void set(const AclEntry& e) {
    of(e).dirty = true;
    if (e.type == AclType::kMask) of(e).mask_dirty = true;
    keep(e);
  }
};

void copy_missing_defaults(Acl& acl) {
  sort(acl);
  if (!has_default_entries(acl)) return;
  Acl copied;
  for (const auto type : {AclType::kUser, AclType::kGroup, AclType::kOther}) {
    if (find(acl, {AclScope::kDefault, type, "", Access::kNone}) != nullptr) continue;
    const AclEntry* access = find(acl, {AclScope::kAccess, type, "", Access::kNone});
    if (access != nullptr) copied.push_back({AclScope::kDefault, type, "", access->permission});
  }
  acl.insert(acl.end(), copied.begin(), copied.end());
}

Result<void> add_masks(Change& change) {
  for (const auto scope : {AclScope::kAccess, AclScope::kDefault}) {
    bool found = false;
    bool needed = false;
    Access all = Access::kNone;
    for (const auto& e : change.entries) {
      if (e.scope != scope) continue;
      found = true;
      if (e.type == AclType::kGroup || !e.name.empty()) all = all | e.permission;
      needed = needed || !e.name.empty();
    }
    if (!found) continue;
    const auto& state = change.scopes[static_cast<size_t>(scope)];
    if (!state.mask && needed && state.mask_dirty) return invalid("Invalid ACL: mask is required and cannot be deleted.");
    if (state.mask && (!state.dirty || state.mask_dirty)) {
      change.entries.push_back(*state.mask);
    } else if (needed || state.mask) {
      change.entries.push_back({scope, AclType::kMask, "", all});
    }
  }
  return {};
}

Result<void> check_required(const Acl& acl) {
  const bool with_default = has_default_entries(acl);
  for (const auto type : {AclType::kUser, AclType::kGroup, AclType::kOther}) {
    if (find(acl, {AclScope::kAccess, type, "", Access::kNone}) == nullptr) {
      return invalid("Invalid ACL: the user, group and other entries are required.");
    }
    if (with_default && find(acl, {AclScope::kDefault, type, "", Access::kNone}) == nullptr) {
      return invalid("Invalid default ACL: the user, group and other entries are required.");
    }
  }
  return {};
}

Result<Acl> build(Acl acl) {
  sort(acl);
  const AclEntry* previous = nullptr;
  for (const auto& e : acl) {
    if (previous != nullptr && key_of(*previous) == key_of(e)) {
      return invalid("Invalid ACL: multiple entries with same scope, type and name.");
    }
    if (!e.name.empty() && (e.type == AclType::kMask || e.type == AclType::kOther)) {
      return invalid(fmt::format("Invalid ACL: this entry type must not have a name: {}.", acl_entry_text(e)));
    }
    previous = &e;
  }
  TRY_VOID(check_count(acl));
  TRY_VOID(check_required(acl));
  return acl;
}

Result<Acl> finish(Change change) {
  copy_missing_defaults(change.entries);
  TRY_VOID(add_masks(change));
  return build(std::move(change.entries));
}

Acl scope_of(const Acl& acl, AclScope scope) {
  Acl out;
  std::ranges::copy_if(acl, std::back_inserter(out), [scope](const AclEntry& e) { return e.scope == scope; });
  return out;
}

uint16_t mode_of(uint16_t sticky_from, Access owner, Access group, Access others) {
  return static_cast<uint16_t>((sticky_from & 01000) | static_cast<uint16_t>(owner) << 6 | static_cast<uint16_t>(group) << 3 |
                               static_cast<uint16_t>(others));
}

// Of access entries in order: the mode, and what is left for the inode's list.
StoredAcl split_access(uint16_t mode, const Acl& access) {
  const size_t n = access.size();
  // The last but one is the mask, or of a minimal ACL the owning group.
  StoredAcl out{mode_of(mode, access[0].permission, access[n - 2].permission, access[n - 1].permission), {}};
  if (n > kMinimalEntries) out.entries.assign(access.begin() + 1, access.end() - 2);
  return out;
}

// A default entry as an access entry of a child made with `mode`, which filters what stands for owner, group class and others.
AclEntry inherited(const AclEntry& from, uint16_t mode, bool minimal) {
  AclEntry out = from;
  out.scope = AclScope::kAccess;
  if (!from.name.empty()) return out;
  if (from.type == AclType::kUser) out.permission = from.permission & access_of(mode >> 6);
  if (from.type == AclType::kMask || (from.type == AclType::kGroup && minimal)) out.permission = from.permission & access_of(mode >> 3);
  if (from.type == AclType::kOther) out.permission = from.permission & access_of(mode);
  return out;
}

}  // namespace

std::string acl_entry_text(const AclEntry& e) {
  static constexpr std::array kTypes = {"user", "group", "mask", "other"};
  return fmt::format("{}{}:{}:{}", e.scope == AclScope::kDefault ? "default:" : "", kTypes[static_cast<size_t>(e.type)], e.name,
                     access_symbol(e.permission));
}

bool has_default_entries(const Acl& entries) { return std::ranges::find(entries, AclScope::kDefault, &AclEntry::scope) != entries.end(); }
bool has_access_entries(const Acl& entries) { return !entries.empty() && entries.front().scope == AclScope::kAccess; }

Result<Acl> merge_acl_entries(const Acl& existing, Acl spec) {
  sort(spec);
  TRY_VOID(check_count(spec));
  Change change;
  for (const auto& e : existing) {
    if (const AclEntry* given = find(spec, e)) {
      change.set(*given);
    } else {
      change.keep(e);
    }
  }
  for (const auto& e : spec) {
    if (find(existing, e) == nullptr) change.set(e);
  }
  return finish(std::move(change));
}

Result<Acl> filter_acl_entries(const Acl& existing, Acl spec) {
  sort(spec);
  TRY_VOID(check_count(spec));
  Change change;
  for (const auto& e : existing) {
    if (find(spec, e) == nullptr) {
      change.keep(e);
      continue;
    }
    change.of(e).dirty = true;
    if (e.type == AclType::kMask) change.of(e).mask_dirty = true;
  }
  return finish(std::move(change));
}

Result<Acl> filter_default_acl_entries(const Acl& existing) { return build(scope_of(existing, AclScope::kAccess)); }

Result<Acl> replace_acl_entries(const Acl& existing, Acl spec) {
  sort(spec);
  TRY_VOID(check_count(spec));
  Change change;
  for (const auto& e : spec) change.set(e);
  for (const auto& e : existing) {
    if (!change.of(e).dirty) change.keep(e);
  }
  return finish(std::move(change));
}

Acl logical_acl(uint16_t mode, const Acl& entries) {
  const AclEntry owner{AclScope::kAccess, AclType::kUser, "", access_of(mode >> 6)};
  const AclEntry others{AclScope::kAccess, AclType::kOther, "", access_of(mode)};
  Acl out = {owner};
  if (has_access_entries(entries)) {
    std::ranges::copy_if(entries, std::back_inserter(out), [](const AclEntry& e) { return e.scope == AclScope::kAccess; });
    out.push_back({AclScope::kAccess, AclType::kMask, "", access_of(mode >> 3)});
  } else {
    out.push_back({AclScope::kAccess, AclType::kGroup, "", access_of(mode >> 3)});
  }
  out.push_back(others);
  std::ranges::copy_if(entries, std::back_inserter(out), [](const AclEntry& e) { return e.scope == AclScope::kDefault; });
  return out;
}

StoredAcl store_acl(uint16_t mode, const Acl& acl) {
  StoredAcl out = split_access(mode, scope_of(acl, AclScope::kAccess));
  std::ranges::copy_if(acl, std::back_inserter(out.entries), [](const AclEntry& e) { return e.scope == AclScope::kDefault; });
  return out;
}

uint16_t mode_without_acl(uint16_t mode, const Acl& entries) {
  if (!has_access_entries(entries)) return mode;
  for (const auto& e : entries) {
    if (e.scope == AclScope::kAccess && e.type == AclType::kGroup && e.name.empty()) {
      return static_cast<uint16_t>((mode & ~070) | static_cast<uint16_t>(e.permission) << 3);
    }
  }
  return mode;
}

StoredAcl inherit_acl(const Acl& parent_entries, uint16_t mode, bool is_directory) {
  const Acl defaults = scope_of(parent_entries, AclScope::kDefault);
  if (defaults.empty()) return {mode, {}};
  const bool minimal = defaults.size() == kMinimalEntries;
  Acl access;
  for (const auto& e : defaults) access.push_back(inherited(e, mode, minimal));
  StoredAcl out = split_access(mode, access);
  if (is_directory) out.entries.insert(out.entries.end(), defaults.begin(), defaults.end());
  return out;
}

}  // namespace tusker::namenode
