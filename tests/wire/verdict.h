// What became of one recording.
#pragma once

#include <string>
#include <utility>

namespace inferwire::wire {

struct Verdict {
  enum class Outcome { kPassed, kFailed, kNotServed };

  Outcome outcome = Outcome::kPassed;
  std::string detail;  // the first difference

  static Verdict Passed() { return {}; }
  static Verdict Failed(std::string detail) { return {Outcome::kFailed, std::move(detail)}; }
  static Verdict NotServed(std::string detail) { return {Outcome::kNotServed, std::move(detail)}; }
  bool failed() const { return outcome == Outcome::kFailed; }
};

}  // namespace inferwire::wire
