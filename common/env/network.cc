#include "common/env/network.h"

#include <charconv>

#include <fmt/format.h>

namespace tusker {

Result<Endpoint> parse_endpoint(std::string_view text) {
  const size_t colon = text.rfind(':');
  uint16_t port = 0;
  if (colon != std::string_view::npos && colon > 0) {
    const auto digits = text.substr(colon + 1);
    auto [end, ec] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (ec == std::errc() && end == digits.data() + digits.size() && !digits.empty()) {
      std::string_view host = text.substr(0, colon);
      if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
      return Endpoint{std::string(host), port};
    }
  }
  return error(StatusCode::kIllegalArgument, fmt::format("Does not contain a valid host:port authority: {}", text));
}

Task<Result<void>> Stream::read_exactly(MutableBytes into, Deadline deadline) {
  while (!into.empty()) {
    CO_TRY(const size_t got, co_await read_some(into, deadline));
    into = into.subspan(got);
  }
  co_return Result<void>();
}

Task<Result<void>> Stream::write(std::string_view bytes, Deadline deadline) {
  const std::string_view parts[] = {bytes};
  co_return co_await write_parts(parts, deadline);
}

}  // namespace tusker
