#include "ledger/writer_reader.h"

#include <utility>

#include "ledger/segment.h"

namespace inferwire::ledger {

std::unique_ptr<SegmentReader> WriterReader::Open(uint32_t index) const {
  auto reader = SegmentReader::Open(folder_ + "/" + SegmentName(writer_, index));
  if (!reader || !(*reader)->started()) return nullptr;
  return std::move(*reader);
}

std::optional<Line> WriterReader::Next() {
  if (!reader_) reader_ = Open(index_);
  if (!reader_) return std::nullopt;
  for (;;) {
    if (auto line = reader_->Next()) return line;
    auto next = Open(index_ + 1);
    if (!next) return std::nullopt;
    // The next one was begun, so nothing more is written here: once more, for what came between.
    if (auto line = reader_->Next()) return line;
    reader_ = std::move(next);
    ++index_;
  }
}

}  // namespace inferwire::ledger
