#pragma once

#include <vector>

#include "datanode/store/volume.h"

namespace tusker::datanode {

// What lies on a volume when the DataNode starts (BlockPoolSlice.getVolumeMap): finalized replicas, and those in rbw/ as waiting for
// recovery, cut to their good bytes. Counts the volume's used bytes. Blocks. Files without their partner are left alone and logged.
// kIo if a folder can't be read.
Result<std::vector<Replica>> scan_volume(Volume& volume, uint16_t index);

}  // namespace tusker::datanode
