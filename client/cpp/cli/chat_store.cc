#include "chat_store.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <utility>

#include "codec/decode.h"
#include "codec/encode.h"
#include "folders.h"
#include "output.h"
#include "request.h"
#include "text_file.h"

namespace inferwire::cli {
namespace {

using client::Result;
namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".json";
constexpr std::string_view kTimeForm = "dddd-dd-dd-dddddd";  // of names of the time
constexpr std::size_t kMostName = 64;

bool IsOfTheTime(std::string_view name) {
  if (name.size() < kTimeForm.size()) return false;
  for (std::size_t i = 0; i < kTimeForm.size(); ++i) {
    const bool digit = name[i] >= '0' && name[i] <= '9';
    if (kTimeForm[i] == 'd' ? !digit : name[i] != '-') return false;
  }
  return name.size() == kTimeForm.size() || name[kTimeForm.size()] == '.';
}

client::Error NoSuchChat(const std::string& name) {
  return UsageError("there is no chat " + name + "; inferwire chats shows those there are");
}

// The place in the lock file that stands for a name (FNV-1a).
off_t PlaceOf(std::string_view name) {
  std::uint64_t hash = 14695981039346656037U;
  for (const char c : name) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211U;
  return static_cast<off_t>(hash >> 2);
}

}  // namespace

ChatLock& ChatLock::operator=(ChatLock&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

ChatLock::~ChatLock() {
  if (fd_ >= 0) close(fd_);
}

Result<void> ChatStore::CheckName(const std::string& name) {
  constexpr std::string_view kAllowed =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";
  if (!name.empty() && name.size() <= kMostName && name[0] != '.' && name[0] != '-' &&
      name.find_first_not_of(kAllowed) == std::string::npos) {
    return {};
  }
  return UsageError(
      "a chat's name has 1 to 64 letters, digits, '.', '_' or '-', and does not begin "
      "with '.' or '-'");
}

bool ChatStore::Has(const std::string& name) const { return fs::exists(PathOf(name)); }

Result<SavedChat> ChatStore::Load(const std::string& name) const {
  if (auto good = CheckName(name); !good) return good.error();
  if (!Has(name)) return NoSuchChat(name);
  const auto text = ReadText(PathOf(name));
  if (!text) return text.error();
  const auto broken = [&](const std::string& why) {
    return UsageError(PathOf(name) + ": is no chat of this version: " + why);
  };
  const auto members = Members(*text);
  if (!members) return broken(members.error().message);
  const auto version = members->find("version"), created = members->find("created"),
             request = members->find("request");
  if (version == members->end() || version->second != "1") return broken("version is not 1");
  if (request == members->end()) return broken("it has no request");
  SavedChat chat{.name = name};
  if (const auto read = codec::FromJson(request->second, chat.request); !read) {
    return broken(read.error().message);
  }
  if (created != members->end()) chat.created = std::atoll(created->second.c_str());
  return chat;
}

Result<void> ChatStore::Save(const SavedChat& chat) const {
  if (auto good = CheckName(chat.name); !good) return good;
  std::string json = "{\"version\":1,\"created\":" + std::to_string(chat.created) + ",\"request\":";
  if (const auto written = codec::AppendJson(chat.request, json); !written) {
    return UsageError(written.error().message);
  }
  json += "}\n";
  if (json.size() > kMostChatBytes) {
    return UsageError(
        "the chat has become longer than 16 MiB: what is kept ends before this answer");
  }
  if (auto made = MakeFolder(folder_); !made) return made;
  const bool is_new = !Has(chat.name);
  if (is_new && Names().size() >= kMostChats) {
    return UsageError("there are 1000 chats already: inferwire chats delete NAME makes room");
  }
  if (auto replaced = ReplaceFile(PathOf(chat.name), json); !replaced) return replaced;
  if (is_new) DropOldest();
  return {};
}

Result<void> ChatStore::Delete(const std::string& name) const {
  if (auto good = CheckName(name); !good) return good;
  if (unlink(PathOf(name).c_str()) == 0) return {};
  if (errno == ENOENT) return NoSuchChat(name);
  return UsageError("cannot delete " + PathOf(name) + ": " + std::strerror(errno));
}

std::vector<std::string> ChatStore::Names() const {
  std::vector<std::pair<fs::file_time_type, std::string>> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(folder_, none)) {
    std::string name = entry.path().filename();
    if (!name.ends_with(kEnding)) continue;
    name.resize(name.size() - kEnding.size());
    if (CheckName(name)) found.emplace_back(entry.last_write_time(none), std::move(name));
  }
  std::ranges::sort(found, std::greater());
  std::vector<std::string> names;
  for (auto& [time, name] : found) names.push_back(std::move(name));
  return names;
}

std::string ChatStore::FreshName(std::int64_t now) const {
  const std::time_t seconds = now;
  std::tm parts{};
  char text[32];
  localtime_r(&seconds, &parts);
  std::strftime(text, sizeof text, "%Y-%m-%d-%H%M%S", &parts);
  std::string name = text;
  for (int more = 2; Has(name); ++more) name = text + ("." + std::to_string(more));
  return name;
}

void ChatStore::DropOldest() const {
  std::size_t seen = 0;
  for (const std::string& name : Names()) {
    if (IsOfTheTime(name) && ++seen > kMostUnnamed) (void)Delete(name);
  }
}

Result<ChatLock> ChatStore::Lock(const std::string& name) const {
  if (auto made = MakeFolder(folder_); !made) return made.error();
  const std::string path = folder_ + "/.lock";
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return UsageError("cannot open " + path + ": " + std::strerror(errno));
  ChatLock lock(fd);
  struct flock place {};
  place.l_type = F_WRLCK;
  place.l_whence = SEEK_SET;
  place.l_start = PlaceOf(name);
  place.l_len = 1;
  if (fcntl(fd, F_OFD_SETLK, &place) == 0) return lock;
  if (errno == EAGAIN || errno == EACCES) {
    return UsageError("the chat " + name + " is open in another process");
  }
  return lock;  // a file system without locks
}

}  // namespace inferwire::cli
