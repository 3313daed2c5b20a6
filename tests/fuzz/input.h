// The fuzzer's bytes as text, so that seeds can be written by hand: lines, blocks of "name: value",
// and a rest.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

namespace inferwire::fuzz {

class Input {
 public:
  Input(const uint8_t* bytes, size_t size)
      : rest_(reinterpret_cast<const char*>(bytes), size), whole_(rest_) {}

  // The next line without its \n; empty at the end.
  std::string_view Line();
  // The lines up to the next empty one, each split at its first colon; the empty one is skipped.
  std::vector<std::pair<std::string_view, std::string_view>> Block();
  std::string_view Rest() const { return rest_; }

  // Choices that belong to this input, always the same ones.
  std::minstd_rand Choices() const;

 private:
  std::string_view rest_;
  std::string_view whole_;
};

// A whole number at the front of the text, or the other one.
int NumberOr(std::string_view text, int other);

}  // namespace inferwire::fuzz
