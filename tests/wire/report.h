// Counts verdicts by endpoint and provider; prints them as text and as JSON.
#pragma once

#include <map>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "wire/recording.h"
#include "wire/verdict.h"

namespace inferwire::wire {

class Report {
 public:
  void Add(const Recording& recording, const Verdict& verdict);

  int failed() const { return total_.failed; }
  // Whether there was any recording at all.
  bool empty() const { return results_.empty(); }
  // A line for each failure, a table, and the sums.
  void Print(std::ostream& out) const;
  void WriteJson(std::ostream& out) const;

 private:
  struct Counts {
    int passed = 0, failed = 0, not_served = 0;
    void Add(Verdict::Outcome outcome);
  };
  struct Result {
    std::string file, endpoint, provider;
    Verdict verdict;
  };

  std::vector<Result> results_;
  std::map<std::pair<std::string, std::string>, Counts> table_;  // endpoint, provider
  Counts total_;
};

}  // namespace inferwire::wire
