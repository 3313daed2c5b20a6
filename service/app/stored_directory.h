// The directory of the store in the configuration's words, and how it becomes a part of one.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/stored_tenant.h"
#include "base/clock.h"
#include "config/config.h"
#include "store/directory_file.h"
#include "telemetry/directory_metrics.h"

namespace inferwire::app {

// A tenant or key that is not served as the store has it.
struct IgnoredRow {
  telemetry::DirectoryIgnored why{};
  std::string what;  // e.g. tenant acme
  std::string text;  // what is the matter, for people
};

// Immutable.
struct StoredDirectory {
  int64_t version = 0;
  std::vector<StoredTenant> tenants{};
  std::vector<config::ApiKeyConfig> keys{};  // those that work
  std::optional<WallTime> changes_at{};      // by itself: what was added to a limit ends
  std::vector<IgnoredRow> ignored{};         // rows that cannot be used
};

StoredDirectory MakeStoredDirectory(const store::DirectoryRows& rows, WallTime now);

// Adds its tenants and keys to those of the configuration. What is in both is the configuration's.
// Returns what of it is ignored, and why.
std::vector<IgnoredRow> MergeInto(config::Config& config, const StoredDirectory& directory);

}  // namespace inferwire::app
