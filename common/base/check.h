#pragma once

// CHECK_INVARIANT(cond) guards an invariant of our own code, in release builds too: it prints the place and aborts. Bytes from disk, wire,
// configuration or a user never meet it; they give a Status.

namespace tusker {
[[noreturn]] void check_failed(const char* condition, const char* file, int line);
}  // namespace tusker

#define CHECK_INVARIANT(cond) (static_cast<bool>(cond) ? static_cast<void>(0) : ::tusker::check_failed(#cond, __FILE__, __LINE__))
