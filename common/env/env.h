#pragma once

#include "common/async/task.h"
#include "common/env/clock.h"
#include "common/env/disk.h"
#include "common/env/network.h"
#include "common/env/random.h"

namespace tusker {

// Everything that a program takes from outside: time, network, disk, chance, and the executors its work runs on. Passed down from main
// by reference; outlives all that uses it. The real one is made by RealEnv, the simulated one by SimEnv.
struct Env {
  Clock& clock;
  Network& network;
  Disk& disk;
  Random& random;
  Executor net;        // coroutines; make a strand of it for each object that has state
  Executor disk_pool;  // blocking calls, through run_on

  // A new strand on `net`: tasks on it never run at once.
  Executor make_strand() const;
};

}  // namespace tusker
