#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/config/config.h"
#include "common/net/http_server.h"
#include "common/webhdfs/parameters.h"
#include "datanode/web/clients.h"

namespace tusker::datanode {

// WebHDFS on a DataNode (WebHdfsHandler): CREATE, APPEND, OPEN and GETFILECHECKSUM, as a client of the NameNode that the request names.
// Owned by the server; runs on the strands of its connections. A request holds a piece of the body and what its client buffers.
class WebHdfs {
 public:
  // The references must outlive it.
  WebHdfs(Clients& clients, const config::Config& config, webhdfs::Patterns patterns);

  Task<net::HttpResponse> serve(net::HttpRequest request, net::HttpBody* body);

 private:
  struct Call;
  using CallPtr = std::shared_ptr<const Call>;
  using Answer = Task<Result<net::HttpResponse>>;

  Answer dispatch(net::HttpRequest request, net::HttpBody* body);
  Answer create(CallPtr call, net::HttpBody* body);
  Answer open(CallPtr call);
  Answer get_file_checksum(CallPtr call);
  Result<client::CreateOptions> create_options(const Call& call) const;
  Result<Endpoint> namenode_of(const Call& call) const;
  Result<security::User> user_of(const webhdfs::Parameters& parameters) const;
  // A checked value; none when the request hasn't the parameter.
  Result<std::optional<int64_t>> number(const Call& call, std::string_view name) const;
  Result<bool> flag(const Call& call, std::string_view name) const;

  Clients& clients_;
  const config::Config& config_;
  webhdfs::Patterns patterns_;
};

}  // namespace tusker::datanode
