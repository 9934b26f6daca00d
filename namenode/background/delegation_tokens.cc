#include "namenode/ops/delegation_tokens.h"
#include "common/log/log.h"
#include "namenode/background/loops.h"

namespace tusker::namenode {
namespace {

constexpr int64_t kSweepMs = 3'600'000;  // FSNamesystem.DELEGATION_TOKEN_REMOVER_SCAN_INTERVAL
constexpr size_t kTokensPerPiece = 500;

}  // namespace

Task<void> Loops::keep_tokens() {
  if (!ns_.settings().tokens_always || ns_.safe_mode().on()) co_return;
  auto rolled = co_await ns_.mutate([this](Transaction& tx) { return roll_delegation_key(ns_, tx); });
  if (!rolled) LOG_ERROR("Master key updating failed: {}", rolled.error().to_string());
  if (ns_.now_ms() < tokens_sweep_ms_) co_return;
  tokens_sweep_ms_ = ns_.now_ms() + kSweepMs;
  for (;;) {
    auto dropped = co_await ns_.mutate([](Transaction& tx) { return expire_delegation_tokens(tx, kTokensPerPiece); });
    if (!dropped) LOG_ERROR("dropping expired delegation tokens: {}", dropped.error().to_string());
    if (dropped.value_or(0) < kTokensPerPiece) co_return;
  }
}

}  // namespace tusker::namenode
