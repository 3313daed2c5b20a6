// Ledgers in a folder of the test's own, and what is in their files.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "ledger/book.h"
#include "ledger/reader.h"
#include "support/temp_folder.h"
#include "telemetry/metrics.h"

namespace inferwire::ledger {

// A line that owns its names.
struct Kept : Line {
  std::string tenant, model, operation, upstream;
};

// Of all files, in the order of their writing.
inline std::vector<Kept> ReadAll(const std::string& folder) {
  std::vector<Kept> lines;
  for (const SegmentFile& file : ListSegments(folder)) {
    auto reader = SegmentReader::Open(file.path);
    if (!reader) continue;  // removed meanwhile
    while (const auto line = (*reader)->Next()) {
      Kept kept;
      static_cast<Line&>(kept) = *line;
      kept.tenant = line->names.tenant;
      kept.model = line->names.model;
      kept.operation = line->names.operation;
      kept.upstream = line->names.upstream;
      kept.names = {};
      lines.push_back(std::move(kept));
    }
  }
  return lines;
}

inline std::vector<Kept> Ends(const std::string& folder) {
  std::vector<Kept> ends;
  for (Kept& line : ReadAll(folder)) {
    if (line.kind == Kind::kEnd && line.usage.calls > 0) ends.push_back(std::move(line));
  }
  return ends;
}

inline Usage Used(int64_t input, int64_t picousd = 0) {
  Usage usage;
  usage.source = Source::kProvider;
  usage.input = input;
  usage.picousd = picousd;
  return usage;
}

class LedgerTest : public testing::Test {
 protected:
  std::unique_ptr<Book> Open() {
    auto book = Book::Open(options, clock, metrics.Of<telemetry::LedgerMetrics>(), 7);
    if (book) return std::move(*book);
    ADD_FAILURE() << book.error().message;
    return nullptr;
  }
  // A whole call.
  void Call(Book& book, const Names& names, int64_t input) {
    book.End(book.Begin(names, {}), names, {}, Used(input));
  }

  testing_support::TempFolder folder{testing_support::TempFolder::InMemory()};
  SystemClock clock;
  telemetry::Metrics metrics;
  Book::Options options{.folder = folder.File("ledger"), .segment_bytes = 1 << 20};
};

}  // namespace inferwire::ledger
