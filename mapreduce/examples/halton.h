#pragma once

#include <cstdint>
#include <string>

// The point sequence of Hadoop's QuasiMonteCarlo, digit by digit in its order of double arithmetic, so that the same points fall inside
// the circle.

namespace tusker::examples {

// A point in two dimensions of the Halton sequence with bases 2 and 3.
class HaltonSequence {
 public:
  // The next point is that of index `start` + 1.
  explicit HaltonSequence(int64_t start);
  struct Point {
    double x;
    double y;
  };
  Point next();

 private:
  static constexpr int kBase[2] = {2, 3};
  static constexpr int kDigits[2] = {63, 40};
  double advance(int dimension);

  double x_[2] = {0, 0};
  double q_[2][63];  // base^-(j+1)
  int d_[2][63];
};

struct Inside {
  int64_t inside;
  int64_t outside;
};
// Of the `count` points after index `offset`, how many lie in the circle of radius 1/2 about the middle of the unit square.
Inside count_inside(int64_t offset, int64_t count);

// 4 * inside / total with 20 decimals, rounded half up, as java.math.BigDecimal divides. total > 0.
std::string pi_text(int64_t inside, int64_t total);

}  // namespace tusker::examples
