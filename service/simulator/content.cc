#include "simulator/content.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>

namespace inferwire::simulator {
namespace {

bool WriteAll(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

std::string TemporaryDirectory() {
  const char* named = std::getenv("TMPDIR");
  return named != nullptr && *named != '\0' ? named : "/tmp";
}

}  // namespace

Content::~Content() {
  if (file_ >= 0) close(file_);
}

bool Content::Spill() {
  std::string path = directory_.empty() ? TemporaryDirectory() : directory_;
  path += "/inferwire-simulator-XXXXXX";
  file_ = mkostemp(path.data(), O_CLOEXEC);
  if (file_ < 0) return false;
  unlink(path.c_str());
  if (!WriteAll(file_, memory_)) return false;
  std::string().swap(memory_);
  return true;
}

bool Content::Append(std::string_view bytes) {
  if (file_ < 0 && memory_.size() + bytes.size() <= kInMemory) {
    memory_ += bytes;
  } else if ((file_ < 0 && !Spill()) || !WriteAll(file_, bytes)) {
    return false;
  }
  size_ += static_cast<int64_t>(bytes.size());
  return true;
}

std::string Content::Read(int64_t offset, size_t count) const {
  count = std::min(count, static_cast<size_t>(std::max<int64_t>(0, size_ - offset)));
  if (file_ < 0) return count == 0 ? "" : memory_.substr(static_cast<size_t>(offset), count);
  std::string bytes(count, '\0');
  size_t done = 0;
  while (done < count) {
    const ssize_t got =
        pread(file_, bytes.data() + done, count - done, offset + static_cast<int64_t>(done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    done += static_cast<size_t>(got);
  }
  bytes.resize(done);
  return bytes;
}

bool LineReader::Next(std::string& line, size_t limit) {
  line.clear();
  line_begin_ = read_ - static_cast<int64_t>(buffer_.size() - used_);
  bool any = false;
  while (true) {
    if (used_ == buffer_.size()) {
      buffer_ = content_.Read(read_, read_ahead_);
      used_ = 0;
      read_ += static_cast<int64_t>(buffer_.size());
      if (buffer_.empty()) break;
    }
    any = true;
    const size_t end = std::min(buffer_.find('\n', used_), buffer_.size());
    line.append(buffer_, used_, std::min(end - used_, limit - line.size()));
    used_ = std::min(end + 1, buffer_.size());
    if (end < buffer_.size()) break;
  }
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return any;
}

}  // namespace inferwire::simulator
