#include "common/base/status.h"

#include "common/base/java_exceptions.h"

namespace tusker {

std::string Status::to_string() const {
  std::string_view name = remote_class_.empty() ? java_class_of(code_) : std::string_view(remote_class_);
  if (auto dot = name.find_last_of(".$"); dot != std::string_view::npos) name.remove_prefix(dot + 1);
  return std::string(name) + ": " + message_;
}

Status Status::with_context(std::string_view context) const {
  Status wrapped = *this;
  wrapped.message_ = std::string(context) + ": " + message_;
  return wrapped;
}

}  // namespace tusker
