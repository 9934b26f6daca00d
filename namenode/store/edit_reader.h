#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/result.h"
#include "namenode/model/block.h"

namespace tusker::namenode {

// Reads the body of an operation as Edit wrote it, field by field (FSEditLogOp.readFields). After the first field that isn't there all
// are empty and ok() is false.
class EditReader {
 public:
  explicit EditReader(std::string_view body) : in_(body) {}

  template <class T>
  T fixed() {
    return static_cast<T>(number(sizeof(T)));
  }
  int64_t vlong();
  std::string text16();  // uint16 length
  std::string text();    // Hadoop's vint length
  std::string_view bytes(size_t count);
  std::vector<BlockInfo> blocks();  // an ArrayWritable of Block
  // A protobuf message behind its varint length.
  std::string_view delimited();
  void skip(size_t count) { static_cast<void>(bytes(count)); }

  bool ok() const { return ok_; }
  size_t left() const { return in_.size(); }

 private:
  uint64_t number(size_t size);

  std::string_view in_;
  bool ok_ = true;
};

}  // namespace tusker::namenode
