#include "support/full_disk.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>

namespace inferwire::testing_support {
namespace {

std::atomic<int64_t> room;
std::atomic<int> failure;

bool MayGrow(int fd, int64_t end) {
  struct stat file {};
  if (fstat(fd, &file) != 0) return false;
  const int64_t more = std::max<int64_t>(end - file.st_size, 0);
  if (more == 0 || room.fetch_sub(more) >= more) return true;
  room += more;
  errno = failure;
  return false;
}

ssize_t Write(int fd, const void* bytes, size_t count) {
  const off_t at = lseek(fd, 0, SEEK_CUR);
  return MayGrow(fd, at + static_cast<int64_t>(count)) ? write(fd, bytes, count) : -1;
}

ssize_t WriteAt(int fd, const void* bytes, size_t count, off_t at) {
  return MayGrow(fd, at + static_cast<int64_t>(count)) ? pwrite(fd, bytes, count, at) : -1;
}

int Allocate(int fd, off_t at, off_t count) {
  return MayGrow(fd, at + count) ? posix_fallocate(fd, at, count) : failure.load();
}

void Replace(const char* name, sqlite3_syscall_ptr call) {
  sqlite3_vfs* const files = sqlite3_vfs_find(nullptr);
  // Unknown names are those that this build of SQLite does not call.
  files->xSetSystemCall(files, name, call);
}

}  // namespace

FullDisk::FullDisk(int64_t left, int error) {
  room = left;
  failure = error;
  Replace("write", reinterpret_cast<sqlite3_syscall_ptr>(Write));
  Replace("pwrite", reinterpret_cast<sqlite3_syscall_ptr>(WriteAt));
  Replace("pwrite64", reinterpret_cast<sqlite3_syscall_ptr>(WriteAt));
  Replace("fallocate", reinterpret_cast<sqlite3_syscall_ptr>(Allocate));
}

FullDisk::~FullDisk() { Replace(nullptr, nullptr); }

void FullDisk::Free(int64_t bytes) { room += bytes; }

}  // namespace inferwire::testing_support
