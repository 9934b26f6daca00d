#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "client/cli/hdfs/dfs/command.h"
#include "client/cli/text_format.h"

namespace tusker::cli::dfs {
namespace {

using hadoop::hdfs::ContentSummaryProto;
using hadoop::hdfs::QuotaUsageProto;
using hadoop::hdfs::StorageTypeProto;

// The storage types of "-t": all that can have a quota, or those named.
Result<std::vector<StorageTypeProto>> storage_types(std::string text) {
  using namespace hadoop::hdfs;
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  if (text.empty() || text == "ALL") return std::vector<StorageTypeProto>{SSD, DISK, ARCHIVE, PROVIDED, NVDIMM};
  std::vector<StorageTypeProto> out;
  for (size_t at = 0; at <= text.size();) {
    const size_t comma = std::min(text.find(',', at), text.size());
    StorageTypeProto type;
    const std::string name = text.substr(at, comma - at);
    if (!StorageTypeProto_Parse(name, &type)) {
      return error(StatusCode::kHadoopIllegalArgument, fmt::format("No enum constant org.apache.hadoop.fs.StorageType.{}", name));
    }
    out.push_back(type);
    at = comma + 1;
  }
  return out;
}

struct Options {
  bool quotas, human, usage_only, without_snapshots, policy, snapshots, by_type;
  std::vector<StorageTypeProto> types;

