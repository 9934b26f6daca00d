#pragma once

#include <string>
#include <string_view>

#include "common/base/status.h"

namespace tusker::webhdfs {

// An exception as WebHDFS tells it (org.apache.hadoop.hdfs.web.resources.ExceptionHandler).
struct RemoteException {
  int http_status = 500;
  std::string json;  // {"RemoteException":{"exception":…,"javaClassName":…,"message":…}}
};
RemoteException remote_exception(const Status& status);

// An exception of a class without a code of its own; what it becomes over HTTP goes by the class.
Status java_exception(std::string_view java_class, std::string message);

// The indented form that the authentication filter gives (HttpExceptionUtils).
std::string filter_exception_json(const Status& status);

}  // namespace tusker::webhdfs
