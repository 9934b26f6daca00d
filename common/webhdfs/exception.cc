#include "common/webhdfs/exception.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>

#include "common/base/java_exceptions.h"

namespace tusker::webhdfs {
namespace {

namespace json = boost::json;

// What isn't listed is an IOException, or one of its kind.
constexpr std::array<std::string_view, 1> kNotFound = {"java.io.FileNotFoundException"};
constexpr std::array<std::string_view, 4> kBadRequest = {"java.lang.UnsupportedOperationException", "java.lang.IllegalArgumentException",
                                                         "org.apache.hadoop.HadoopIllegalArgumentException",
                                                         "org.apache.hadoop.fs.InvalidPathException"};
constexpr std::array<std::string_view, 7> kServerError = {
    "java.lang.IllegalStateException",      "java.lang.NullPointerException", "java.lang.IndexOutOfBoundsException",
    "java.lang.NegativeArraySizeException", "java.lang.RuntimeException",     "org.apache.hadoop.yarn.exceptions.YarnException",
    "javax.ws.rs.NotAllowedException"};

bool among(std::string_view name, auto& list) { return std::ranges::find(list, name) != list.end(); }

int http_status_of(std::string_view java_class) {
  if (among(java_class, kNotFound)) return 404;
  if (among(java_class, kBadRequest)) return 400;
  if (among(java_class, kServerError)) return 500;
  return 403;
}

std::string class_of(const Status& status) {
  return status.remote_class().empty() ? std::string(java_class_of(status.code())) : status.remote_class();
}

std::string_view simple_name(std::string_view java_class) {
  const size_t dot = java_class.find_last_of(".$");
  return dot == std::string_view::npos ? java_class : java_class.substr(dot + 1);
}

}  // namespace

RemoteException remote_exception(const Status& status) {
  const std::string java_class = class_of(status);
  RemoteException out;
  out.http_status = http_status_of(java_class);
  out.json = json::serialize(
      json::object{{"RemoteException",
                    json::object{{"exception", simple_name(java_class)}, {"javaClassName", java_class}, {"message", status.message()}}}});
  return out;
}

Status java_exception(std::string_view java_class, std::string message) {
  Status status = status_of_java(java_class, std::move(message));
  return status;
}

std::string filter_exception_json(const Status& status) {
  const std::string java_class = class_of(status);
  const auto quoted = [](std::string_view text) { return json::serialize(json::value(text)); };
  return fmt::format("{{\n  \"RemoteException\" : {{\n    \"message\" : {},\n    \"exception\" : {},\n    \"javaClassName\" : {}\n  }}\n}}",
                     quoted(status.message()), quoted(simple_name(java_class)), quoted(java_class));
}

}  // namespace tusker::webhdfs
