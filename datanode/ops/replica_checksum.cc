#include "datanode/ops/replica_checksum.h"

#include <openssl/evp.h>

#include <algorithm>
#include <memory>

namespace tusker::datanode {
namespace {

constexpr int64_t kChecksumsAtOnce = 16384;

// Takes checksums one run after another.
class Digest {
 public:
  Digest(transfer::DataChecksum checksum, bool composite)
      : checksum_(checksum), composite_(composite), md5_(EVP_MD_CTX_new(), &EVP_MD_CTX_free) {
    EVP_DigestInit_ex(md5_.get(), EVP_md5(), nullptr);
  }
  // `data_bytes` is what the checksums stand for.
  void add(std::string_view sums, int64_t data_bytes) {
    if (!composite_) {
      EVP_DigestUpdate(md5_.get(), sums.data(), sums.size());
      return;
    }
    for (size_t at = 0; at < sums.size(); at += 4) {
      const int64_t run = std::min<int64_t>(data_bytes, checksum_.bytes_per_checksum());
      crc_ = checksum_.compose(crc_, load_be<uint32_t>(sums.data() + at), run);
      data_bytes -= run;
    }
  }
  std::string finish() {
    if (composite_) {
      std::string out;
      append_be<uint32_t>(out, crc_);
      return out;
    }
    unsigned char bytes[EVP_MAX_MD_SIZE];
    unsigned length = 0;
    EVP_DigestFinal_ex(md5_.get(), bytes, &length);
    return {reinterpret_cast<const char*>(bytes), length};
  }

 private:
  transfer::DataChecksum checksum_;
  bool composite_;
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> md5_;
  uint32_t crc_ = 0;
};

}  // namespace

Result<ReplicaChecksum> replica_checksum(FsDataset& dataset, Block block, bool composite) {
  TRY(const ReplicaReader reader, dataset.open_for_read(block));
  if (!reader.has_checksums()) return error(StatusCode::kFileNotFound, "Meta-data not found for " + block.name());
  ReplicaChecksum out;
  out.checksum = reader.checksum();
  const transfer::DataChecksum& sum = out.checksum;
  out.crc_per_block = sum.size() == 0 ? 0 : sum.chunks_of(reader.bytes());
  const int64_t run = sum.bytes_per_checksum();
  const int64_t bytes = std::min(block.bytes, reader.bytes());
  const int64_t whole = bytes == reader.bytes() ? bytes : bytes / run * run;  // a cut run's checksum isn't stored
  Digest digest(sum, composite);
  for (int64_t at = 0; at < whole;) {
    const int64_t end = std::min(whole, at + kChecksumsAtOnce * run);
    TRY(const std::string sums, reader.checksums(at, end));
    digest.add(sums, end - at);
    at = end;
  }
  if (whole < bytes && sum.size() > 0) {
    std::string rest(static_cast<size_t>(bytes - whole), '\0');
    TRY(const size_t got, reader.data().read_at(whole, MutableBytes(rest)));
    if (got < rest.size()) return error(StatusCode::kCorruption, "The block file is shorter than its replica");
    std::string last;
    append_be<uint32_t>(last, sum.update(0, rest));
    digest.add(last, bytes - whole);
  }
  out.bytes = digest.finish();
  return out;
}

}  // namespace tusker::datanode
