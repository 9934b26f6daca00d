#pragma once

#include <charconv>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "mapreduce/api/abi.h"

// What mappers, combiners and reducers are given. All of it belongs to one task and one thread.

namespace tusker::mr {

inline std::string_view view_of(tusker_bytes bytes) { return {bytes.data, static_cast<size_t>(bytes.size)}; }
inline tusker_bytes bytes_of(std::string_view view) { return {view.data() == nullptr ? "" : view.data(), view.size()}; }

// A value of fixed size, as bytes: integers, floats, structs of them. All nodes share one byte order.
template <class T>
concept Plain = std::is_trivially_copyable_v<T> && !std::is_pointer_v<T> && !std::is_convertible_v<T, std::string_view>;

template <Plain T>
T plain_of(std::string_view bytes) {
  if (bytes.size() != sizeof(T)) {
    throw std::runtime_error("a value has " + std::to_string(bytes.size()) + " bytes, expected " + std::to_string(sizeof(T)));
  }
  T value;
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

// Unwinds the job's code when the host can't go on. Thrown by Output and Values; let it pass.
struct Stopped {};

// Adds to one number of the job's report. Cheap to copy; look it up once, in the constructor.
class Counter {
 public:
  Counter() = default;
  explicit Counter(int64_t* cell) : cell_(cell) {}
  void add(int64_t amount = 1) { *cell_ += amount; }

 private:
  int64_t* cell_ = nullptr;
};

// Properties, counters and status of the running task (org.apache.hadoop.mapreduce.TaskInputOutputContext).
class Context {
 public:
  explicit Context(const tusker_host* host) : host_(host) {}

  // A property of the job, for instance from -D key=value. The view lives as long as the task.
  std::optional<std::string_view> config(std::string_view key) const {
    tusker_bytes value{};
    if (host_->config_get(host_->self, bytes_of(key), &value) == 0) return std::nullopt;
    return view_of(value);
  }
  std::string config(std::string_view key, std::string_view otherwise) const { return std::string(config(key).value_or(otherwise)); }
  int64_t config(std::string_view key, int64_t otherwise) const {
    auto text = config(key);
    if (!text) return otherwise;
    int64_t value = 0;
    auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), value);
    if (failure != std::errc() || end != text->data() + text->size()) {
      throw std::invalid_argument(std::string(key) + "=" + std::string(*text) + " is no integer");
    }
    return value;
  }
  Counter counter(std::string_view group, std::string_view name) const {
    return Counter(host_->counter(host_->self, bytes_of(group), bytes_of(name)));
  }
  // What the task is doing, for people.
  void status(std::string_view text) const { host_->status(host_->self, bytes_of(text)); }
  // Call it now and then in long work that neither reads nor emits, or the task is taken for stuck.
  void progress() const { host_->progress(host_->self); }

 private:
  const tusker_host* host_;
};

// Where a mapper, combiner or reducer sends its pairs. The bytes are copied before emit() returns.
class Output {
 public:
  explicit Output(const tusker_host* host) : emit_(host->emit), self_(host->self) {}

  void emit(std::string_view key, std::string_view value) { send(bytes_of(key), bytes_of(value)); }
  // The bytes of a number or struct: for what a reducer of this job reads again, not for text output.
  template <Plain T>
  void emit(std::string_view key, const T& value) {
    send(bytes_of(key), {reinterpret_cast<const char*>(&value), sizeof value});
  }
  // A pair without a value: text output writes the key alone, without a tab.
  void emit_key(std::string_view key) { send(bytes_of(key), {nullptr, 0}); }

 private:
  void send(tusker_bytes key, tusker_bytes value) {
    if (emit_(self_, key, value) != 0) throw Stopped{};
  }
  int (*emit_)(void*, tusker_bytes, tusker_bytes);
  void* self_;
};

// One record of a map's input. For text: a line without its end.
struct Record {
  int64_t offset;  // where it begins in its file
  std::string_view value;
};

// The values of one key, once, in no order. A view is valid until the next one is asked for.
class Values {
 public:
  explicit Values(const tusker_host* host) : host_(host) {}

  std::optional<std::string_view> next() {
    tusker_bytes value{};
    int more = host_->next_value(host_->self, &value);
    if (more < 0) throw Stopped{};
    if (more == 0) return std::nullopt;
    return view_of(value);
  }
  template <Plain T>
  std::optional<T> next() {
    auto bytes = next();
    if (!bytes) return std::nullopt;
    return plain_of<T>(*bytes);
  }

 private:
  const tusker_host* host_;
};

}  // namespace tusker::mr
