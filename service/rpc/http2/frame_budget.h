// How many frames a caller may send that ask for work and bring nothing: so many at once, so many a
// second ever after, and some for each frame that it is sent.
#pragma once

#include <algorithm>
#include <cstdint>

#include "base/clock.h"

namespace inferwire::rpc::http2 {

class FrameBudget {
 public:
  FrameBudget(int64_t burst, int64_t per_second, SteadyTime now)
      : burst_(burst), per_second_(per_second), left_(burst), filled_(now) {}

  // False: that was one too many.
  bool Take(SteadyTime now, int64_t frames = 1) {
    if (left_ < frames) Fill(now);
    if (left_ < frames) return false;
    left_ -= frames;
    return true;
  }

  // The caller got something: it may answer with as many frames.
  void Earn(int64_t frames) { left_ = std::min(burst_, left_ + frames); }

 private:
  void Fill(SteadyTime now) {
    const auto micros =
        std::chrono::duration_cast<std::chrono::microseconds>(now - filled_).count();
    const int64_t more = std::min(burst_ - left_, micros * per_second_ / 1'000'000);
    if (more == 0) return;
    left_ += more;
    filled_ = now;
  }

  const int64_t burst_, per_second_;
  int64_t left_;
  SteadyTime filled_;
};

}  // namespace inferwire::rpc::http2
