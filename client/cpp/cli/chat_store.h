// Chats that can be gone on with: a JSON file each, in a folder that is its user's alone.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "inferwire/client.h"

namespace inferwire::cli {

struct SavedChat {
  std::string name;
  std::int64_t created = 0;            // seconds since 1970
  v1::ChatCompletionParams request{};  // its model and messages
};

// Says which chat a process writes. Goes with the object.
class ChatLock {
 public:
  explicit ChatLock(int fd = -1) : fd_(fd) {}
  ChatLock(ChatLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  ChatLock& operator=(ChatLock&& other) noexcept;
  ~ChatLock();

 private:
  int fd_;
};

class ChatStore {
 public:
  static constexpr std::size_t kMostChatBytes = 16 << 20;
  static constexpr std::size_t kMostChats = 1000;
  // Chats that nobody gave a name have one of the time; of them only the newest stay.
  static constexpr std::size_t kMostUnnamed = 100;

  explicit ChatStore(std::string folder) : folder_(std::move(folder)) {}

  // Letters, digits, '.', '_' and '-', at most 64, the first one no '.' and no '-'.
  static client::Result<void> CheckName(const std::string& name);

  bool Has(const std::string& name) const;
  client::Result<SavedChat> Load(const std::string& name) const;
  // Fails where the chat or the folder has grown too large; the file then stays what it was.
  client::Result<void> Save(const SavedChat& chat) const;
  client::Result<void> Delete(const std::string& name) const;
  // The last one saved first.
  std::vector<std::string> Names() const;
  // A name of the time that is still free.
  std::string FreshName(std::int64_t now) const;
  // Fails where another process has the chat open.
  client::Result<ChatLock> Lock(const std::string& name) const;

 private:
  std::string PathOf(const std::string& name) const { return folder_ + "/" + name + ".json"; }
  void DropOldest() const;

  const std::string folder_;
};

}  // namespace inferwire::cli
