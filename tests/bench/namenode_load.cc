// Drives a NameNode (Apache's or ours) with one operation of ClientProtocol, keeping a fixed number of calls in flight, and tells calls a
// second, latencies and the server's CPU time a call. The connections are plain sockets in one thread, so that the load costs little beside
// the server. Run by scripts/bench.
#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "common/base/bytes.h"
#include "common/rpc/frame.h"
#include "hadoop/IpcConnectionContext.pb.h"
#include "hadoop/ProtobufRpcEngine2.pb.h"
#include "hadoop/RpcHeader.pb.h"
#include "hdfs/ClientNamenodeProtocol.pb.h"

using namespace hadoop::hdfs;  // NOLINT: the wire's types

namespace {

struct Options {
  std::string host = "127.0.0.1";
  uint16_t port = 8020;
  std::string op;
  int64_t calls = 100'000;
  int in_flight = 16;
  int connections = 4;
  int depth = 3;
  int64_t files_per_directory = 100;
  pid_t pid = 0;  // of the server, for its CPU time
  std::string root = "/namenode_load";
};

[[noreturn]] void fail(const std::string& why) {
  fmt::print(stderr, "namenode_load: {}\n", why);
  std::exit(1);
}

// Seconds of CPU that a process has used.
double cpu_seconds(pid_t pid) {
  std::ifstream in(fmt::format("/proc/{}/stat", pid));
  std::string line;
  std::getline(in, line);
  std::istringstream fields(line.substr(line.rfind(')') + 2));
  std::string skip;
  for (int i = 0; i < 11; ++i) fields >> skip;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
}

double now_seconds() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

struct Call {
  std::string method;
  std::string parameter;
};
// The i-th call, and whether its answer is as expected ("" or what is wrong).
using MakeCall = std::function<Call(int64_t i)>;

class Connection {
 public:
  Connection(const Options& options, int number) {
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(options.port);
    if (inet_pton(AF_INET, options.host.c_str(), &address.sin_addr) != 1) fail("a numeric address is needed: " + options.host);
    if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) fail("cannot connect: " + std::string(strerror(errno)));
    const int one = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    client_id_ = fmt::format("{:016d}", number + static_cast<int>(getpid()) * 1000);
    hello();
    ::fcntl(fd_, F_SETFL, O_NONBLOCK);
  }
  Connection(const Connection&) = delete;
  ~Connection() { ::close(fd_); }

  int fd() const { return fd_; }
  bool wants_to_write() const { return !out_.empty(); }
  size_t pending() const { return sent_at_.size(); }

  void send(const Call& call) {
    hadoop::common::RpcRequestHeaderProto header;
    header.set_rpckind(hadoop::common::RPC_PROTOCOL_BUFFER);
    header.set_rpcop(hadoop::common::RpcRequestHeaderProto::RPC_FINAL_PACKET);
    header.set_callid(next_id_);
    header.set_clientid(client_id_);
    header.set_retrycount(0);
    hadoop::common::RequestHeaderProto request;
    request.set_methodname(call.method);
    request.set_declaringclassprotocolname("org.apache.hadoop.hdfs.protocol.ClientProtocol");
    request.set_clientprotocolversion(1);
    tusker::rpc::append_call(out_, header, request, call.parameter);
    sent_at_[next_id_++] = now_seconds();
  }

  void flush() {
    while (!out_.empty()) {
      const ssize_t n = ::send(fd_, out_.data(), out_.size(), MSG_NOSIGNAL);
      if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
      if (n <= 0) fail("the server hung up");
      out_.erase(0, static_cast<size_t>(n));
    }
  }

