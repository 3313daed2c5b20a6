// How far something long is, on standard error: a bar on a terminal, else ten lines in all.
#pragma once

#include <cstdint>
#include <string>

namespace inferwire::cli {

class Progress {
 public:
  Progress();
  // total 0: not known. text: what stands behind the bar.
  void Show(std::int64_t done, std::int64_t total, const std::string& text);
  // Ends the bar's line.
  void Finish();

 private:
  const bool terminal_;
  bool shown_ = false;
  std::int64_t step_ = 0;
  std::size_t width_ = 0;  // of the last line
};

}  // namespace inferwire::cli
