// The lines of earlier chats, for the arrow keys: a file of one JSON string per line.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace inferwire::cli {

// Several processes may write the same file: each line is there as soon as it was entered. It has
// mode 0600, at most 1 MiB and the last 1000 lines are read; above that it is written anew.
// What cannot be read or written is left out: a history is a convenience.
class HistoryFile {
 public:
  static constexpr std::size_t kMostEntries = 1000;
  static constexpr std::size_t kMostBytes = 1 << 20;
  static constexpr std::size_t kMostEntryBytes = 32 << 10;  // longer ones are not kept

  // An empty path keeps nothing.
  explicit HistoryFile(std::string path) : path_(std::move(path)) {}

  // Oldest first.
  std::vector<std::string> Read();
  void Append(std::string_view entry);

 private:
  std::string path_;
  std::string last_;
};

}  // namespace inferwire::cli
