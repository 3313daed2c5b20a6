// Fetches the keys of issuers on a thread of its own, so that no loop ever waits for them. The
// thread is there from the first issuer on that has a source.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "http/transfer_thread.h"
#include "identity/issuer_keys.h"
#include "identity/jwks_metrics.h"
#include "identity/key_source.h"
#include "telemetry/log.h"

namespace inferwire::identity {

// Thread-safe.
class KeyFetcher {
 public:
  struct Parts {
    const Clock& clock;
    JwksMetrics& metrics;
    telemetry::Log& log;
    http::TransferLimits limits;  // but for its connections
    uint64_t seed;
  };
  // What the parts refer to outlives it, and it outlives the keys that it gives.
  explicit KeyFetcher(const Parts& parts) : parts_(parts), random_(parts.seed) {}
  ~KeyFetcher() { Stop(); }
  KeyFetcher(const KeyFetcher&) = delete;
  KeyFetcher& operator=(const KeyFetcher&) = delete;

  // Kept fresh for as long as somebody has them: versions of the configuration that name the same
  // source share them.
  std::shared_ptr<IssuerKeys> KeysOf(const KeySourceOptions& source);
  // It was tried to fetch those that were wanted at the start. Once it is so, it stays so.
  bool tried_first() const;
  // How old they are, for whoever reads the metrics.
  void Measure();
  void Stop();

 private:
  static constexpr size_t kMostAtOnce = 20;  // connections

  using Entry = std::pair<KeySourceOptions, std::weak_ptr<IssuerKeys>>;

  // --- Of the thread ---
  void Add(uint64_t id, const KeySourceOptions& options, std::weak_ptr<IssuerKeys> keys);
  void Refetch(uint64_t id);

  const Parts parts_;
  mutable std::mutex mutex_;  // of the next two
  std::vector<Entry> entries_;
  mutable std::atomic<bool> tried_first_{false};
  uint64_t last_id_ = 0;
  Random random_;  // from here on the thread's, while it runs
  std::optional<http::TransferThread> thread_;
  std::vector<std::pair<uint64_t, std::unique_ptr<KeySource>>> sources_;  // end before the thread
};

}  // namespace inferwire::identity
