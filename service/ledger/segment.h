// One file of a ledger: allocated before it is used and mapped, so that what was written to it
// survives the process's death without a system call, and a full disk is an error of its making
// and never a fault (SIGBUS) of a write. Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "ledger/record.h"

namespace inferwire::ledger {

// posix_fallocate, or what stands for it in tests.
using Allocate = std::function<int(int fd, int64_t bytes)>;
int AllocateOnDisk(int fd, int64_t bytes);

// 0123456789abcdef-000001.ledger
std::string SegmentName(uint64_t writer, uint32_t index);

struct SegmentFile {
  uint64_t writer = 0;
  uint32_t index = 0;  // of its writer's files: 0, 1, 2, ...
  std::string path;
};
// In the order of their writing; what has another name is not a ledger's.
std::vector<SegmentFile> ListSegments(const std::string& folder);

class Segment {
 public:
  // A new file, empty but for its head; its `first` is written by Start.
  static Result<std::unique_ptr<Segment>> Create(const std::string& folder, uint64_t writer,
                                                 uint32_t index, size_t bytes,
                                                 const Allocate& allocate);
  // An existing one, of which `used` slots are kept: what comes after them is cleared.
  static Result<std::unique_ptr<Segment>> Reopen(const std::string& path, size_t used);
  ~Segment();
  Segment(const Segment&) = delete;
  Segment& operator=(const Segment&) = delete;

  // Once, before the first Append.
  void Start(uint64_t first);
  // Fills in the checksum. Needs a free slot.
  template <class Slot>
  void Append(Slot slot) {
    slot.checksum = SlotChecksum(&slot);
    Put(&slot);
  }
  size_t free() const { return slots_ - used_; }
  size_t slots() const { return slots_; }
  size_t used() const { return used_; }
  // To the disk: what a power cut would take.
  bool Sync() const;

 private:
  Segment(int fd, char* bytes, size_t size);
  static Result<std::unique_ptr<Segment>> Map(int fd, size_t size);
  void Put(const void* slot);

  const int fd_;
  char* const bytes_;
  const size_t size_, slots_;
  Head head_;
  size_t used_ = 0;
};

}  // namespace inferwire::ledger
