#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace tusker {

// An integer with a meaning of its own: a BlockId is not an InodeId. `value` is the number that travels on the wire.
template <class Tag>
struct Id {
  int64_t value = 0;
  constexpr Id() = default;
  constexpr explicit Id(int64_t v) : value(v) {}
  friend constexpr auto operator<=>(Id, Id) = default;
  constexpr Id next() const { return Id(value + 1); }
};

using BlockId = Id<struct BlockIdTag>;                  // HDFS: sequential from 2^30 + 1
using GenerationStamp = Id<struct GenerationStampTag>;  // HDFS: from 1001
using InodeId = Id<struct InodeIdTag>;                  // HDFS: the root is 16385
using TxId = Id<struct TxIdTag>;                        // a transaction of the namespace, from 1

}  // namespace tusker

template <class Tag>
struct std::hash<tusker::Id<Tag>> {
  size_t operator()(tusker::Id<Tag> id) const noexcept { return std::hash<int64_t>()(id.value); }
};
