#pragma once

#include <functional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "common/base/mutex.h"

namespace tusker::metrics {

// A value that is more than a number or a text (a list, an object), as JSON.
struct Json {
  std::string text;
};
// nullptr is Java's null.
using Value = std::variant<int64_t, double, bool, std::string, Json, std::nullptr_t>;
using Attributes = std::vector<std::pair<std::string, Value>>;

// How a bean stands among others.
struct BeanOptions {
  std::string modeler_type;  // the Java class; empty: the bean's own name, as a source of metrics has it
  std::string record;        // the name of its record for Prometheus; empty: the bean's name
  bool only_jmx = false;     // no source of metrics: Prometheus hasn't it
};

// JMX beans by name ("Hadoop:service=NameNode,name=FSNamesystem"), each a function that reads the present values; called on a network
// thread at each scrape, so it must be quick and thread-safe. Served as /jmx (Hadoop's JSON) and, numbers only, as /prom. Attributes named
// "tag.X" are the record's tags.
class Registry {
 public:
  void add_bean(std::string name, std::function<Attributes()> read, BeanOptions options = {});
  // What JMXJsonServlet answers to ?qry=…: {"beans" : […]} of those that match the object name's pattern (empty: all), {} for a pattern
  // that is none.
  std::string jmx_json(const std::string& query) const;
  // To ?get=OBJECT::ATTRIBUTE: the one attribute of each bean that matches.
  std::string jmx_attribute_json(const std::string& get) const;
  // Prometheus text: snake_case of record and attribute, as Hadoop's PrometheusMetricsSink.
  std::string prometheus_text() const;

 private:
  struct Bean {
    std::string name;
    std::function<Attributes()> read;
    BeanOptions options;
  };
  std::vector<Bean> matching(const std::string& pattern) const;

  mutable Mutex mutex_;
  std::vector<Bean> beans_ TUSKER_GUARDED_BY(mutex_);
};

// Whether an object name ("domain:key=value,…") fits a pattern, whose domain and values may hold '*' and '?', and whose properties may end
// in ",*" (javax.management.ObjectName). False for a pattern without a domain.
bool object_name_matches(const std::string& pattern, const std::string& name);

}  // namespace tusker::metrics
