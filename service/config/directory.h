// What can be configured of the directory of tenants and API keys in the store, with every default.
#pragma once

#include <chrono>
#include <string>

namespace inferwire::config {

struct DirectoryConfig {
  bool enabled = false;
  std::chrono::milliseconds poll = std::chrono::seconds(2);
  std::string snapshot;  // a file; empty: in the ledger's folder, if there is one
  std::chrono::milliseconds audit_keep{0};  // 0: for ever
  bool unread = false;                      // while it runs: nothing of it is known yet
};

}  // namespace inferwire::config
