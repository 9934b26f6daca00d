#include "common/base/yarn_ids.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <vector>

namespace tusker::yarn {
namespace {

constexpr int kEpochShift = 40;
constexpr int64_t kNumberMask = (int64_t{1} << kEpochShift) - 1;

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    size_t end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

template <class T>
std::optional<T> number(std::string_view text) {
  T value{};
  auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc() || end != text.data() + text.size() || text.empty() || value < 0) return std::nullopt;
  return value;
}

std::unexpected<Status> invalid(std::string_view what, std::string_view text) {
  return error(StatusCode::kIllegalArgument, fmt::format("Invalid {}: {}", what, text));
}

// The application of parts "<timestamp>", "<id>".
std::optional<ApplicationId> application_of(std::string_view timestamp, std::string_view id) {
  auto cluster_timestamp = number<int64_t>(timestamp);
  auto application = number<int32_t>(id);
  if (!cluster_timestamp || !application) return std::nullopt;
  return ApplicationId{*cluster_timestamp, *application};
}

}  // namespace

std::string ApplicationId::to_string() const { return fmt::format("application_{}_{:04}", cluster_timestamp, id); }

std::string ApplicationAttemptId::to_string() const {
  return fmt::format("appattempt_{}_{:04}_{:06}", application.cluster_timestamp, application.id, attempt);
}

std::string ContainerId::to_string() const {
  int64_t epoch = id >> kEpochShift;
  std::string prefix = epoch > 0 ? fmt::format("container_e{:02}_", epoch) : "container_";
  return fmt::format("{}{}_{:04}_{:02}_{:06}", prefix, attempt.application.cluster_timestamp, attempt.application.id, attempt.attempt,
                     id & kNumberMask);
}

std::string Resource::to_string() const { return fmt::format("<memory:{}, vCores:{}>", memory_mb, vcores); }

Result<ApplicationId> parse_application_id(std::string_view text) {
  auto parts = split(text, '_');
  if (parts.size() != 3 || parts[0] != "application") return invalid("ApplicationId", text);
  auto application = application_of(parts[1], parts[2]);
  if (!application) return invalid("ApplicationId", text);
  return *application;
}

Result<ApplicationAttemptId> parse_application_attempt_id(std::string_view text) {
  auto parts = split(text, '_');
  if (parts.size() != 4 || parts[0] != "appattempt") return invalid("ApplicationAttemptId", text);
  auto application = application_of(parts[1], parts[2]);
  auto attempt = number<int32_t>(parts[3]);
  if (!application || !attempt) return invalid("ApplicationAttemptId", text);
  return ApplicationAttemptId{*application, *attempt};
}

Result<ContainerId> parse_container_id(std::string_view text) {
  auto parts = split(text, '_');
  if (parts.empty() || parts[0] != "container") return invalid("ContainerId", text);
  std::span<std::string_view> rest(parts.begin() + 1, parts.end());
  int64_t epoch = 0;
  if (rest.size() == 5 && rest[0].starts_with('e')) {
    auto value = number<int32_t>(rest[0].substr(1));
    if (!value) return invalid("ContainerId", text);
    epoch = *value;
    rest = rest.subspan(1);
  }
  if (rest.size() != 4) return invalid("ContainerId", text);
  auto application = application_of(rest[0], rest[1]);
  auto attempt = number<int32_t>(rest[2]);
  auto id = number<int64_t>(rest[3]);
  if (!application || !attempt || !id || *id > kNumberMask) return invalid("ContainerId", text);
  return ContainerId{{*application, *attempt}, epoch << kEpochShift | *id};
}

Result<NodeId> parse_node_id(std::string_view text) {
  size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return invalid("NodeId", text);
  auto port = number<int32_t>(text.substr(colon + 1));
  if (!port || *port > 65535) return invalid("NodeId", text);
  return NodeId{std::string(text.substr(0, colon)), *port};
}

}  // namespace tusker::yarn
