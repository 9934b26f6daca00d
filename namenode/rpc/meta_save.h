#pragma once

#include <string>

#include "namenode/ops/namesystem.h"

namespace tusker::namenode {

// Writes what waits to be done about blocks, and the DataNodes, to `file_name` in hadoop.log.dir (FSNamesystem.metaSave), replacing what is
// there. kIo if it can't be written.
Task<Result<void>> meta_save(Namesystem& ns, std::string file_name);

}  // namespace tusker::namenode