  // Takes the answers that have come; appends their latencies. Returns how many.
  int receive(std::vector<float>& latencies) {
    char buffer[256 << 10];
    const ssize_t n = ::recv(fd_, buffer, sizeof buffer, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return 0;
    if (n <= 0) fail("the server hung up");
    in_.append(buffer, static_cast<size_t>(n));
    size_t at = 0;
    int answers = 0;
    const double now = now_seconds();
    while (in_.size() - at >= 4) {
      const auto length = tusker::load_be<uint32_t>(in_.data() + at);
      if (in_.size() - at < 4 + length) break;
      std::string_view frame(in_.data() + at + 4, length);
      at += 4 + length;
      hadoop::common::RpcResponseHeaderProto header;
      if (!tusker::rpc::read_delimited(frame, header)) fail("an answer is malformed");
      if (header.status() != hadoop::common::RpcResponseHeaderProto::SUCCESS) {
        fail("the server answered " + header.exceptionclassname() + ": " + header.errormsg().substr(0, 300));
      }
      const auto it = sent_at_.find(static_cast<int32_t>(header.callid()));
      if (it == sent_at_.end()) fail("an answer to no call");
      latencies.push_back(static_cast<float>(now - it->second));
      sent_at_.erase(it);
      ++answers;
    }
    in_.erase(0, at);
    return answers;
  }

 private:
  void hello() {
    std::string out("hrpc");
    out.push_back(9);
    out.append(2, '\0');
    hadoop::common::RpcRequestHeaderProto header;
    header.set_rpckind(hadoop::common::RPC_PROTOCOL_BUFFER);
    header.set_rpcop(hadoop::common::RpcRequestHeaderProto::RPC_FINAL_PACKET);
    header.set_callid(-3);
    header.set_clientid("");
    header.set_retrycount(-1);
    hadoop::common::IpcConnectionContextProto context;
    const char* user = getenv("HADOOP_USER_NAME");
    context.mutable_userinfo()->set_effectiveuser(user != nullptr ? user : "root");
    context.set_protocol("org.apache.hadoop.hdfs.protocol.ClientProtocol");
    tusker::rpc::append_frame(out, {&header, &context});
    if (::send(fd_, out.data(), out.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(out.size())) fail("cannot greet the server");
  }

  int fd_ = -1;
  std::string client_id_;
  int32_t next_id_ = 0;
  std::string out_;
  std::string in_;
  std::map<int32_t, double> sent_at_;
};

// Makes `count` calls, `in_flight` of them at once over all connections; latencies in seconds.
std::vector<float> run(std::vector<std::unique_ptr<Connection>>& connections, int in_flight, int64_t count, const MakeCall& make) {
  std::vector<float> latencies;
  latencies.reserve(static_cast<size_t>(count));
  const int window = std::max<int>(1, in_flight / static_cast<int>(connections.size()));
  int64_t next = 0;
  std::vector<pollfd> polled;
  for (auto& connection : connections) {
    for (int i = 0; i < window && next < count; ++i) connection->send(make(next++));
    connection->flush();
    polled.push_back({connection->fd(), POLLIN, 0});
  }
  int64_t done = 0;
  while (done < count) {
    for (size_t i = 0; i < connections.size(); ++i)
      polled[i].events = static_cast<short>(POLLIN | (connections[i]->wants_to_write() ? POLLOUT : 0));
    if (::poll(polled.data(), polled.size(), 60'000) == 0) fail("no answer within 60 s");
    for (size_t i = 0; i < connections.size(); ++i) {
      if ((polled[i].revents & (POLLIN | POLLERR | POLLHUP)) != 0) {
        const int answers = connections[i]->receive(latencies);
        done += answers;
        for (int n = 0; n < answers && next < count; ++n) connections[i]->send(make(next++));
      }
      connections[i]->flush();
    }
  }
  return latencies;
}

// Files are spread over directories `depth` deep, so that a look-up walks as many names as in a real tree.
class Names {
 public:
  explicit Names(const Options& options) : options_(options) {}
  std::string directory(int64_t number) const {
    std::string out = options_.root;
    for (int i = 1; i < options_.depth - 1; ++i) out += fmt::format("/level{}", i);
    return out + fmt::format("/dir{}", number);
  }
  std::string file(int64_t i) const {
    return directory(i / options_.files_per_directory) + fmt::format("/file{}", i % options_.files_per_directory);
  }
  int64_t directories(int64_t files) const { return (files + options_.files_per_directory - 1) / options_.files_per_directory; }

 private:
  const Options& options_;
};

template <class Request>
Call call_of(const char* method, const Request& request) {
  return Call{method, request.SerializeAsString()};
}

Call mkdirs(const std::string& path) {
  MkdirsRequestProto request;
  request.set_src(path);
  request.mutable_masked()->set_perm(0755);
  request.set_createparent(true);
  return call_of("mkdirs", request);
}

Call create(const std::string& path) {
  CreateRequestProto request;
  request.set_src(path);
  request.mutable_masked()->set_perm(0644);
  request.set_clientname("namenode_load");
  request.set_createflag(1);
  request.set_createparent(true);
  request.set_replication(3);
  request.set_blocksize(128 << 20);
  return call_of("create", request);
}

Call complete(const std::string& path) {
  CompleteRequestProto request;
  request.set_src(path);
  request.set_clientname("namenode_load");
  return call_of("complete", request);
}

Call get_file_info(const std::string& path) {
  GetFileInfoRequestProto request;
  request.set_src(path);
  return call_of("getFileInfo", request);
}

Call get_block_locations(const std::string& path) {
  GetBlockLocationsRequestProto request;
  request.set_src(path);
  request.set_offset(0);
  request.set_length(1 << 30);
  return call_of("getBlockLocations", request);
}

Call get_listing(const std::string& path) {
  GetListingRequestProto request;
  request.set_src(path);
  request.set_startafter("");
  request.set_needlocation(false);
  return call_of("getListing", request);
}

Call rename(const std::string& from, const std::string& to) {
  RenameRequestProto request;
  request.set_src(from);
  request.set_dst(to);
  return call_of("rename", request);
}

Call remove(const std::string& path, bool recursive) {
  DeleteRequestProto request;
  request.set_src(path);
  request.set_recursive(recursive);
  return call_of("delete", request);
}

// What an operation needs before it: directories, open files, closed files.
enum class Needs : uint8_t { kDirectories, kOpenFiles, kFiles };
struct Operation {
  Needs needs;
  MakeCall make;
};

std::map<std::string, Operation> operations(const Names& names, const Options& options) {
  // A multiplier without common factors visits every file once, in no order.
  const auto scattered = [&options](int64_t i) {
    return static_cast<int64_t>(static_cast<uint64_t>(i) * 7919 % static_cast<uint64_t>(options.calls));
  };
  std::map<std::string, Operation> out;
  out["mkdirs"] = {Needs::kDirectories, [&names](int64_t i) { return mkdirs(names.file(i) + ".d"); }};
  out["create"] = {Needs::kDirectories, [&names](int64_t i) { return create(names.file(i)); }};
  out["complete"] = {Needs::kOpenFiles, [&names](int64_t i) { return complete(names.file(i)); }};
  out["getFileInfo"] = {Needs::kFiles, [&names, scattered](int64_t i) { return get_file_info(names.file(scattered(i))); }};
  out["getBlockLocations"] = {Needs::kFiles, [&names, scattered](int64_t i) { return get_block_locations(names.file(scattered(i))); }};
  out["getListing"] = {Needs::kFiles,
                       [&names, &options](int64_t i) { return get_listing(names.directory(i * 7919 % names.directories(options.calls))); }};
  out["rename"] = {Needs::kFiles, [&names](int64_t i) { return rename(names.file(i), names.file(i) + ".new"); }};
  out["delete"] = {Needs::kFiles, [&names](int64_t i) { return remove(names.file(i), false); }};
  return out;
}

Options parse(int argc, char** argv) {
  Options out;
  const std::map<std::string, std::function<void(const std::string&)>> known = {
      {"--host", [&](const std::string& v) { out.host = v; }},
      {"--port", [&](const std::string& v) { out.port = static_cast<uint16_t>(std::stoi(v)); }},
      {"--op", [&](const std::string& v) { out.op = v; }},
      {"--calls", [&](const std::string& v) { out.calls = std::stoll(v); }},
      {"--in-flight", [&](const std::string& v) { out.in_flight = std::stoi(v); }},
      {"--connections", [&](const std::string& v) { out.connections = std::stoi(v); }},
      {"--depth", [&](const std::string& v) { out.depth = std::stoi(v); }},
      {"--files-per-directory", [&](const std::string& v) { out.files_per_directory = std::stoll(v); }},
      {"--pid", [&](const std::string& v) { out.pid = std::stoi(v); }},
      {"--root", [&](const std::string& v) { out.root = v; }},
  };
  for (int i = 1; i + 1 < argc; i += 2) {
    const auto it = known.find(argv[i]);
    if (it == known.end()) fail(fmt::format("unknown option {}", argv[i]));
    it->second(argv[i + 1]);
  }
  if (argc % 2 == 0 || out.op.empty()) {
    fail(
        "usage: namenode_load --op NAME [--host H] [--port P] [--calls N] [--in-flight N] [--connections N] [--depth N]\n"
        "                     [--files-per-directory N] [--pid SERVER] [--root PATH]");
  }
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options = parse(argc, argv);
  const Names names(options);
  const auto known = operations(names, options);
  const auto it = known.find(options.op);
  if (it == known.end()) fail("unknown operation " + options.op);
  std::vector<std::unique_ptr<Connection>> connections;
  for (int i = 0; i < options.connections; ++i) connections.push_back(std::make_unique<Connection>(options, i));

  run(connections, 1, 1, [&](int64_t) { return remove(options.root, true); });
  run(connections, 64, names.directories(options.calls), [&](int64_t i) { return mkdirs(names.directory(i)); });
  if (it->second.needs != Needs::kDirectories) run(connections, 64, options.calls, [&](int64_t i) { return create(names.file(i)); });
  if (it->second.needs == Needs::kFiles) run(connections, 64, options.calls, [&](int64_t i) { return complete(names.file(i)); });

  const double cpu_before = options.pid > 0 ? cpu_seconds(options.pid) : 0;
  const double start = now_seconds();
  auto latencies = run(connections, options.in_flight, options.calls, it->second.make);
  const double seconds = now_seconds() - start;
  const double cpu = options.pid > 0 ? cpu_seconds(options.pid) - cpu_before : 0;
  std::ranges::sort(latencies);
  const auto percentile = [&latencies](double p) {
    return 1e6 * latencies[static_cast<size_t>(p * static_cast<double>(latencies.size() - 1))];
  };
  fmt::print("{} in_flight={} calls={} ops_per_s={:.0f} server_cpu_us={:.2f} p50_us={:.0f} p99_us={:.0f}\n", options.op, options.in_flight,
             options.calls, static_cast<double>(options.calls) / seconds, 1e6 * cpu / static_cast<double>(options.calls), percentile(0.5),
             percentile(0.99));
}
