#include "base/small_file.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace inferwire {
namespace {

Error Unreadable(std::string why) {
  Error error;
  error.code = Code::kFailedPrecondition;
  error.message = std::move(why);
  return error;
}

struct Descriptor {
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
  int fd;
};

}  // namespace

Result<std::string> ReadSmallFile(const std::string& path, size_t max_bytes) {
  constexpr size_t kStep = 64 << 10;
  // O_NONBLOCK: opening a pipe that nobody writes to would wait for somebody who does.
  const Descriptor file{open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)};
  if (file.fd < 0) {
    return Unreadable(errno == ENOENT ? "cannot be read: it is not there" : "cannot be read");
  }
  std::string text;
  while (text.size() < max_bytes) {
    const size_t before = text.size(), more = std::min(kStep, max_bytes - before);
    text.resize(before + more);
    const ssize_t got = read(file.fd, text.data() + before, more);
    text.resize(before + static_cast<size_t>(std::max<ssize_t>(got, 0)));
    if (got == 0) break;
    if (got > 0 || errno == EINTR) continue;
    if (errno == EISDIR) return Unreadable("cannot be read: it is a folder");
    pollfd ready{file.fd, POLLIN, 0};
    const bool waits = errno == EAGAIN;
    if (!waits) return Unreadable("cannot be read");
    if (poll(&ready, 1, kSmallFileWaitMs) <= 0) {
      return Unreadable("cannot be read: it is a pipe, and nothing comes out of it");
    }
  }
  return text;
}

}  // namespace inferwire
