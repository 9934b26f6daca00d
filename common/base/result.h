#pragma once

#include <expected>
#include <utility>

#include "common/base/status.h"

namespace tusker {

// A value or the Status that says why there is none. Nothing throws across our interfaces.
template <class T>
using Result = std::expected<T, Status>;

// Makes an error result: `return error(StatusCode::kFileNotFound, fmt::format("File does not exist: {}", path));`
inline std::unexpected<Status> error(StatusCode code, std::string message) {
  return std::unexpected<Status>(std::in_place, code, std::move(message));
}
inline std::unexpected<Status> error(Status status) { return std::unexpected<Status>(std::move(status)); }

}  // namespace tusker

#define TUSKER_CONCAT_INNER(a, b) a##b
#define TUSKER_CONCAT(a, b) TUSKER_CONCAT_INNER(a, b)

// TRY(auto value, expression);  evaluates a Result; on an error the enclosing function returns it, else `value` holds what was inside.
// TRY_VOID(expression);         the same for a Result without a value that is wanted.
// The CO_ twins are for coroutines; their expression may be `co_await …`.
#define TRY_IMPL(tmp, decl, expr, ret)                   \
  auto tmp = (expr);                                     \
  if (!tmp) ret std::unexpected(std::move(tmp).error()); \
  decl = *std::move(tmp)
#define TRY(decl, ...) TRY_IMPL(TUSKER_CONCAT(try_result_, __LINE__), decl, (__VA_ARGS__), return)
#define CO_TRY(decl, ...) TRY_IMPL(TUSKER_CONCAT(try_result_, __LINE__), decl, (__VA_ARGS__), co_return)
#define TRY_VOID_IMPL(tmp, expr, ret)                      \
  do {                                                     \
    auto tmp = (expr);                                     \
    if (!tmp) ret std::unexpected(std::move(tmp).error()); \
  } while (false)
#define TRY_VOID(...) TRY_VOID_IMPL(TUSKER_CONCAT(try_result_, __LINE__), (__VA_ARGS__), return)
#define CO_TRY_VOID(...) TRY_VOID_IMPL(TUSKER_CONCAT(try_result_, __LINE__), (__VA_ARGS__), co_return)