  std::string number(uint64_t v) const { return human ? human_size(static_cast<int64_t>(v)) : std::to_string(static_cast<int64_t>(v)); }
};

std::string quota_pair(const Options& options, int64_t quota, bool is_set, uint64_t used, size_t width, size_t rest_width) {
  const auto rest = static_cast<uint64_t>(quota - static_cast<int64_t>(used));
  return fmt::format("{} {} ", pad_left(is_set ? options.number(static_cast<uint64_t>(quota)) : "none", width),
                     pad_left(is_set ? options.number(rest) : "inf", rest_width));
}

std::string quota_columns(const Options& options, const QuotaUsageProto& usage) {
  std::string out;
  if (options.by_type) {
    for (const StorageTypeProto type : options.types) {
      const auto& infos = usage.typequotainfos().typequotainfo();
      const auto found = std::ranges::find(infos, type, [](const auto& info) { return info.type(); });
      const int64_t quota = found == infos.end() ? -1 : static_cast<int64_t>(found->quota());
      out += quota_pair(options, quota, quota >= 0, found == infos.end() ? 0 : found->consumed(), 14, 18);
    }
    return out;
  }
  const auto names = static_cast<int64_t>(usage.quota());
  const auto space = static_cast<int64_t>(usage.spacequota());
  return quota_pair(options, names, names > 0, usage.fileanddirectorycount(), 12, 15) +
         quota_pair(options, space, space >= 0, usage.spaceconsumed(), 15, 15);
}

QuotaUsageProto usage_of(const ContentSummaryProto& summary) {
  QuotaUsageProto out;
  out.set_fileanddirectorycount(summary.filecount() + summary.directorycount());
  out.set_quota(summary.quota());
  out.set_spaceconsumed(summary.spaceconsumed());
  out.set_spacequota(summary.spacequota());
  if (summary.has_typequotainfos()) *out.mutable_typequotainfos() = summary.typequotainfos();
  return out;
}

// A NameNode that doesn't know getQuotaUsage is asked for the whole summary, as Java's client does.
Task<Result<QuotaUsageProto>> quota_usage(PathItem item) {
  if (item.files->hdfs() != nullptr) {
    hadoop::hdfs::GetQuotaUsageRequestProto request;
    request.set_path(item.path);
    auto answer = co_await item.files->hdfs()->call<hadoop::hdfs::GetQuotaUsageResponseProto>("getQuotaUsage", request);
    if (answer) co_return answer->usage();
    const StatusCode code = answer.error().code();
    if (code != StatusCode::kNoSuchMethod && code != StatusCode::kUnsupportedOperation) co_return error(answer.error());
  }
  CO_TRY(const auto summary, co_await item.files->content_summary(item.path));
  co_return usage_of(summary);
}

std::string summary_columns(const Options& options, const ContentSummaryProto& s) {
  const bool without = options.without_snapshots;
  return fmt::format("{} {} {} ", pad_left(options.number(s.directorycount() - (without ? s.snapshotdirectorycount() : 0)), 12),
                     pad_left(options.number(s.filecount() - (without ? s.snapshotfilecount() : 0)), 12),
                     pad_left(options.number(s.length() - (without ? s.snapshotlength() : 0)), 18));
}

Task<Result<void>> print_one(Shell& shell, PathItem item, const void* context) {
  const Options& options = *static_cast<const Options*>(context);
  std::string line;
  const bool needs_summary = !(options.usage_only || options.by_type) || options.policy || options.snapshots;
  ContentSummaryProto summary;
  if (needs_summary) {
    CO_TRY(summary, co_await item.files->content_summary(item.path));
  }
  if (options.usage_only || options.by_type) {
    CO_TRY(const auto usage, co_await quota_usage(item));
    line += quota_columns(options, usage);
  } else {
    if (options.quotas) line += quota_columns(options, usage_of(summary));
    line += summary_columns(options, summary);
  }
  if (options.policy) {
    const std::string& policy = summary.erasurecodingpolicy();
    line += fmt::format("{} ", pad_left(policy == "Replicated" ? policy : "EC:" + policy, 20));
  }
  if (options.snapshots) {
    line += fmt::format(
        "{} {} {} {} ", pad_left(options.number(summary.snapshotlength()), 18), pad_left(options.number(summary.snapshotfilecount()), 24),
        pad_left(options.number(summary.snapshotdirectorycount()), 24), pad_left(options.number(summary.snapshotspaceconsumed()), 28));
  }
  shell.print(line + item.text + "\n");
  co_return Result<void>();
}

std::string header(const Options& options) {
  std::string out;
  if (options.by_type) {
    for (const StorageTypeProto type : options.types) {
      const std::string& name = StorageTypeProto_Name(type);
      out += fmt::format("{} {} ", pad_left(name + "_QUOTA", 14), pad_left("REM_" + name + "_QUOTA", 18));
    }
  } else {
    if (options.quotas || options.usage_only) {
      out += fmt::format("{} {} {} {} ", pad_left("QUOTA", 12), pad_left("REM_QUOTA", 15), pad_left("SPACE_QUOTA", 15),
                         pad_left("REM_SPACE_QUOTA", 15));
    }
    if (!options.usage_only)
      out += fmt::format("{} {} {} ", pad_left("DIR_COUNT", 12), pad_left("FILE_COUNT", 12), pad_left("CONTENT_SIZE", 18));
  }
  if (options.policy) out += pad_left("ERASURECODING_POLICY", 20) + " ";
  if (options.snapshots) {
    out += fmt::format("{} {} {} {} ", pad_left("SNAPSHOT_LENGTH", 18), pad_left("SNAPSHOT_FILE_COUNT", 24),
                       pad_left("SNAPSHOT_DIR_COUNT", 24), pad_left("SNAPSHOT_SPACE_CONSUMED", 28));
  }
  return out + "PATHNAME\n";
}

}  // namespace

Task<void> count(Shell& shell, const Command& command, Parsed parsed) {
  Options options{parsed.has("q"), parsed.has("h"), parsed.has("u"), parsed.has("x"), parsed.has("e"), parsed.has("s"), false, {}};
  if (options.quotas || options.usage_only) {
    if (const auto given = parsed.values.find("t"); given != parsed.values.end()) {
      auto types = storage_types(given->second);
      if (!types) {
        report_wrong_use(shell, command, types.error());
        co_return;
      }
      options.by_type = true;
      options.types = *std::move(types);
    }
    if (options.without_snapshots) {
      shell.print("q or u option is given, the -x option is ignored.\n");
      options.without_snapshots = false;
    }
  }
  if (parsed.has("v")) shell.print(header(options));
  co_await for_each_item(shell, command, parsed.arguments, print_one, &options);
}

}  // namespace tusker::cli::dfs
