#include "folders.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "usage_error.h"

namespace inferwire::cli {
namespace {

constexpr mode_t kFolderMode = 0700, kFileMode = 0600;

std::string FolderBelow(const char* variable, const char* below_home) {
  // The specification: a relative path is to be ignored.
  if (const char* const set = std::getenv(variable); set != nullptr && *set == '/') {
    return std::string(set) + "/inferwire";
  }
  const char* const home = std::getenv("HOME");
  if (home == nullptr || *home != '/') return "";
  return std::string(home) + below_home + "/inferwire";
}

client::Error Failed(const std::string& what, const std::string& path) {
  return UsageError("cannot " + what + " " + path + ": " + std::strerror(errno));
}

bool WriteAll(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

// The new name survives a crash too.
void SyncFolderOf(const std::string& path) {
  const int fd =
      open(std::filesystem::path(path).parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd < 0) return;
  fsync(fd);
  close(fd);
}

}  // namespace

std::string ConfigFolder() { return FolderBelow("XDG_CONFIG_HOME", "/.config"); }
std::string DataFolder() { return FolderBelow("XDG_DATA_HOME", "/.local/share"); }
std::string StateFolder() { return FolderBelow("XDG_STATE_HOME", "/.local/state"); }

client::Result<void> MakeFolder(const std::string& path) {
  for (std::size_t slash = path.find('/', 1);; slash = path.find('/', slash + 1)) {
    const std::string folder = path.substr(0, slash);
    if (mkdir(folder.c_str(), kFolderMode) != 0 && errno != EEXIST) {
      return Failed("make the folder", folder);
    }
    if (slash == std::string::npos) return {};
  }
}

client::Result<void> ReplaceFile(const std::string& path, std::string_view text) {
  std::string fresh = path + ".XXXXXX";
  const int fd = mkostemp(fresh.data(), O_CLOEXEC);  // with mode 0600
  if (fd < 0) return Failed("write", path);
  const bool written = WriteAll(fd, text) && fchmod(fd, kFileMode) == 0 && fsync(fd) == 0;
  const bool closed = close(fd) == 0;
  if (written && closed && std::rename(fresh.c_str(), path.c_str()) == 0) {
    SyncFolderOf(path);
    return {};
  }
  const auto failed = Failed("write", path);
  unlink(fresh.c_str());
  return failed;
}

}  // namespace inferwire::cli
