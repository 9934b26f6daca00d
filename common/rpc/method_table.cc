#include "common/rpc/method_table.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>

namespace tusker::rpc {

const Method* Protocol::find(std::string_view method) const {
  const auto it = std::ranges::find(methods, method, &Method::name);
  return it == methods.end() ? nullptr : &*it;
}

std::vector<std::string> Protocol::unlisted() const {
  std::vector<std::string> missing;
  if (service == nullptr) return missing;
  for (int i = 0; i < service->method_count(); ++i) {
    const std::string& listed = service->method(i)->name();
    if (find(listed) == nullptr && std::ranges::find(unsupported, listed) == unsupported.end()) missing.push_back(listed);
  }
  return missing;
}

}  // namespace tusker::rpc
