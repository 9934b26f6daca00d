#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/env/real_env.h"
#include "namenode/ops/datanode_operations.h"
#include "tests/support/catch.h"

namespace tusker::tests {

enum class Store { kMemory, kRocks };

// A namespace without ports: operations run on a real core over either store. Three DataNodes on two racks are registered.
class NamespaceFixture {
 public:
  explicit NamespaceFixture(Store store, const std::function<void(namenode::Settings&)>& adjust = {});
  ~NamespaceFixture();

  template <class Fn>
  auto mutate(Fn fn) {
    using R = std::invoke_result_t<Fn&, namenode::Transaction&>;
    std::optional<R> out;
    real.run(run_mutation(&ns(), std::move(fn), &out));
    return *std::move(out);
  }
  template <class Fn>
  auto read(Fn fn) {
    return fn(namenode::ReadView(*engine_, kv::Tier::kAll));
  }
  namenode::Namesystem& ns() { return *ns_; }
  // As whom and with what cluster.
  namenode::OpContext as(const std::string& user, std::vector<std::string> groups = {});
  // Drops everything in memory and starts from what is durable.
  void restart();

  // A closed file with one block of `bytes` on all three nodes.
  void write_file(const std::string& path, int64_t bytes);
  // Each directory's usage equals a recount, each block's file knows it.
  void check_consistency();

  RealEnv real;

 private:
  template <class Fn, class R>
  static Task<void> run_mutation(namenode::Namesystem* ns, Fn fn, std::optional<R>* out) {
    out->emplace(co_await ns->mutate(std::move(fn)));
  }
  void open();
  void close();
  namenode::Usage recount(const namenode::View& view, const namenode::Inode& inode);

  Store store_;
  namenode::Settings settings_;
  std::string directory_;
  std::unique_ptr<kv::Engine> engine_;
  std::unique_ptr<namenode::Namesystem> ns_;
};

}  // namespace tusker::tests
