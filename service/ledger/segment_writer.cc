#include "ledger/segment_writer.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstring>
#include <utility>

namespace inferwire::ledger {
namespace {

constexpr size_t kHashText = 17;  // a tilde and 16 digits

size_t SlotsOf(std::string_view name) {
  const size_t size = std::min(name.size(), kMaxName);
  return (size + NameRecord::kPiece - 1) / NameRecord::kPiece;
}

}  // namespace

std::string CutName(std::string_view name) {
  if (name.size() <= kMaxName) return std::string(name);
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a: the same in every process
  for (const char c : name) hash = (hash ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  size_t kept = kMaxName - kHashText;
  while (kept > 0 && (static_cast<uint8_t>(name[kept]) & 0xc0) == 0x80) --kept;  // whole characters
  std::array<char, kHashText + 1> text{};
  std::snprintf(text.data(), text.size(), "~%016llx", static_cast<unsigned long long>(hash));
  return std::string(name.substr(0, kept)) + text.data();
}

SegmentWriter::SegmentWriter(std::unique_ptr<Segment> segment, uint64_t number, uint32_t names)
    : segment_(std::move(segment)), number_(number), names_(names) {}

SegmentWriter::Numbers SegmentWriter::Find(const Names& names) const {
  Numbers numbers;
  const auto all = names.all();
  for (size_t i = 0; i < all.size(); ++i) {
    if (all[i].empty()) continue;
    const auto found = all[i].size() <= kMaxName ? numbers_.find(all[i]) : numbers_.end();
    if (found != numbers_.end()) {
      numbers.of[i] = found->second;
    } else {
      numbers.slots += SlotsOf(all[i]);
    }
  }
  return numbers;
}

size_t SegmentWriter::MostSlotsFor(const Names& names) {
  size_t slots = 1;
  for (const std::string_view name : names.all()) slots += SlotsOf(name);
  return slots;
}

uint64_t SegmentWriter::Write(Record record, const Names& names, const Numbers& numbers) {
  const auto all = names.all();
  for (size_t i = 0; i < all.size(); ++i) {
    record.names[i] = numbers.of[i] != 0 ? numbers.of[i] : Number(all[i]);
  }
  record.number = ++number_;
  segment_->Append(record);
  return number_;
}

uint32_t SegmentWriter::Number(std::string_view name) {
  if (name.empty()) return 0;
  if (name.size() > kMaxName) return Number(CutName(name));
  const auto found = numbers_.find(name);
  return found != numbers_.end() ? found->second : Introduce(std::string(name));
}

uint32_t SegmentWriter::Introduce(std::string name) {
  NameRecord record;
  record.name = ++names_;
  record.size = static_cast<uint16_t>(name.size());
  for (size_t at = 0; at < name.size(); at += NameRecord::kPiece) {
    record.offset = static_cast<uint16_t>(at);
    record.piece = static_cast<uint16_t>(std::min(name.size() - at, NameRecord::kPiece));
    record.text = {};
    std::memcpy(record.text.data(), name.data() + at, record.piece);
    record.number = ++number_;
    segment_->Append(record);
  }
  numbers_.emplace(std::move(name), record.name);
  return record.name;
}

}  // namespace inferwire::ledger
