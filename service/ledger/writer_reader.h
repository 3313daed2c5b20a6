// Reads all files of one writer in order, also while they are being written. Not thread-safe.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "ledger/reader.h"

namespace inferwire::ledger {

class WriterReader {
 public:
  // index: of the first of its files that is there.
  WriterReader(std::string folder, uint64_t writer, uint32_t index)
      : folder_(std::move(folder)), writer_(writer), index_(index) {}

  // None: there is no more, so far. Its names are good until the next call.
  std::optional<Line> Next();
  // The file that the last line was in: those before it are behind.
  uint32_t index() const { return index_; }

 private:
  // Null: it is not there, or nothing was written to it.
  std::unique_ptr<SegmentReader> Open(uint32_t index) const;

  const std::string folder_;
  const uint64_t writer_;
  uint32_t index_;
  std::unique_ptr<SegmentReader> reader_;
};

}  // namespace inferwire::ledger
