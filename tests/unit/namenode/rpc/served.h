#pragma once

#include <string>
#include <string_view>

#include "namenode/rpc/client_protocol.h"
#include "tests/unit/namenode/ops/namespace_fixture.h"

namespace tusker::tests {

inline rpc::CallContext call_of(const std::string& user, int32_t call_id) {
  rpc::CallContext call;
  call.user.name = user;
  call.remote.host = "10.0.0.1";
  call.client_id = std::string(16, 'c');
  call.call_id = call_id;
  return call;
}

inline Task<void> run_call(const rpc::Method* method, rpc::CallContext call, std::string request, Result<std::string>* out) {
  *out = co_await method->handler(std::move(call), request);
}

// ClientProtocol over a namespace, called without a network.
struct Served {
  explicit Served(Store store = Store::kMemory, const std::function<void(namenode::Settings&)>& adjust = {})
      : f(store, adjust), groups(f.real.env()), client(f.ns(), groups), table(client.table()) {}

  Result<std::string> call(const rpc::Method& method, const std::string& request, int32_t call_id, const std::string& user = "root") {
    Result<std::string> out;
    f.real.run(run_call(&method, call_of(user, call_id), request, &out));
    return out;
  }
  template <class Response, class Request>
  Result<Response> call(std::string_view method, const Request& request, const std::string& user = "root") {
    TRY(const std::string bytes, call(*table.find(method), request.SerializeAsString(), ++last_call, user));
    Response response;
    REQUIRE(response.ParseFromString(bytes));
    return response;
  }

  NamespaceFixture f;
  security::Groups groups;
  namenode::ClientProtocol client;
  rpc::Protocol table;
  int32_t last_call = 1000;
};

}  // namespace tusker::tests
