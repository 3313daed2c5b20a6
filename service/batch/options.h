// The bounds and times of batch work, with every default.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

namespace inferwire::batch {

// What one upstream takes.
struct UpstreamFacts {
  bool native = false;  // it has files and batches; otherwise the gateway works the items off
  int64_t max_items = 50'000;  // of one of its batches
  int64_t max_bytes = int64_t{190} << 20;
  // Tokens that its queue takes of one model; 0: as many as come.
  int64_t queue_tokens = 0;
  std::map<std::string, int64_t> model_queue_tokens;  // where a model's differ
  int concurrency = 4;                                // items that the gateway has in flight there

  int64_t QueueTokens(const std::string& model) const {
    const auto found = model_queue_tokens.find(model);
    return found == model_queue_tokens.end() ? queue_tokens : found->second;
  }
};

// Whose is what at the upstreams.
struct OwnershipRules {
  bool unknown_is_everyones = false;  // ids that nobody is known to own
  bool anonymous_refused = false;     // else all callers without an identity are one owner
};

struct Options {
  // What one batch may have.
  int64_t max_items = 1'000'000;
  int64_t max_bytes = int64_t{4} << 30;
  size_t max_item_bytes = 16u << 20;
  size_t max_models = 16;

  std::chrono::milliseconds poll_min{2'000}, poll_max{60'000};    // of an upstream's batch
  std::chrono::milliseconds retry_min{1'000}, retry_max{60'000};  // of what failed
  std::chrono::milliseconds queue_poll{5'000};  // for room that others make in a model's queue
  std::chrono::milliseconds request_timeout{60'000};      // of a small request
  std::chrono::milliseconds transfer_timeout{1'800'000};  // of a whole file, either way
  // Before a batch that may exist already is created: so many looks at the upstream's list, so far
  // apart.
  int reconcile_looks = 2;
  std::chrono::milliseconds reconcile_wait{60'000};
  std::chrono::milliseconds item_timeout{600'000};  // of an item that the gateway works off itself
  int requeues = 100;  // times that a shard goes back because the upstream's own queue is full

  std::chrono::milliseconds lease{30'000};
  std::chrono::milliseconds claim_interval{1'000};
  size_t jobs_at_once = 64;
  size_t transfers_at_once = 4;  // files that are sent or fetched
  std::chrono::milliseconds sweep_interval{60'000};
  std::chrono::milliseconds retention = std::chrono::hours(24 * 30);  // of an ended batch
  std::chrono::milliseconds abandoned = std::chrono::hours(2);  // of one that was never complete

  std::chrono::milliseconds watch_interval{1'000};  // between looks for those who wait for a change
  size_t watchers_per_caller = 1000;
  size_t max_line_bytes = 64u << 20;  // of an upstream's result

  // Where things at upstreams have owners; else they are everybody's.
  std::optional<OwnershipRules> owned;
  int64_t store_bytes = 0;                         // the store's budget, for the metrics page
  std::map<std::string, UpstreamFacts> upstreams;  // by name

  UpstreamFacts FactsOf(const std::string& upstream) const {
    const auto found = upstreams.find(upstream);
    return found == upstreams.end() ? UpstreamFacts() : found->second;
  }
};

}  // namespace inferwire::batch
