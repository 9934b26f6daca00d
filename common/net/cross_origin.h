#pragma once

#include <string>
#include <vector>

#include "common/config/config.h"
#include "common/net/http_message.h"

namespace tusker::net {

// Which pages of other sites may use a daemon's web port (HttpCrossOriginFilterInitializer, CrossOriginFilter): off unless
// hadoop.http.filter.initializers names that class. Constant; any thread.
class CrossOrigin {
 public:
  CrossOrigin() = default;
  // hadoop.http.cross-origin.allowed-origins, -methods, -headers, max-age.
  explicit CrossOrigin(const config::Config& config);

  // Adds the Access-Control headers to an answer, if the request comes from another origin that may.
  void apply(const HttpRequest& request, HttpResponse& response) const;

 private:
  bool origins_allowed(const std::string& origins) const;

  bool enabled_ = false;
  bool all_origins_ = false;
  std::vector<std::string> origins_;
  std::vector<std::string> methods_;
  std::vector<std::string> headers_;
  std::string max_age_;
};

}  // namespace tusker::net
