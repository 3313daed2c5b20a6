#include "base/secret.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <utility>

namespace inferwire {
namespace {

Error Refused(std::string_view source, std::string_view why) {
  Error error;
  error.code = Code::kFailedPrecondition;
  error.message = "the secret from " + std::string(source) + " " + std::string(why);
  return error;
}

// Visible ASCII: what RFC 6750 and every provider's key is made of, and nothing that ends a header.
bool IsKeyByte(char c) { return c > 0x20 && c < 0x7f; }

class File {
 public:
  // O_NONBLOCK: opening a pipe that nobody writes to would wait for somebody who does.
  explicit File(const std::string& path)
      : fd_(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC)) {}
  ~File() {
    if (fd_ >= 0) close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  bool opened() const { return fd_ >= 0; }

  // Bytes read, at most `size`; -1 after an error. No stdio: its buffer would keep a copy.
  ssize_t Read(char* to, size_t size) const {
    size_t total = 0;
    while (total < size) {
      const ssize_t got = read(fd_, to + total, size - total);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return -1;
      if (got == 0) break;
      total += static_cast<size_t>(got);
    }
    return static_cast<ssize_t>(total);
  }

 private:
  int fd_;
};

// A buffer that does not outlive its content.
struct Scratch {
  ~Scratch() { OPENSSL_cleanse(bytes.data(), bytes.size()); }
  std::array<char, kMaxSecretBytes + 3> bytes;  // the longest secret, "\r\n" and one byte too many
};

}  // namespace

Secret::Secret(std::string_view text)
    : bytes_(std::make_unique<char[]>(text.size())), size_(text.size()) {
  std::copy(text.begin(), text.end(), bytes_.get());
}

Secret::Secret(Secret&& other) noexcept
    : bytes_(std::move(other.bytes_)), size_(std::exchange(other.size_, 0)) {}

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  Wipe();
  bytes_ = std::move(other.bytes_);
  size_ = std::exchange(other.size_, 0);
  return *this;
}

void Secret::Wipe() {
  if (bytes_) OPENSSL_cleanse(bytes_.get(), size_);
}

Result<Secret> Secret::FromText(std::string_view text, std::string_view source) {
  if (text.empty()) return Refused(source, "is empty");
  if (text.size() > kMaxSecretBytes) return Refused(source, "is longer than 16 KiB");
  if (!std::all_of(text.begin(), text.end(), IsKeyByte)) {
    return Refused(source, "has a byte that cannot stand in a header (a space, a line break, ...)");
  }
  return Secret(text);
}

Result<Secret> Secret::FromEnv(const std::string& name) {
  const std::string source = "environment variable " + name;
  const char* const value = std::getenv(name.c_str());
  if (value == nullptr) return Refused(source, "is missing: the variable is not set");
  return FromText(value, source);
}

Result<Secret> Secret::FromFile(const std::string& path) {
  const std::string source = "file " + path;
  const File file(path);
  if (!file.opened()) return Refused(source, "is missing: the file cannot be opened");
  Scratch scratch;
  const ssize_t size = file.Read(scratch.bytes.data(), scratch.bytes.size());
  if (size < 0) return Refused(source, "is missing: the file cannot be read");
  std::string_view text(scratch.bytes.data(), static_cast<size_t>(size));
  if (text.ends_with('\n')) text.remove_suffix(1);
  if (text.ends_with('\r')) text.remove_suffix(1);
  return FromText(text, source);
}

}  // namespace inferwire
