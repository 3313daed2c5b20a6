// The ends of models: how far away they are, and what callers are told of them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace inferwire::catalogue {

// Callers of a model are warned for so long before its end.
inline constexpr int kWarningDays = 60;
// In a catalogue's file, in the place of a date: no end, whatever is said elsewhere of the model.
inline constexpr std::string_view kNoEnd = "none";

// The moment at which a day begins in UTC; unset if that is no date (YYYY-MM-DD).
std::optional<WallTime> BeginningOf(std::string_view date);
std::string DateOf(WallTime moment);
// Whole days until that day: 0 on the day itself, negative afterwards.
int DaysLeft(WallTime day, WallTime now);

// A model that is near its end, or past it, as a call finds it.
struct Ending {
  std::string model;        // the catalogue's id
  WallTime at;              // the beginning of its shutdown date
  int days_left = 0;        // at most kWarningDays, unless it was moved before
  std::string replacement;  // empty: none is known
  bool moved = false;       // the replacement was asked instead of it

  // MODEL_ENDS_SOON, MODEL_ENDED or MODEL_MOVED.
  std::string_view reason() const;
  // For people, one sentence.
  std::string Text() const;
};

}  // namespace inferwire::catalogue
