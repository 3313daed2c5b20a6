#include "config_batches.h"

#include <algorithm>
#include <charconv>
#include <limits>

#include "config_parse.h"

namespace llmgate {
namespace {

using namespace std::chrono_literals;

constexpr int64_t kMostTokens = 1'000'000'000'000;

std::string PathFault(const std::string& text) {
  return !text.empty() && text.find('\0') == std::string::npos ? "" : "must be the path of a file";
}

std::string VariableFault(const std::string& text) {
  const bool good = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
  return good ? "" : "must be the name of an environment variable";
}

std::optional<int64_t> ReadTokens(const std::string& text) {
  int64_t tokens = 0;
  const char* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, tokens);
  if (failed != std::errc() || stop != end || tokens < 0 || tokens > kMostTokens) {
    return std::nullopt;
  }
  return tokens;
}

}  // namespace

StoreConfig ReadStore(Section section) {
  StoreConfig store;
  section.Text("path", store.path, PathFault);
  Section url = section.Sub("postgresql");
  url.Text("env", store.url_variable, VariableFault);
  url.Text("file", store.url_file, PathFault);
  const int named =
      (section.Has("path") ? 1 : 0) + (url.Has("env") ? 1 : 0) + (url.Has("file") ? 1 : 0);
  if (named > 1) section.Fault("path", "is one of path, postgresql.env and postgresql.file");
  url.Done();
  section.Time("wait", store.wait, 10ms, 1min);
  section.Integer("connections", store.connections, 1, 64);
  section.Integer("max_queued", store.max_queued, 1, 1'000'000);
  section.Size("max_bytes", store.max_bytes, 0, size_t{1} << 50);
  section.Size("max_bytes_per_caller", store.max_bytes_per_caller, 0, size_t{1} << 50);
  section.Size("min_free_bytes", store.min_free_bytes, 0, size_t{1} << 40);
  section.Integer("max_ids_per_caller", store.max_ids_per_caller, 0, 100'000'000);
  using Unknown = StoreConfig::Unknown;
  section.Choice<Unknown>("unknown_ids", store.unknown_ids,
                          {{"nobodys", Unknown::kNobodys}, {"everyones", Unknown::kEveryones}});
  using Anonymous = StoreConfig::Anonymous;
  section.Choice<Anonymous>("anonymous", store.anonymous,
                            {{"shared", Anonymous::kShared}, {"refused", Anonymous::kRefused}});
  section.Done();
  return store;
}

BatchesConfig ReadBatches(Section section) {
  BatchesConfig batches;
  section.Integer("max_items", batches.max_items, 1, 100'000'000);
  section.Size("max_bytes", batches.max_bytes, size_t{1} << 10, size_t{1} << 40);
  section.Integer("max_models", batches.max_models, 1, 1000);
  section.Time("poll_min", batches.poll_min, 1ms, 1h);
  section.Time("poll_max", batches.poll_max, 1ms, 24h);
  section.Time("retry_min", batches.retry_min, 1ms, 1h);
  section.Time("retry_max", batches.retry_max, 1ms, 24h);
  section.Time("queue_poll", batches.queue_poll, 1ms, 1h);
  section.Time("request_timeout", batches.request_timeout, 100ms, 1h);
  section.Time("transfer_timeout", batches.transfer_timeout, 1s, 24h);
  section.Time("item_timeout", batches.item_timeout, 1s, 24h);
  section.Integer("reconcile_looks", batches.reconcile_looks, 1, 100);
  section.Time("reconcile_wait", batches.reconcile_wait, 1ms, 1h);
  section.Integer("requeues", batches.requeues, 0, 10'000);
  section.Time("lease", batches.lease, 100ms, 1h);
  section.Time("claim_interval", batches.claim_interval, 10ms, 1h);
  section.Integer("jobs_at_once", batches.jobs_at_once, 1, 10'000);
  section.Integer("transfers_at_once", batches.transfers_at_once, 1, 100);
  section.Time("sweep_interval", batches.sweep_interval, 10ms, 24h);
  section.Time("retention", batches.retention, 1s, 24h * 3650);
  section.Time("abandoned", batches.abandoned, 1s, 24h * 365);
  section.Time("watch_interval", batches.watch_interval, 10ms, 1h);
  section.Integer("watchers_per_caller", batches.watchers_per_caller, 1, 1'000'000);
  section.Size("max_line_bytes", batches.max_line_bytes, size_t{1} << 10, size_t{1} << 30);
  section.Done();
  return batches;
}

UpstreamBatchesConfig ReadUpstreamBatches(Section section) {
  using By = UpstreamBatchesConfig::By;
  UpstreamBatchesConfig batches;
  section.Choice<By>(
      "by", batches.by,
      {{"dialect", By::kDialect}, {"upstream", By::kUpstream}, {"gateway", By::kGateway}});
  section.Integer("max_items", batches.max_items, 1, 100'000'000);
  section.Size("max_bytes", batches.max_bytes, size_t{1} << 10, size_t{1} << 40);
  section.Integer("queue_tokens", batches.queue_tokens, 0, kMostTokens);
  std::map<std::string, std::string> by_model;
  section.TextMap("model_queue_tokens", by_model,
                  [](const std::string&, const std::string& text) -> std::string {
                    return ReadTokens(text) ? "" : "must be a number of tokens";
                  });
  for (const auto& [model, text] : by_model) {
    batches.model_queue_tokens[model] = ReadTokens(text).value_or(0);
  }
  section.Text("tier", batches.tier, [](const std::string& text) -> std::string {
    return text.empty() || text.size() > 64 ? "must have 1 to 64 bytes" : "";
  });
  section.Integer("concurrency", batches.concurrency, 1, 1000);
  section.Done();
  return batches;
}

}  // namespace llmgate
