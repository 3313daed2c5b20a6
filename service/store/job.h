// What is kept of a batch: the job, its shards, its items and their results. Plain values; times
// are wall clock, and the epoch means never.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace inferwire::store {

// The numbers are in databases: none is ever used for something else.
enum class JobState {
  kCollecting = 0,  // its items are coming; nobody sees it
  kQueued = 1,
  kInProgress = 2,
  kFinalizing = 3,
  kCancelling = 4,
  kCompleted = 5,
  kFailed = 6,
  kExpired = 7,
  kCancelled = 8,
};

enum class ShardState {
  kQueued = 1,     // waits for room in the model's batch queue
  kPrepared = 2,   // has its room; the input file may be on its way
  kUploaded = 3,   // the file is there; the upstream batch may have been created
  kSubmitted = 4,  // upstream has said its id
  kInProgress = 5,
  kFinalizing = 6,  // upstream has ended; results are being fetched
  kDone = 7,
  kFailed = 8,
  kExpired = 9,
  kCancelled = 10,
};

inline bool Ended(JobState state) { return state >= JobState::kCompleted; }
inline bool Ended(ShardState state) { return state >= ShardState::kDone; }
std::string_view Name(JobState state);  // e.g. in_progress
std::string_view Name(ShardState state);

struct Counts {
  int64_t total = 0, succeeded = 0, failed = 0, expired = 0, cancelled = 0;
};

// Summed over the answers that reported usage.
struct Tokens {
  int64_t input = 0, cached = 0, output = 0, reasoning = 0;
  int64_t answers = 0;
  int64_t picousd = 0;    // of those that have a price
  int64_t unpriced = 0;   // answers that have none
  int64_t differing = 0;  // answers whose provider states another cost; not kept
};

// Adds what one result costs to a sum; both are the batch layer's bytes.
using AddCost = void (*)(std::string_view cost, std::string& sum);

struct Shard {
  int32_t index = 0;
  ShardState state = ShardState::kQueued;
  std::string upstream, model;
  std::string
      route;        // the name that was asked for, if it is a route's; empty: it goes nowhere else
  std::string key;  // whose its files and its batch are; empty: the upstream's first
  bool local = false;  // the gateway works it off itself
  int64_t bytes = 0;   // of the input file
  int64_t tokens = 0;  // that it takes of the model's batch queue
  Counts counts;
  // Upstream's own counts while it works; 0 if it has none.
  int64_t upstream_succeeded = 0, upstream_failed = 0;
  Tokens usage;
  std::string input_file, batch, output_file, error_file;  // upstream's ids
  std::string upstream_status;
  bool post_began = false;  // a POST may have reached upstream: look before another
  int32_t posts = 0;        // upstream batches it has had, e.g. after a full queue
  std::string errors;       // the batch layer's
  std::string cost;         // the same: summed over the results; empty: none has one
  WallTime submitted{}, ended{};
};

struct Job {
  int64_t number = 0;  // the store's own key
  std::string id, owner, request_id, fingerprint;
  JobState state = JobState::kCollecting;
  std::string endpoint, window, upstream, input_file;
  std::string metadata;   // the batch layer's
  std::string team, key;  // of the owner: whose its use is, besides
  int64_t items = 0;
  int64_t results = 0;
  int64_t version = 0;  // grows with every change
  WallTime created{}, started{}, cancelled{}, ended{}, expires{};
  int64_t bytes = 0;  // that its items and results take
  std::vector<Shard> shards;
};

struct NewItem {
  std::string custom_id;
  std::string body;  // JSON
  int32_t shard = 0;
};

struct Item {
  int64_t index = 0;
  std::string custom_id, body;
};

enum class ItemOutcome { kSucceeded = 1, kFailed = 2, kExpired = 3, kCancelled = 4 };

struct NewResult {
  std::string custom_id;
  ItemOutcome outcome = ItemOutcome::kFailed;
  int http_status = 0;
  std::string upstream_request_id;
  std::string body;  // the answer's JSON, or a serialized google.rpc.Status
  Tokens usage;
  std::string cost;  // the batch layer's; empty: none
};

struct StoredResult {
  int64_t sequence = 0;  // 0, 1, 2, ... in the order in which they came
  std::string custom_id;
  int32_t shard = 0;
  ItemOutcome outcome = ItemOutcome::kFailed;
  int http_status = 0;
  std::string upstream_request_id, body;
  std::optional<int64_t> picousd;
  std::string cost;  // empty: none, or of a time before it was kept
};

// A file of ours at an upstream that has to go; tries: how often it was taken up.
struct Removal {
  int64_t number = 0;
  std::string upstream, file;
  int64_t tries = 0;
  std::string key;  // as in Shard
};

// What an upstream knows by an id: which upstream, what kind of thing ("files", "batches", ...),
// and the id.
struct Thing {
  std::string upstream, kind, id;
};

// Bytes of items and results; 0: as many as come.
struct Budget {
  int64_t total = 0;
  int64_t owner = 0;      // of one owner
  int64_t min_free = 0;   // that the file system is left with
  int64_t owner_ids = 0;  // ids at upstreams that are noted as one owner's
};

struct Space {
  int64_t bytes = 0;            // that items and results take
  std::optional<int64_t> free;  // of the file system, if it is ours
};

// The right to work on a job. Whoever takes it over gets a larger token, and what comes with an
// older one is refused.
struct Lease {
  int64_t job = 0;
  int64_t token = 0;
};

}  // namespace inferwire::store
