#include "history_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "folders.h"

namespace inferwire::cli {
namespace {

std::string LineOf(std::string_view entry) {
  return nlohmann::json(entry).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) +
         "\n";
}

// The end of a file; without the line that it begins in.
std::string Tail(const std::string& path, std::size_t most) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) return "";
  const auto size = static_cast<std::size_t>(file.tellg());
  const std::size_t from = size > most ? size - most : 0;
  file.seekg(static_cast<std::streamoff>(from));
  std::string text(size - from, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (from > 0) text.erase(0, text.find('\n') + 1);
  return text;
}

}  // namespace

std::vector<std::string> HistoryFile::Read() {
  std::error_code none;
  if (path_.empty() || !std::filesystem::is_regular_file(path_, none)) return {};
  std::vector<std::string> entries;
  std::size_t lines = 0;
  std::istringstream text(Tail(path_, kMostBytes));
  for (std::string line; std::getline(text, line); ++lines) {
    // A line that a crash cut is none.
    const auto json = nlohmann::json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (json.is_string()) entries.push_back(json.get<std::string>());
  }
  const bool too_long =
      lines > 2 * kMostEntries || std::filesystem::file_size(path_, none) > kMostBytes;
  if (entries.size() > kMostEntries) {
    entries.erase(entries.begin(), entries.end() - static_cast<std::ptrdiff_t>(kMostEntries));
  }
  if (too_long) {
    std::string kept;
    for (const std::string& entry : entries) kept += LineOf(entry);
    if (kept.size() > kMostBytes / 2) kept.erase(0, kept.find('\n', kept.size() / 2) + 1);
    (void)ReplaceFile(path_, kept);
  }
  if (!entries.empty()) last_ = entries.back();
  return entries;
}

void HistoryFile::Append(std::string_view entry) {
  if (path_.empty() || entry == last_ || entry.size() > kMostEntryBytes) return;
  if (!MakeFolder(std::filesystem::path(path_).parent_path())) return;
  const int fd = open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (fd < 0) return;
  last_ = entry;
  const std::string line = LineOf(entry);
  (void)!fchmod(fd, 0600);
  (void)!write(fd, line.data(), line.size());
  close(fd);
}

}  // namespace inferwire::cli
