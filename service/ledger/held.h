// What could not be written because the disk is full: sums in memory, until there is room. Bounded:
// what has too many names loses them, never its numbers. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "ledger/record.h"

namespace inferwire::ledger {

class Held {
 public:
  static constexpr size_t kMost = 1000;

  struct Sum {
    // The texts are the sum's own.
    Names names() const;
    std::vector<std::string> texts;  // in the order of Names::all
    Usage usage;
  };

  void Add(const Names& names, const Usage& usage);
  bool empty() const { return sums_.empty(); }
  // Of all sums.
  int64_t calls() const { return calls_; }
  // The first one, until it is dropped. There is one.
  const Sum& first() const { return sums_.begin()->second; }
  void DropFirst();

 private:
  std::map<std::string, Sum> sums_;  // by the names, the source and the code
  int64_t calls_ = 0;
};

}  // namespace inferwire::ledger
