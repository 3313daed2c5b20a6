// One line of the log as it is written: a flat JSON object in the order of the calls. Escaping and
// bounding happen here and nowhere else.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "telemetry/log.h"

namespace inferwire::telemetry {

class LogLine {
 public:
  explicit LogLine(WallTime now);

  // Names are words of our code, values any bytes.
  void Text(std::string_view name, std::string_view value);
  void TextIfAny(std::string_view name, std::string_view value);
  void Number(std::string_view name, int64_t value);
  void Seconds(std::string_view name, Duration value);  // with microseconds
  void Field(const LogField& field);

  // The whole line; nothing may be added after it.
  std::string_view Finish();

 private:
  void Start(std::string_view name);
  void Quote(std::string_view text);

  std::string json_;
};

// 2026-05-04T03:02:01.987Z
std::string UtcText(WallTime time);

}  // namespace inferwire::telemetry
