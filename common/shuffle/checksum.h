#pragma once

#include <cstdint>
#include <string_view>

namespace tusker::shuffle {

// CRC-32 with zlib's polynomial (java.util.zip.CRC32), as IFile and the spill index use it. Start with 0 and pass the last result on.
uint32_t crc32(uint32_t crc, std::string_view bytes);

}  // namespace tusker::shuffle
