#include "ledger/hour_sums.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "codec/utf8.h"

namespace inferwire::ledger {
namespace {

constexpr int64_t kNanosecondsPerHour = 3'600'000'000'000;

// What a database takes.
std::string ForDatabase(std::string_view name) {
  std::string text = codec::IsUtf8(name) ? std::string(name) : codec::ReplaceInvalidUtf8(name);
  std::ranges::replace(text, '\0', '?');
  return text;
}

void AddTo(store::UsageRow& row, const Usage& usage) {
  row.calls += usage.calls;
  if (usage.code != 0) row.failed += usage.calls;
  row.unpriced += usage.unpriced;
  row.input += usage.input;
  row.cached += usage.cached;
  row.output += usage.output;
  row.reasoning += usage.reasoning;
  row.picousd += usage.picousd;
}

// An end whose numbers are elsewhere adds nothing, and would be a row of zeros.
bool SaysAnything(const Usage& usage) { return usage.calls > 0 || usage.source != Source::kNone; }

}  // namespace

size_t HourSums::Hash::operator()(const Numbers& numbers) const {
  return std::hash<std::string_view>()(
      {reinterpret_cast<const char*>(numbers.data()), sizeof numbers});
}

HourSums::Key HourSums::KeyOf(const Line& line, int64_t hour) {
  Texts texts;
  std::ranges::transform(line.names.all(), texts.begin(), ForDatabase);
  return {hour, std::move(texts), line.usage.source};
}

void HourSums::Add(const Line& line, uint32_t file) {
  if (line.kind != Kind::kEnd || !SaysAnything(line.usage)) return;
  const int64_t hour = line.at / kNanosecondsPerHour;
  Numbers numbers{static_cast<uint64_t>(hour),
                  static_cast<uint64_t>(line.usage.source) << 32 | file};
  for (size_t i = 0; i < line.numbers.size(); i += 2) {
    numbers[2 + i / 2] = uint64_t{line.numbers[i]} << 32 | line.numbers[i + 1];
  }
  store::UsageRow*& row = known_[numbers];
  if (row == nullptr) row = &rows_[KeyOf(line, hour)];
  AddTo(*row, line.usage);
}

std::vector<store::UsageRow> HourSums::Take() {
  known_.clear();
  std::vector<store::UsageRow> rows;
  rows.reserve(rows_.size());
  for (auto& [key, row] : rows_) {
    Texts texts = std::get<1>(key);
    row.hour = std::get<0>(key);
    row.source = static_cast<int64_t>(std::get<2>(key));
    row.tenant = std::move(texts[0]);
    row.team = std::move(texts[1]);
    row.key = std::move(texts[2]);
    row.user = std::move(texts[3]);
    row.model = std::move(texts[4]);
    row.upstream = std::move(texts[5]);
    row.operation = std::move(texts[6]);
    row.label = std::move(texts[7]);
    rows.push_back(std::move(row));
  }
  rows_.clear();
  return rows;
}

}  // namespace inferwire::ledger
