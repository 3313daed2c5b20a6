#include "ledger/spent.h"

#include <optional>

#include "ledger/segment.h"
#include "ledger/writer_reader.h"

namespace inferwire::ledger {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

bool Fits(const Names& whose, const Names& names) {
  const auto wanted = whose.all(), found = names.all();
  for (size_t i = 0; i < wanted.size(); ++i) {
    if (!wanted[i].empty() && wanted[i] != found[i]) return false;
  }
  return true;
}

}  // namespace

Spent SpentBy(const std::string& folder, uint64_t writer, const Names& whose, int64_t from,
              int64_t until) {
  Spent spent;
  std::optional<WriterReader> reader;
  for (const SegmentFile& file : ListSegments(folder)) {
    if (file.writer != writer) continue;
    reader.emplace(folder, writer, file.index);
    break;
  }
  if (!reader) return spent;
  spent.known = true;
  while (const auto line = reader->Next()) {
    if (line->kind != Kind::kEnd || !Fits(whose, line->names)) continue;
    if (line->usage.source == Source::kLost) {
      spent.lost += line->usage.calls;
      continue;
    }
    if (line->at / kSecond >= from && line->at / kSecond < until)
      spent.picousd += line->usage.picousd;
  }
  return spent;
}

}  // namespace inferwire::ledger
