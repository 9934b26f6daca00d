#include "mapreduce/api/abi.h"

// As if built for a later, incompatible boundary.
extern "C" __attribute__((visibility("default"))) const tusker_job_v1* tusker_job() {
  static const tusker_job_v1 job = {.abi_major = 99, .abi_minor = 0, .struct_size = sizeof(tusker_job_v1)};
  return &job;
}
