// Reads a segment from its first slot to the last good one, also while it is being written. Not
// thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/record.h"

namespace inferwire::ledger {

// A record with its names, which are the reader's.
struct Line {
  Kind kind = Kind::kEnd;
  uint64_t number = 0;
  int64_t at = 0;  // nanoseconds since 1970
  uint64_t begin = 0;
  Names names;
  std::array<uint32_t, Names::kCount> numbers{};  // the file's, that stand for the names
  Usage usage;
  RequestId request_id{};
};

class SegmentReader {
 public:
  static Result<std::unique_ptr<SegmentReader>> Open(const std::string& path);
  ~SegmentReader();
  SegmentReader(const SegmentReader&) = delete;
  SegmentReader& operator=(const SegmentReader&) = delete;

  // False: nothing was written to it yet.
  bool started();
  // Of a started one.
  const Head& head() const { return head_; }
  // The next beginning, end or closing. None: there is no more, so far.
  std::optional<Line> Next();

  // Of what Next has gone through: good slots, the last one's number, names.
  size_t used() const { return used_; }
  uint64_t number() const { return number_; }
  uint32_t names() const { return static_cast<uint32_t>(names_.size()); }
  // After Next has said that there is no more: something is there, but no good slot.
  bool torn() const { return torn_; }

 private:
  explicit SegmentReader(int fd) : fd_(fd) {}
  // The next slot's bytes; null at the end of the file.
  const char* Slot();
  bool Refill();
  void TakeName(const NameRecord& record);
  std::string_view NameOf(uint32_t number) const;
  Line ToLine(const Record& record) const;

  const int fd_;
  Head head_;
  bool started_ = false, torn_ = false;
  size_t used_ = 0;
  uint64_t number_ = 0;
  std::vector<char> buffer_;
  size_t buffer_at_ = 0;           // the file's slot that the buffer begins with
  std::deque<std::string> names_;  // 1 is the first
};

}  // namespace inferwire::ledger
