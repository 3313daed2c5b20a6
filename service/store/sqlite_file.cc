// The process's hold on the file of an SQLite store, and the space kept beside it.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include "store/fault.h"
#include "store/sqlite.h"

namespace inferwire::store {
namespace {

constexpr off_t kReserveBytes = 4 << 20;

// SQLite would make a database of a file that is shorter than a page.
bool IsSomethingElse(int fd) {
  constexpr std::string_view kMagic("SQLite format 3\0", 16);
  std::array<char, kMagic.size()> begin{};
  const ssize_t got = pread(fd, begin.data(), begin.size(), 0);
  return got != 0 &&
         std::string_view(begin.data(), static_cast<size_t>(std::max<ssize_t>(got, 0))) != kMagic;
}

}  // namespace

Result<std::unique_ptr<SqliteFile>> SqliteFile::Lock(const std::string& path) {
  const std::string name = path + ".lock";
  const int fd = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    const int why = errno;
    return StoreError(FaultOfErrno(why),
                      "cannot open " + name + ": " + std::system_category().message(why));
  }
  std::unique_ptr<SqliteFile> file(new SqliteFile(path, fd));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    return StoreError(Fault::kLocked, path + " is in use by another process");
  }
  fchmod(fd, 0600);
  // SQLite gives the files beside it the same rights.
  const int made = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  const bool other = made >= 0 && IsSomethingElse(made);
  if (made >= 0) close(made);
  if (other) return StoreError(Fault::kCorrupt, path + " is not a database");
  for (const char* suffix : {"", "-wal", "-shm"}) chmod((path + suffix).c_str(), 0600);
  return file;
}

SqliteFile::~SqliteFile() { close(fd_); }

void SqliteFile::KeepReserve() const {
  const std::string name = path_ + ".reserve";
  struct stat there {};
  if (stat(name.c_str(), &there) == 0 && there.st_size >= kReserveBytes) return;
  struct statvfs system {};
  if (statvfs(path_.c_str(), &system) != 0) return;
  // Not the last that there is.
  if (system.f_bavail * system.f_frsize < 2 * static_cast<uint64_t>(kReserveBytes)) return;
  const int fd = open(name.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return;
  const bool kept = posix_fallocate(fd, 0, kReserveBytes) == 0;
  close(fd);
  if (!kept) unlink(name.c_str());
}

void SqliteFile::LetReserveGo() const { unlink((path_ + ".reserve").c_str()); }

}  // namespace inferwire::store
