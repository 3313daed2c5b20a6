// What can be configured of batches and of the store that keeps them, with every default.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace inferwire::config {

// Without a path and a URL there is no store, and batches are refused.
struct StoreConfig {
  std::string path;  // of an SQLite file
  // Where a PostgreSQL URL is read from: it may hold a password.
  std::string url_variable, url_file;
  std::chrono::milliseconds wait = std::chrono::seconds(5);  // for a lock, or one statement
  int connections = 2;                                       // besides the worker's
  int max_queued = 1000;                                     // statements that wait for one
  // What batches may take; 0: no bound. The last: what an SQLite file's file system is left with.
  size_t max_bytes = size_t{20} << 30, max_bytes_per_caller = size_t{8} << 30;
  size_t min_free_bytes = size_t{8} << 20;
  // Files and upstream batches that are noted as one caller's.
  int64_t max_ids_per_caller = 100'000;
  // Where callers prove who they are: whose an id is that nobody is known to own, and whether those
  // who prove nothing are one caller or none.
  enum class Unknown { kNobodys, kEveryones };
  Unknown unknown_ids = Unknown::kNobodys;
  enum class Anonymous { kShared, kRefused };
  Anonymous anonymous = Anonymous::kShared;

  bool configured() const { return !path.empty() || !url_variable.empty() || !url_file.empty(); }
};

struct BatchesConfig {
  int64_t max_items = 1'000'000;
  size_t max_bytes = size_t{4} << 30;
  int max_models = 16;
  std::chrono::milliseconds poll_min = std::chrono::seconds(2), poll_max = std::chrono::seconds(60);
  std::chrono::milliseconds retry_min = std::chrono::seconds(1),
                            retry_max = std::chrono::seconds(60);
  std::chrono::milliseconds queue_poll = std::chrono::seconds(5);
  std::chrono::milliseconds request_timeout = std::chrono::seconds(60);
  std::chrono::milliseconds transfer_timeout = std::chrono::minutes(30);
  std::chrono::milliseconds item_timeout = std::chrono::minutes(5);
  int reconcile_looks = 2;
  std::chrono::milliseconds reconcile_wait = std::chrono::seconds(60);
  int requeues = 100;
  std::chrono::milliseconds lease = std::chrono::seconds(30);
  std::chrono::milliseconds claim_interval = std::chrono::seconds(1);
  int jobs_at_once = 64;
  int transfers_at_once = 4;
  std::chrono::milliseconds sweep_interval = std::chrono::seconds(60);
  std::chrono::milliseconds retention = std::chrono::hours(24 * 30);
  std::chrono::milliseconds abandoned = std::chrono::hours(2);
  std::chrono::milliseconds watch_interval = std::chrono::seconds(1);
  int watchers_per_caller = 1000;
  size_t max_line_bytes = size_t{64} << 20;
};

struct UpstreamBatchesConfig {
  enum class By { kDialect, kUpstream, kGateway };
  By by = By::kDialect;  // who works on them; the dialect knows whether the upstream can
  int64_t max_items = 50'000;
  size_t max_bytes = size_t{190} << 20;
  int64_t queue_tokens = 0;  // 0: no limit
  std::map<std::string, int64_t> model_queue_tokens;
  std::string tier;  // of the catalogue's limits; empty: they are not used
  int concurrency = 4;
};

}  // namespace inferwire::config
