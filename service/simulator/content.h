// The bytes of a stored file. Small ones stay in memory, larger ones go to a temporary file that
// has no name, so that files of hundreds of megabytes cost no memory and vanish with the process.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace inferwire::simulator {

class Content {
 public:
  static constexpr size_t kInMemory = 64 << 10;

  // directory: of the temporary file; empty takes the system's.
  explicit Content(std::string directory) : directory_(std::move(directory)) {}
  ~Content();
  Content(const Content&) = delete;
  Content& operator=(const Content&) = delete;

  // False: the disk is full, or there is no such directory.
  [[nodiscard]] bool Append(std::string_view bytes);
  int64_t size() const { return size_; }
  // Fewer bytes only at the end, or if the disk fails.
  std::string Read(int64_t offset, size_t count) const;

 private:
  bool Spill();

  const std::string directory_;
  std::string memory_;
  int file_ = -1;
  int64_t size_ = 0;
};

// Line by line, without the line ends. The content must not change meanwhile.
class LineReader {
 public:
  // read_ahead: bytes that are read at once; few for a line alone.
  LineReader(const Content& content, int64_t offset, size_t read_ahead = 64 << 10)
      : content_(content), read_(offset), read_ahead_(read_ahead) {}

  // False at the end. A line longer than the limit is cut there; the rest of it is skipped.
  bool Next(std::string& line, size_t limit);
  // Where the line that Next gave last begins.
  int64_t line_begin() const { return line_begin_; }

 private:
  const Content& content_;
  int64_t read_;  // of the content, into buffer_
  const size_t read_ahead_;
  std::string buffer_;
  size_t used_ = 0;  // of buffer_
  int64_t line_begin_ = 0;
};

}  // namespace inferwire::simulator
