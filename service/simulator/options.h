// Everything about a simulator that can be set, with its default.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "simulator/behavior.h"
#include "simulator/models.h"
#include "simulator/rules.h"

namespace inferwire::simulator {

struct Options {
  std::string listen = "127.0.0.1:0";  // address:port; port 0 takes a free one
  uint64_t seed = 1;
  Timing timing{};  // where no rule, suffix or header says otherwise
  std::vector<Rule> rules{};
  std::string api_key{};   // empty: any request is welcome
  bool any_model = false;  // unknown model names are answered instead of 404
  bool refuse_unknown_arguments = false;

  // The x-ratelimit headers are always there; 429s only if enforce_limits is set.
  Tier tier = Tier::kTier5;
  Limits limits{};  // replace the tier's where set
  bool enforce_limits = false;

  // created in answers; unset: the clock's time.
  std::optional<int64_t> fixed_created{};
  // Must outlive the simulator; null: the system's. Serves created, rate limits and the times of
  // files and batches, not pacing.
  const Clock* clock = nullptr;

  BatchScript batch{};            // where no rule, metadata, suffix or header says otherwise
  std::string spool_directory{};  // of large files; empty: the system's for temporary files

  // Bounds.
  int64_t max_file_bytes = 512ll << 20;
  int64_t max_stored_bytes = 16ll << 30;
  size_t max_files = 20'000;
  size_t max_batches = 10'000;
  // Of each other kind of what is kept: responses, conversations, ... The oldest are forgotten.
  size_t max_kept = 10'000;
  int64_t max_kept_bytes = 256ll << 20;
  size_t max_request_bytes = 32u << 20;
  size_t max_header_bytes = 64u << 10;
  size_t max_connections = 20'000;
  size_t recorded_requests = 100;                  // kept for TakeRequests
  size_t recorded_bytes = 64u << 20;               // of all their bodies
  std::chrono::milliseconds idle_timeout{75'000};  // between requests, and while one arrives
  std::optional<int> send_buffer_bytes{};          // SO_SNDBUF; unset: the kernel's
};

}  // namespace inferwire::simulator
