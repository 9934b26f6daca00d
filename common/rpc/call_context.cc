#include "common/rpc/call_context.h"

#include <fmt/format.h>

namespace tusker::rpc {

std::string CallContext::describe() const { return fmt::format("{} from {} by {}", method, remote.to_string(), user.name); }

}  // namespace tusker::rpc
