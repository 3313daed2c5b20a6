#include "config/forms.h"
#include "config/sections.h"

namespace inferwire::config {

using namespace std::chrono_literals;

Keys KeysOf(DirectoryConfig& directory) {
  Keys keys;
  keys.Bool("enabled", directory.enabled,
            "Serve the tenants and API keys of the store, besides those of this file, which win "
            "where an id is in both. Callers are then asked who they are, also while there is no "
            "tenant yet. Needs a store; a change is in force within milliseconds with PostgreSQL, "
            "and within `poll` in any case.");
  keys.Time("poll", directory.poll, 10ms, 1min,
            "Between two looks at the store: how long a key that was revoked works at most, while "
            "the store answers. While it does not, what was read last stays in force.");
  keys.Text("snapshot", directory.snapshot, kFilePath,
            "A file that keeps what was read last (hashes of keys, no secret), for a start while "
            "the store is away.",
            {.example = "/var/lib/inferwire/directory",
             .instead = "a file in ledger.path, or none without a ledger"});
  keys.Time("audit_keep", directory.audit_keep, 0s, 24h * 3650,
            "How long events of the audit trail are kept; 0ms: for ever.");
  return keys;
}

}  // namespace inferwire::config
