#include <cstdio>

#include "mapreduce/api/job.h"
#include "mapreduce/examples/halton.h"

// Estimates Pi by a quasi Monte Carlo method: `mapred run libpi.so MAPS SAMPLES`. The answers are those of Hadoop's example for the same
// arguments.

namespace {

namespace mr = tusker::mr;
using tusker::examples::Inside;

struct Piece {
  int64_t offset;
  int64_t count;
};

struct Sampler {
  explicit Sampler(mr::Context context) : context_(context) {}

  void map(mr::Record record, mr::Output& out) {
    constexpr int64_t kStep = 1 << 20;
    const auto piece = mr::plain_of<Piece>(record.value);
    Inside sum{0, 0};
    // The state at an index follows from the index, but the sums of doubles depend on where one begins: one sequence for the whole piece.
    tusker::examples::HaltonSequence sequence(piece.offset);
    for (int64_t i = 0; i < piece.count; ++i) {
      const auto point = sequence.next();
      const double x = point.x - 0.5;
      const double y = point.y - 0.5;
      ++(x * x + y * y > 0.25 ? sum.outside : sum.inside);
      if (i % kStep == kStep - 1) context_.progress();
    }
    out.emit("count", sum);
  }

 private:
  mr::Context context_;
};

struct Add {
  using Value = Inside;
  static void fold(Inside& into, const Inside& value) {
    into.inside += value.inside;
    into.outside += value.outside;
  }
};

struct Total {
  explicit Total(mr::Context) {}
  void reduce(std::string_view, mr::Values& values, mr::Output& out) {
    Inside sum{0, 0};
    while (auto value = values.next<Inside>()) Add::fold(sum, *value);
    out.emit(std::to_string(sum.inside), std::to_string(sum.outside));
  }
};

int64_t positive(std::string_view text, const char* name) {
  int64_t value = 0;
  auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || value <= 0) {
    throw std::invalid_argument(std::string(name) + " must be a positive number, not " + std::string(text));
  }
  return value;
}

struct Driver {
  static void plan(mr::Plan& plan, std::span<const std::string_view> arguments) {
    if (arguments.size() != 2) throw std::invalid_argument("Usage: mapred run libpi.so <nMaps> <nSamples>");
    const int64_t maps = positive(arguments[0], "nMaps");
    const int64_t samples = positive(arguments[1], "nSamples");
    if (samples > (INT64_MAX / 40) / maps) throw std::invalid_argument("nMaps * nSamples is too big");
    plan.print("Number of Maps  = " + std::to_string(maps) + "\nSamples per Map = " + std::to_string(samples) + "\n");
    for (int64_t i = 0; i < maps; ++i) {
      const Piece piece{i * samples, samples};
      plan.add_split({reinterpret_cast<const char*>(&piece), sizeof piece});
      plan.print("Wrote input for Map #" + std::to_string(i) + "\n");
    }
    plan.set("mapreduce.job.reduces", 1);
    plan.set("mapreduce.job.name", "QuasiMonteCarlo");
    plan.print("Starting Job\n");
  }

  static void finish(mr::Finished& job) {
    const std::string_view output = job.output();
    const size_t tab = output.find('\t');
    const size_t end = output.find('\n');
    if (tab == std::string_view::npos || end == std::string_view::npos) throw std::runtime_error("the job's output holds no counts");
    const int64_t inside = std::stoll(std::string(output.substr(0, tab)));
    const int64_t outside = std::stoll(std::string(output.substr(tab + 1, end - tab - 1)));
    char seconds[64];
    std::snprintf(seconds, sizeof seconds, "Job Finished in %.3f seconds\n", job.seconds());
    job.print(seconds);
    job.print("Estimated value of Pi is " + tusker::examples::pi_text(inside, inside + outside) + "\n");
  }
};

}  // namespace

TUSKER_JOB(job) { job.name("QuasiMonteCarlo").mapper<Sampler>().fold<Add>().reducer<Total>().driver<Driver>().temporary_output(); }
