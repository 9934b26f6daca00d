#pragma once

#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/mutex.h"

namespace tusker::metrics {

using Value = std::variant<int64_t, double, bool, std::string>;
using Attributes = std::vector<std::pair<std::string, Value>>;

// JMX beans by name ("Hadoop:service=NameNode,name=FSNamesystem"), each a function that reads the present values; called on a network
// thread at each scrape, so it must be quick and thread-safe. Served as /jmx (Hadoop's JSON) and, numbers only, as /prom.
class Registry {
 public:
  void add_bean(std::string name, std::function<Attributes()> read);
  // Hadoop's {"beans":[…]}; `query` empty gives all, else the one of that name, or with a trailing '*' those that begin so.
  std::string jmx_json(const std::string& query) const;
  // Prometheus text: snake_case of service, bean and attribute, as Hadoop's PrometheusMetricsSink.
  std::string prometheus_text() const;

 private:
  struct Bean {
    std::string name;
    std::function<Attributes()> read;
  };
  mutable Mutex mutex_;
  std::vector<Bean> beans_ TUSKER_GUARDED_BY(mutex_);
};

}  // namespace tusker::metrics
