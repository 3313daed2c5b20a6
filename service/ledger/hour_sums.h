// Sums of the ledger's ends by hour, names and source, as the store's rows. Lines that follow each
// other mostly have names that were there before in the same file, so they are known by the file's
// numbers for them, and their texts are looked at once. Not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "ledger/reader.h"
#include "ledger/record.h"
#include "store/usage_row.h"

namespace inferwire::ledger {

class HourSums {
 public:
  // file: in which the line was; its numbers for names are its own.
  void Add(const Line& line, uint32_t file);
  size_t rows() const { return rows_.size(); }
  // In the order of their keys: two replicas that wait for each other's rows would wait for ever.
  std::vector<store::UsageRow> Take();

 private:
  using Texts = std::array<std::string, Names::kCount>;
  using Key = std::tuple<int64_t, Texts, Source>;
  // Hour, source and file, and the numbers of the names.
  using Numbers = std::array<uint64_t, 2 + Names::kCount / 2>;
  struct Hash {
    size_t operator()(const Numbers& numbers) const;
  };

  static Key KeyOf(const Line& line, int64_t hour);

  std::map<Key, store::UsageRow> rows_;
  std::unordered_map<Numbers, store::UsageRow*, Hash> known_;
};

}  // namespace inferwire::ledger
