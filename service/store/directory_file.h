// The directory as a file, so that a replica that starts while the database is down knows whom it
// knew: hashes of keys, no secret. Readable by its owner alone.
#pragma once

#include <map>
#include <string>

#include "base/result.h"
#include "store/directory.h"

namespace inferwire::store {

// Everything up to a version.
struct DirectoryRows {
  int64_t version = 0;
  std::map<std::string, TenantRow, std::less<>> tenants{};  // by their ids
  std::map<std::string, KeyRow, std::less<>> keys{};
};

// Replaces the file as a whole, on the disk when it returns.
Result<void> WriteDirectoryFile(const std::string& path, const DirectoryRows& rows);
// NOT_FOUND: there is none. Another error: it cannot be read, is of another version or damaged.
Result<DirectoryRows> ReadDirectoryFile(const std::string& path);

}  // namespace inferwire::store
