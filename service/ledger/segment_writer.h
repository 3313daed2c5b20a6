// Writes records into one segment, and the names that they need before them: each segment can be
// read by itself. Not thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/text_map.h"
#include "ledger/record.h"
#include "ledger/segment.h"

namespace inferwire::ledger {

// Longer names are cut, and end in a hash of the whole.
inline constexpr size_t kMaxName = 512;
std::string CutName(std::string_view name);

class SegmentWriter {
 public:
  // number: of the last slot before it. names: as many numbers are taken already.
  SegmentWriter(std::unique_ptr<Segment> segment, uint64_t number, uint32_t names = 0);

  // What stands for a record's names here, and the slots that it takes with those that are new.
  struct Numbers {
    std::array<uint32_t, Names::kCount> of{};  // 0: new, or empty
    size_t slots = 1;
  };
  Numbers Find(const Names& names) const;
  // In a new segment.
  static size_t MostSlotsFor(const Names& names);
  // Needs as many free slots as Find has said since the last Write. The record's number.
  uint64_t Write(Record record, const Names& names, const Numbers& numbers);
  uint64_t Write(const Record& record, const Names& names) {
    return Write(record, names, Find(names));
  }

  Segment& segment() { return *segment_; }
  const Segment& segment() const { return *segment_; }
  uint64_t number() const { return number_; }

 private:
  uint32_t Number(std::string_view name);
  uint32_t Introduce(std::string name);

  const std::unique_ptr<Segment> segment_;
  uint64_t number_;
  uint32_t names_;
  TextMap<uint32_t> numbers_;
};

}  // namespace inferwire::ledger
