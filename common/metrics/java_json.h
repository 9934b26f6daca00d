#pragma once

#include <boost/json/value.hpp>
#include <string>

namespace tusker::metrics {

// Java's text of a double: "0.0", "26.832724", "9.1E-6".
std::string java_double(double value);
// As Jackson's DefaultPrettyPrinter prints: two spaces a level, `"key" : value`, arrays on one line.
std::string pretty_json(const boost::json::value& value);

}  // namespace tusker::metrics
