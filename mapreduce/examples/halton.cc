#include "mapreduce/examples/halton.h"

namespace tusker::examples {

HaltonSequence::HaltonSequence(int64_t start) {
  for (int i = 0; i < 2; ++i) {
    int64_t k = start;
    x_[i] = 0;
    for (int j = 0; j < kDigits[i]; ++j) {
      q_[i][j] = (j == 0 ? 1.0 : q_[i][j - 1]) / kBase[i];
      d_[i][j] = static_cast<int>(k % kBase[i]);
      k = (k - d_[i][j]) / kBase[i];
      x_[i] += d_[i][j] * q_[i][j];
    }
  }
}

double HaltonSequence::advance(int i) {
  for (int j = 0; j < kDigits[i]; ++j) {
    ++d_[i][j];
    x_[i] += q_[i][j];
    if (d_[i][j] < kBase[i]) break;
    d_[i][j] = 0;
    x_[i] -= j == 0 ? 1.0 : q_[i][j - 1];
  }
  return x_[i];
}

HaltonSequence::Point HaltonSequence::next() {
  const double x = advance(0);
  return {x, advance(1)};
}

Inside count_inside(int64_t offset, int64_t count) {
  HaltonSequence sequence(offset);
  Inside found{0, 0};
  for (int64_t i = 0; i < count; ++i) {
    const auto point = sequence.next();
    const double x = point.x - 0.5;
    const double y = point.y - 0.5;
    ++(x * x + y * y > 0.25 ? found.outside : found.inside);
  }
  return found;
}

std::string pi_text(int64_t inside, int64_t total) {
  // 4 * inside / total by long division, one decimal more than is shown.
  const auto divisor = static_cast<unsigned __int128>(total);
  unsigned __int128 rest = static_cast<unsigned __int128>(inside) * 4;
  auto whole = static_cast<uint64_t>(rest / divisor);
  rest %= divisor;
  std::string digits;
  for (int i = 0; i < 20; ++i) {
    rest *= 10;
    digits.push_back(static_cast<char>('0' + static_cast<int>(rest / divisor)));
    rest %= divisor;
  }
  if (rest * 2 >= divisor) {
    size_t at = digits.size();
    while (at > 0 && digits[at - 1] == '9') digits[--at] = '0';
    if (at > 0) {
      ++digits[at - 1];
    } else {
      ++whole;
    }
  }
  return std::to_string(whole) + "." + digits;
}

}  // namespace tusker::examples
