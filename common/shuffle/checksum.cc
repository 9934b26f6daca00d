#include "common/shuffle/checksum.h"

#include <isa-l/crc.h>

namespace tusker::shuffle {

uint32_t crc32(uint32_t crc, std::string_view bytes) {
  return crc32_gzip_refl(crc, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
}

}  // namespace tusker::shuffle
