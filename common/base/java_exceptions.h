#pragma once

#include <string>
#include <string_view>

#include "common/base/status.h"

namespace tusker {

// The Java class that a code stands for on the wire. Source: the exception tables of Hadoop 3.5.0.
std::string_view java_class_of(StatusCode code);

// The Status for an exception that came over the wire. A class without a code of its own gives kIo and keeps its name
// (Status::remote_class).
Status status_of_java(std::string_view java_class, std::string message);

}  // namespace tusker
