// What can be configured of the ledger, with every default.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "tenancy/user_name.h"

namespace inferwire::config {

// Without a path nothing is booked.
struct LedgerConfig {
  std::string path;  // a folder of this process alone
  size_t segment = size_t{16} << 20;
  size_t max_bytes = size_t{1} << 30;
  std::chrono::milliseconds sync = std::chrono::seconds(1);
  std::chrono::milliseconds keep = std::chrono::hours(24);
  std::chrono::milliseconds upload = std::chrono::seconds(1);  // to the store, if there is one
  std::chrono::milliseconds hours = std::chrono::hours(9600);  // of its sums
  tenancy::KeepUsers users = tenancy::KeepUsers::kHash;

  bool configured() const { return !path.empty(); }
};

}  // namespace inferwire::config
