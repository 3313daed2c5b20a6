#include "catalogue/ending.h"

#include <chrono>
#include <cstdio>

#include "base/text.h"

namespace inferwire::catalogue {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::year_month_day;

std::optional<WallTime> BeginningOf(std::string_view date) {
  if (date.size() != 10 || date[4] != '-' || date[7] != '-') return std::nullopt;
  const auto year = ParseInteger<int>(date.substr(0, 4));
  const auto month = ParseInteger<unsigned>(date.substr(5, 2));
  const auto day = ParseInteger<unsigned>(date.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const year_month_day read{std::chrono::year(*year), std::chrono::month(*month),
                            std::chrono::day(*day)};
  // What lies outside cannot be held in nanoseconds.
  if (!read.ok() || *year < 1970 || *year > 2200) return std::nullopt;
  return sys_days(read);
}

std::string DateOf(WallTime moment) {
  const year_month_day date(floor<days>(moment));
  char text[32];
  std::snprintf(text, sizeof(text), "%04d-%02u-%02u", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  return text;
}

int DaysLeft(WallTime day, WallTime now) {
  return static_cast<int>((floor<days>(day) - floor<days>(now)).count());
}

std::string_view Ending::reason() const {
  if (moved) return "MODEL_MOVED";
  return days_left > 0 ? "MODEL_ENDS_SOON" : "MODEL_ENDED";
}

std::string Ending::Text() const {
  std::string text = model + (days_left > 0 ? " ends on " : " ended on ") + DateOf(at);
  if (moved) return text + "; " + replacement + " was asked instead";
  if (days_left == 1) text += ", tomorrow";
  if (days_left > 1) text += ", in " + std::to_string(days_left) + " days";
  return text + (replacement.empty() ? "; no replacement is known"
                                     : "; its replacement is " + replacement);
}

}  // namespace inferwire::catalogue
