#pragma once

#include <memory>

#include "common/env/network.h"
#include "common/transfer/input_buffer.h"

namespace tusker::datanode {

// A connection and what came over it and isn't used yet. Shared by the tasks that serve it, all on its strand.
struct Peer {
  Peer(std::unique_ptr<Stream> s, size_t buffer_bytes) : stream(std::move(s)), in(*stream, buffer_bytes) {}
  std::unique_ptr<Stream> stream;
  transfer::InputBuffer in;
};

}  // namespace tusker::datanode
