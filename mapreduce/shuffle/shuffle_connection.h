#pragma once

#include <memory>
#include <string>
#include <vector>

#include "common/env/env.h"
#include "common/shuffle/shuffle_header.h"

namespace tusker::mapreduce {

// A reducer's connection to one NodeManager's shuffle service (org.apache.hadoop.mapreduce.task.reduce.Fetcher): asks for some maps'
// outputs, reads them in the order in which they come. One strand.
//   open → request → next_header, read_part or read_piece…, next_header, … until `remaining()` is 0 → request again
class ShuffleConnection {
 public:
  struct Job {
    std::string id;      // "job_1_0001"
    std::string secret;  // of the shuffle
    int32_t reduce;
    Duration read_timeout;
  };
  static Task<Result<std::unique_ptr<ShuffleConnection>>> open(Env& env, Endpoint server, Executor strand, Job job,
                                                               Duration connect_timeout);
  ShuffleConnection(Env& env, std::unique_ptr<Stream> stream, Endpoint server, Job job);

  // Asks for these outputs and checks the answer's head. kIo: refused, with the server's words; kInvalidToken: it doesn't know the secret.
  Task<Result<void>> request(std::vector<std::string> maps);
  // The server answered, and refused: another request needs another connection.
  bool refused() const { return refused_; }
  // Bytes of the answer not yet read.
  int64_t remaining() const { return remaining_; }
  Task<Result<shuffle::ShuffleHeader>> next_header();
  // The next `bytes` of the answer.
  Task<Result<std::string>> read(int64_t bytes);

 private:
  Task<Result<std::string>> read_head();
  Result<void> check_head(const std::string& head, const std::string& expected_reply);
  Task<Result<void>> fill();

  Env& env_;
  std::unique_ptr<Stream> stream_;
  Endpoint server_;
  Job job_;
  std::string in_;  // received and not yet taken
  int64_t remaining_ = 0;
  bool refused_ = false;
};

}  // namespace tusker::mapreduce
