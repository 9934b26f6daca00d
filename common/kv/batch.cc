#include "common/kv/engine.h"

namespace tusker::kv {

void Batch::put(Family family, std::string key, std::string value) {
  bytes += key.size() + value.size();
  changes.push_back({Change::Kind::kPut, family, std::move(key), std::move(value)});
}
void Batch::remove(Family family, std::string key) {
  bytes += key.size();
  changes.push_back({Change::Kind::kDelete, family, std::move(key), {}});
}
void Batch::remove_range(Family family, std::string from, std::string to) {
  bytes += from.size() + to.size();
  changes.push_back({Change::Kind::kDeleteRange, family, std::move(from), std::move(to)});
}

}  // namespace tusker::kv
