// A full disk for SQLite, without the rights that mounting a small one takes: files keep what they
// have and may be written over, but grow only by the room that is left.
#pragma once

#include <cerrno>
#include <cstdint>

namespace inferwire::testing_support {

// For all databases of the process; one at a time. The disk is as it was when the object ends.
class FullDisk {
 public:
  // error: what a write without room fails with.
  explicit FullDisk(int64_t room = 0, int error = ENOSPC);
  ~FullDisk();
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

  void Free(int64_t bytes);
};

}  // namespace inferwire::testing_support
