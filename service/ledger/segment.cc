#include "ledger/segment.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <utility>

namespace inferwire::ledger {
namespace {

Error Failed(const std::string& what, int number) {
  Error error;
  const bool full = number == ENOSPC || number == EDQUOT || number == EFBIG;
  error.code = full ? Code::kResourceExhausted : Code::kUnavailable;
  error.reason = v1::ERROR_REASON_STORE_UNAVAILABLE;
  error.message = "the ledger's file " + what + ": " + std::strerror(number);
  return error;
}

// So that the file's name survives a power cut as well.
void SyncFolder(const std::string& folder) {
  const int fd = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

}  // namespace

int AllocateOnDisk(int fd, int64_t bytes) { return posix_fallocate(fd, 0, bytes); }

std::string SegmentName(uint64_t writer, uint32_t index) {
  std::array<char, 48> name{};
  const int size = std::snprintf(name.data(), name.size(), "%016llx-%06u.ledger",
                                 static_cast<unsigned long long>(writer), index);
  return {name.data(), static_cast<size_t>(size)};
}

std::vector<SegmentFile> ListSegments(const std::string& folder) {
  std::vector<SegmentFile> files;
  std::error_code failed;
  for (const auto& each : std::filesystem::directory_iterator(folder, failed)) {
    SegmentFile file;
    unsigned long long writer = 0;
    const std::string name = each.path().filename();
    if (std::sscanf(name.c_str(), "%16llx-%10u", &writer, &file.index) != 2) continue;
    file.writer = writer;
    if (name != SegmentName(file.writer, file.index)) continue;
    file.path = each.path();
    files.push_back(std::move(file));
  }
  std::ranges::sort(files, {},
                    [](const SegmentFile& file) { return std::pair(file.writer, file.index); });
  return files;
}

Segment::Segment(int fd, char* bytes, size_t size)
    : fd_(fd), bytes_(bytes), size_(size), slots_(size / kSlot - 1) {}

Segment::~Segment() {
  munmap(bytes_, size_);
  close(fd_);
}

Result<std::unique_ptr<Segment>> Segment::Map(int fd, size_t size) {
  void* const bytes = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (bytes == MAP_FAILED) {
    const int number = errno;
    close(fd);
    return Failed("cannot be mapped", number);
  }
  return std::unique_ptr<Segment>(new Segment(fd, static_cast<char*>(bytes), size));
}

Result<std::unique_ptr<Segment>> Segment::Create(const std::string& folder, uint64_t writer,
                                                 uint32_t index, size_t bytes,
                                                 const Allocate& allocate) {
  const std::string path = folder + "/" + SegmentName(writer, index);
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
  if (fd < 0) return Failed("cannot be made", errno);
  const size_t size = bytes / kSlot * kSlot;
  if (const int number = allocate(fd, static_cast<int64_t>(size)); number != 0) {
    unlink(path.c_str());
    close(fd);
    return Failed("has no room", number);
  }
  auto segment = Map(fd, size);
  if (!segment) {
    unlink(path.c_str());
    return segment.error();
  }
  (*segment)->head_.writer = writer;
  (*segment)->head_.index = index;
  SyncFolder(folder);
  return segment;
}

Result<std::unique_ptr<Segment>> Segment::Reopen(const std::string& path, size_t used) {
  const int fd = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0) return Failed("cannot be opened", errno);
  struct stat file {};
  if (fstat(fd, &file) != 0 || static_cast<size_t>(file.st_size) < (used + 1) * kSlot) {
    close(fd);
    return Failed("is shorter than it was", EIO);
  }
  const size_t size = static_cast<size_t>(file.st_size) / kSlot * kSlot;
  // It may be a copy with holes: a write into one of them must not be the first to find no room.
  if (const int number = posix_fallocate(fd, 0, static_cast<off_t>(size)); number != 0) {
    close(fd);
    return Failed("has no room", number);
  }
  auto segment = Map(fd, size);
  if (!segment) return segment.error();
  Segment& opened = **segment;
  std::memcpy(&opened.head_, opened.bytes_, kSlot);
  opened.used_ = used;
  char* const end = opened.bytes_ + (used + 1) * kSlot;
  std::memset(end, 0, static_cast<size_t>(opened.bytes_ + size - end));
  return segment;
}

void Segment::Start(uint64_t first) {
  head_.first = first;
  head_.checksum = SlotChecksum(&head_);
  std::memcpy(bytes_, &head_, kSlot);
}

void Segment::Put(const void* slot) {
  ++used_;
  std::memcpy(bytes_ + used_ * kSlot, slot, kSlot);
}

bool Segment::Sync() const { return fdatasync(fd_) == 0; }

}  // namespace inferwire::ledger
