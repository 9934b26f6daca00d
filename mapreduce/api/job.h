#pragma once

#include <exception>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mapreduce/api/context.h"

// How a MapReduce job is written in C++: the one header that a job's author includes. See docs/mapreduce.md.
//
//   struct Tokenizer {
//     explicit Tokenizer(tusker::mr::Context) {}
//     void map(tusker::mr::Record line, tusker::mr::Output& out);
//   };
//   TUSKER_JOB(job) { job.name("word count").mapper<Tokenizer>().fold<tusker::mr::Sum<int64_t>>().reducer<Total>(); }
//
// A mapper has a constructor from Context, `void map(Record, Output&)` and, if it wants, `void finish(Output&)` after the last record. A
// reducer, or a combiner, has a constructor from Context, `void reduce(std::string_view key, Values&, Output&)` and perhaps finish(). One
// object of each is made for a task. What they throw fails the task attempt with that text.

namespace tusker::mr {

// What the job's own arguments turn into; given to plan().
class Plan : public Context {
 public:
  explicit Plan(const tusker_host* host) : Context(host), host_(host) {}
  void set(std::string_view key, std::string_view value) {
    if (host_->config_set(host_->self, bytes_of(key), bytes_of(value)) != 0) throw Stopped{};
  }
  void set(std::string_view key, int64_t value) { set(key, std::string_view(std::to_string(value))); }
  // One map more, whose only record has this value. A job with splits of its own reads no files.
  void add_split(std::string_view data) {
    if (host_->add_split(host_->self, bytes_of(data)) != 0) throw Stopped{};
  }
  // The first line of the input, for instance the names of columns; empty when there is none.
  std::string_view first_line() {
    tusker_bytes line{};
    if (host_->first_line(host_->self, &line) != 0) throw Stopped{};
    return view_of(line);
  }
  void print(std::string_view text) { host_->print(host_->self, bytes_of(text)); }

 private:
  const tusker_host* host_;
};

// The job that has succeeded; given to finish().
class Finished : public Context {
 public:
  Finished(const tusker_host* host, double seconds) : Context(host), host_(host), seconds_(seconds) {}
  double seconds() const { return seconds_; }
  // All part files, in order; at most 64 MB.
  std::string_view output() {
    tusker_bytes text{};
    if (host_->read_output(host_->self, &text) != 0) throw Stopped{};
    return view_of(text);
  }
  void print(std::string_view text) { host_->print(host_->self, bytes_of(text)); }

 private:
  const tusker_host* host_;
  double seconds_;
};

// Values that can be added up in place, in any order, before they are sorted and sent: much cheaper than a combiner. A fold has
// `using Value = …` and `static void fold(Value& into, const Value& value)`; mappers then emit exactly Values.
template <Plain T>
struct Sum {
  using Value = T;
  static void fold(T& into, const T& value) { into += value; }
};

namespace detail {

// Runs job code at the boundary: whatever it throws becomes the host's failure.
template <class Fn>
int guarded(const tusker_host* host, Fn&& fn) noexcept {
  try {
    fn();
    return 0;
  } catch (const Stopped&) {
    return -1;
  } catch (const std::exception& thrown) {
    host->fail(host->self, bytes_of(std::string_view(thrown.what())));
  } catch (...) {
    host->fail(host->self, bytes_of("the job threw something that is no std::exception"));
  }
  return -1;
}

template <class Object>
struct Held {
  explicit Held(const tusker_host* h) : host(h), out(h), object(Context(h)) {}
  const tusker_host* host;
  Output out;
  Object object;

