#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "common/async/task.h"
#include "common/base/bytes.h"
#include "common/base/result.h"
#include "common/env/clock.h"
#include "common/env/disk.h"

namespace tusker {

// A host (name or numeric address) and a port, as Hadoop's "host:port" keys give it.
struct Endpoint {
  std::string host;
  uint16_t port = 0;
  std::string to_string() const { return host + ":" + std::to_string(port); }
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};
// Parses "host:port"; an IPv6 address stands in brackets. kIllegalArgument names the text.
Result<Endpoint> parse_endpoint(std::string_view text);

// A connected byte stream. Belongs to one strand: at most one read and one write under way at once. A cancelled task or a passed deadline
// ends the call; the stream is then good for close() only. The end of the peer's bytes is kEof, its death kUnavailable.
class Stream {
 public:
  virtual ~Stream() = default;
  // Waits for at least one byte; returns how many came.
  virtual Task<Result<size_t>> read_some(MutableBytes into, Deadline deadline) = 0;
  // Writes all parts, in order. The bytes must live until it returns.
  virtual Task<Result<void>> write_parts(std::span<const std::string_view> parts, Deadline deadline) = 0;
  // Writes what the system takes without waiting, from the front; how many bytes that was. For answers that nobody should be woken for.
  virtual Result<size_t> try_write(std::string_view bytes) = 0;
  // Sends `length` bytes of `file` from `offset` without copying them where the system can. A file that ends early is kEof.
  virtual Task<Result<void>> send_file(const File& file, int64_t offset, int64_t length, Deadline deadline) = 0;
  // True when the peer has closed or reset, without reading.
  virtual bool peer_closed() = 0;
  virtual void close() = 0;
  virtual const Endpoint& local() const = 0;   // numeric
  virtual const Endpoint& remote() const = 0;  // numeric
  virtual Executor executor() = 0;

  Task<Result<void>> read_exactly(MutableBytes into, Deadline deadline);
  Task<Result<void>> write(std::string_view bytes, Deadline deadline);
};

class Listener {
 public:
  virtual ~Listener() = default;
  // The next connection, its stream on a strand of its own. kCancelled after close().
  virtual Task<Result<std::unique_ptr<Stream>>> accept() = 0;
  virtual const Endpoint& local() const = 0;
  virtual void close() = 0;
};

// The only door to the network. Any thread.
class Network {
 public:
  virtual ~Network() = default;
  // Port 0 takes a free one. kIo names the address and the reason.
  virtual Result<std::unique_ptr<Listener>> listen(const Endpoint& at) = 0;
  // Connects on `executor`, which becomes the stream's; it must be a strand. Outgoing connections leave from the configured address.
  virtual Task<Result<std::unique_ptr<Stream>>> connect(Endpoint to, Executor executor, Deadline deadline) = 0;
  // Numeric addresses of a name; blocks, so on the `disk` pool.
  virtual Result<std::string> resolve(const std::string& host) = 0;
  // This machine's own name, as others should use it.
  virtual std::string host_name() = 0;
};

}  // namespace tusker
