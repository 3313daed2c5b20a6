#include "ledger/reader.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace inferwire::ledger {
namespace {

constexpr size_t kSlotsAtOnce = 512;

bool Good(const char* slot) {
  uint32_t checksum = 0;
  std::memcpy(&checksum, slot, sizeof checksum);
  return checksum == SlotChecksum(slot);
}

bool Empty(const char* slot) {
  return std::all_of(slot, slot + kSlot, [](char byte) { return byte == 0; });
}

}  // namespace

Result<std::unique_ptr<SegmentReader>> SegmentReader::Open(const std::string& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd >= 0) return std::unique_ptr<SegmentReader>(new SegmentReader(fd));
  Error error;
  error.code = Code::kUnavailable;
  error.reason = v1::ERROR_REASON_STORE_UNAVAILABLE;
  error.message = std::string("a ledger's file cannot be read: ") + std::strerror(errno);
  return error;
}

SegmentReader::~SegmentReader() { close(fd_); }

bool SegmentReader::started() {
  if (started_) return true;
  const ssize_t read = pread(fd_, &head_, kSlot, 0);
  started_ = read == ssize_t{kSlot} && head_.magic == Head::kMagic &&
             head_.checksum == SlotChecksum(&head_);
  if (started_) number_ = head_.first - 1;
  return started_;
}

bool SegmentReader::Refill() {
  buffer_.resize(kSlotsAtOnce * kSlot);
  const ssize_t read =
      pread(fd_, buffer_.data(), buffer_.size(), static_cast<off_t>((used_ + 1) * kSlot));
  buffer_.resize(read > 0 ? static_cast<size_t>(read) : 0);
  buffer_at_ = used_;
  return buffer_.size() >= kSlot;
}

const char* SegmentReader::Slot() {
  const auto there = [this] { return (used_ - buffer_at_ + 1) * kSlot <= buffer_.size(); };
  if (!there() && !Refill()) return nullptr;
  const char* slot = buffer_.data() + (used_ - buffer_at_) * kSlot;
  if (Good(slot) && !Empty(slot)) return slot;
  // It may have been written since it was read.
  if (!Refill()) return nullptr;
  return buffer_.data();
}

std::optional<Line> SegmentReader::Next() {
  if (!started()) return std::nullopt;
  for (;;) {
    torn_ = false;
    const char* const slot = Slot();
    if (slot == nullptr) return std::nullopt;
    Record record;
    std::memcpy(&record, slot, kSlot);
    if (!Good(slot) || record.number != number_ + 1) {
      torn_ = !Empty(slot);
      return std::nullopt;
    }
    ++used_;
    ++number_;
    if (record.kind != Kind::kName) return ToLine(record);
    NameRecord name;
    std::memcpy(&name, slot, kSlot);
    TakeName(name);
  }
}

void SegmentReader::TakeName(const NameRecord& record) {
  // They are introduced in their order.
  if (record.name == names_.size() + 1) names_.emplace_back();
  if (record.name == 0 || record.name > names_.size()) return;
  std::string& name = names_[record.name - 1];
  if (record.offset == 0) name.clear();
  name.append(record.text.data(), std::min<size_t>(record.piece, NameRecord::kPiece));
}

std::string_view SegmentReader::NameOf(uint32_t number) const {
  if (number == 0 || number > names_.size()) return {};
  return names_[number - 1];
}

Line SegmentReader::ToLine(const Record& record) const {
  Line line;
  line.kind = record.kind;
  line.number = record.number;
  line.at = record.at;
  line.begin = record.begin;
  const auto& of = record.names;
  line.numbers = of;
  line.names = {NameOf(of[0]), NameOf(of[1]), NameOf(of[2]), NameOf(of[3]),
                NameOf(of[4]), NameOf(of[5]), NameOf(of[6]), NameOf(of[7])};
  line.usage = {record.source, record.code,   record.attempts, record.calls,     record.unpriced,
                record.input,  record.cached, record.output,   record.reasoning, record.picousd};
  line.request_id = record.request_id;
  return line;
}

}  // namespace inferwire::ledger