  static void* make(const tusker_host* h) noexcept {
    Held* held = nullptr;
    guarded(h, [&] { held = new Held(h); });
    return held;
  }
  static int finish(void* self) noexcept {
    auto* held = static_cast<Held*>(self);
    return guarded(held->host, [&] {
      if constexpr (requires(Object& o, Output& output) { o.finish(output); }) held->object.finish(held->out);
    });
  }
  static void destroy(void* self) noexcept { delete static_cast<Held*>(self); }
};

template <class M>
int map(void* self, const tusker_record* records, uint64_t count) noexcept {
  auto* held = static_cast<Held<M>*>(self);
  return guarded(held->host, [&] {
    for (uint64_t i = 0; i < count; ++i) held->object.map(Record{records[i].offset, view_of(records[i].value)}, held->out);
  });
}

template <class R>
int reduce(void* self, tusker_bytes key) noexcept {
  auto* held = static_cast<Held<R>*>(self);
  return guarded(held->host, [&] {
    Values values(held->host);
    held->object.reduce(view_of(key), values, held->out);
  });
}

template <class R>
tusker_reducer reducer_of() {
  return {&Held<R>::make, &reduce<R>, &Held<R>::finish, &Held<R>::destroy};
}

}  // namespace detail

// What a job consists of; filled in by TUSKER_JOB.
class Job {
 public:
  Job& name(std::string_view text) { return job_.name = bytes_of(text), *this; }  // a literal: it must outlive the job
  template <class M>
  Job& mapper() {
    job_.mapper = {&detail::Held<M>::make, &detail::map<M>, &detail::Held<M>::finish, &detail::Held<M>::destroy};
    return *this;
  }
  template <class R>
  Job& reducer() {
    return job_.reducer = detail::reducer_of<R>(), *this;
  }
  template <class C>
  Job& combiner() {
    return job_.combiner = detail::reducer_of<C>(), *this;
  }
  template <class F>
  Job& fold() {
    static_assert(Plain<typename F::Value>);
    job_.fold_bytes = sizeof(typename F::Value);
    job_.fold = [](void* into, const void* value) {
      typename F::Value a, b;  // the bytes may lie anywhere
      std::memcpy(&a, into, sizeof a);
      std::memcpy(&b, value, sizeof b);
      F::fold(a, b);
      std::memcpy(into, &a, sizeof a);
    };
    return *this;
  }
  // P::partition(key, partitions) gives a number below `partitions`. Must not throw.
  template <class P>
  Job& partitioner() {
    job_.partition = [](tusker_bytes key, uint32_t partitions) -> uint32_t { return P::partition(view_of(key), partitions); };
    return *this;
  }
  // D::plan(Plan&, std::span<const std::string_view> arguments) and, if wanted, D::finish(Finished&): the job reads its own arguments.
  template <class D>
  Job& driver() {
    job_.plan = [](const tusker_host* host, const tusker_bytes* arguments, uint64_t count) -> int {
      return detail::guarded(host, [&] {
        std::vector<std::string_view> views;
        for (uint64_t i = 0; i < count; ++i) views.push_back(view_of(arguments[i]));
        Plan plan(host);
        D::plan(plan, std::span<const std::string_view>(views));
      });
    };
    if constexpr (requires(Finished& finished) { D::finish(finished); }) {
      job_.finish = [](const tusker_host* host, double seconds) -> int {
        return detail::guarded(host, [&] {
          Finished finished(host, seconds);
          D::finish(finished);
        });
      };
    }
    return *this;
  }
  // The output is only for finish() and is removed after it.
  Job& temporary_output() { return job_.flags |= TUSKER_JOB_TEMPORARY_OUTPUT, *this; }

  const tusker_job_v1& table() const { return job_; }

 private:
  tusker_job_v1 job_ = {.abi_major = TUSKER_JOB_ABI_MAJOR, .abi_minor = TUSKER_JOB_ABI_MINOR, .struct_size = sizeof(tusker_job_v1)};
};

}  // namespace tusker::mr

// Opens the function that describes the job and exports the library's entry point. Once in a library.
#define TUSKER_JOB(job)                                                                              \
  static void tusker_describe_job(::tusker::mr::Job& job);                                           \
  extern "C" __attribute__((visibility("default"))) const tusker_job_v1* tusker_job(void) noexcept { \
    static const ::tusker::mr::Job described = [] {                                                  \
      ::tusker::mr::Job made;                                                                        \
      tusker_describe_job(made);                                                                     \
      return made;                                                                                   \
    }();                                                                                             \
    return &described.table();                                                                       \
  }                                                                                                  \
  static void tusker_describe_job(::tusker::mr::Job& job)
