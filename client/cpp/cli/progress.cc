#include "progress.h"

#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace inferwire::cli {
namespace {

constexpr std::int64_t kBarWidth = 30;
constexpr std::int64_t kReportsWithoutTerminal = 10;  // lines in all

}  // namespace

Progress::Progress() : terminal_(isatty(STDERR_FILENO) == 1) {}

void Progress::Show(std::int64_t done, std::int64_t total, const std::string& text) {
  if (!terminal_) {
    const auto step = total > 0 ? done * kReportsWithoutTerminal / total : 0;
    if (step == step_) return;
    step_ = step;
    std::cerr << text << '\n';
    return;
  }
  std::string line;
  if (total > 0) {
    const auto filled = static_cast<std::size_t>(std::min(done, total) * kBarWidth / total);
    line = "[" + std::string(filled, '#') +
           std::string(static_cast<std::size_t>(kBarWidth) - filled, '.') + "] ";
  }
  line += text;
  const std::size_t width = line.size();
  if (width < width_) line.append(width_ - width, ' ');
  width_ = width;
  line.insert(0, 1, '\r');
  (void)!write(STDERR_FILENO, line.data(), line.size());  // std::cerr would show the return
  shown_ = true;
}

void Progress::Finish() {
  if (shown_) std::cerr << '\n';
  shown_ = false;
}

}  // namespace inferwire::cli
