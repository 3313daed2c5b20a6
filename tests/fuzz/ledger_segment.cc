// Any bytes as a file of a ledger: as they are, and with checksums and numbers that fit, since no
// other slot is read.
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "fuzz/input.h"
#include "fuzz/require.h"
#include "ledger/reader.h"

namespace inferwire::fuzz {
namespace {

using ledger::kSlot;

// A file of these bytes that is nowhere on a disk.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes) : fd_(memfd_create("segment", MFD_CLOEXEC)) {
    Require(write(fd_, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()),
            "memory can be written");
  }
  ~MemoryFile() { close(fd_); }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  std::string path() const { return "/proc/self/fd/" + std::to_string(fd_); }

 private:
  const int fd_;
};

struct Read {
  std::vector<uint64_t> numbers;
  std::vector<std::string> names;
  size_t used = 0;
  bool started = false, torn = false;

  bool operator==(const Read&) const = default;
};

Read ReadAll(const std::string& path, size_t bytes) {
  Read read;
  auto reader = ledger::SegmentReader::Open(path);
  Require(reader.ok(), "a file that is there can be opened");
  read.started = (*reader)->started();
  while (const auto line = (*reader)->Next()) {
    Require(line->kind != ledger::Kind::kName, "a name is no line");
    Require(read.numbers.empty() || line->number > read.numbers.back(), "numbers ascend");
    read.numbers.push_back(line->number);
    size_t size = 0;
    for (const std::string_view name : line->names.all()) {
      size += name.size();
      read.names.emplace_back(name);
    }
    Require(size <= 8 * bytes, "names are made of what is in the file");
  }
  read.used = (*reader)->used();
  read.torn = (*reader)->torn();
  Require(read.used <= bytes / kSlot, "slots are those of the file");
  Require(read.started || read.used == 0, "without a head there is nothing");
  Require((*reader)->names() <= read.used, "a name takes a slot");
  return read;
}

void Check(std::string_view bytes) {
  const MemoryFile file(bytes);
  const Read read = ReadAll(file.path(), bytes.size());
  Require(read == ReadAll(file.path(), bytes.size()), "a file says the same each time");
  // Cut anywhere, as a crash leaves it, it says the beginning of that.
  const MemoryFile half(bytes.substr(0, bytes.size() / 2));
  const Read cut = ReadAll(half.path(), bytes.size() / 2);
  Require(cut.numbers.size() <= read.numbers.size() &&
              std::equal(cut.numbers.begin(), cut.numbers.end(), read.numbers.begin()),
          "half a file says the beginning");
}

// The same with a head, and with slots whose numbers and checksums fit.
std::string Mended(std::string_view bytes) {
  ledger::Head head;
  head.writer = 1;
  head.first = 1;
  head.checksum = ledger::SlotChecksum(&head);
  std::string file(reinterpret_cast<const char*>(&head), sizeof head);
  for (uint64_t number = 1; bytes.size() >= kSlot; ++number) {
    char slot[kSlot];
    std::memcpy(slot, bytes.data(), kSlot);
    bytes.remove_prefix(kSlot);
    std::memcpy(slot + offsetof(ledger::Record, number), &number, sizeof number);
    const uint32_t checksum = ledger::SlotChecksum(slot);
    std::memcpy(slot, &checksum, sizeof checksum);
    file.append(slot, kSlot);
  }
  return file.append(bytes);
}

}  // namespace

void Run(std::string_view bytes) {
  Check(bytes);
  Check(Mended(bytes));
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run(inferwire::fuzz::Input(data, size).Rest());
  return 0;
}
