// The vocabulary as a table.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "simulator/behavior.h"

namespace inferwire::simulator {

struct Word {
  std::string_view key, takes;
  // False: the value is none that it takes.
  bool (*set)(std::string_view value, Behavior& behavior);
};

std::span<const Word> Vocabulary();

}  // namespace inferwire::simulator
