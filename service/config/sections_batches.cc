#include "config/forms.h"
#include "config/reader.h"
#include "config/sections.h"

namespace inferwire::config {
namespace {

using namespace std::chrono_literals;

constexpr int64_t kMostTokens = 1'000'000'000'000;

Keys UrlKeys(StoreConfig& store) {
  Keys keys;
  keys.Text("env", store.url_variable, kVariableName, {}, {.example = "INFERWIRE_STORE_URL"});
  keys.Text("file", store.url_file, kFilePath, {}, {.example = "/etc/inferwire/store/url"});
  return keys;
}

}  // namespace

Keys KeysOf(StoreConfig& store) {
  Keys keys;
  keys.Text("path", store.path, kFilePath, "An SQLite file, for one process.", {.instead = "none"});
  keys.Sub("postgresql", UrlKeys(store),
           "Or PostgreSQL, for several replicas. Its URL may hold a password: this is the variable "
           "or the file that it is read from.");
  keys.Time("wait", store.wait, 10ms, 1min,
            "For a lock, or for one statement of PostgreSQL; a server that does not answer at all "
            "is given up a second later.");
  keys.Integer("connections", store.connections, 1, 64,
               "To the store, besides the batch worker's; and statements that wait for one.");
  keys.Integer("max_queued", store.max_queued, 1, 1'000'000);
  keys.Size("max_bytes", store.max_bytes, 0, size_t{1} << 50,
            "Bytes of items and results, of all callers and of one; 0B: no bound. Beyond them new "
            "batches are refused (STORE_BUDGET_EXCEEDED), results still come.");
  keys.Size("max_bytes_per_caller", store.max_bytes_per_caller, 0, size_t{1} << 50);
  keys.Size("min_free_bytes", store.min_free_bytes, 0, size_t{1} << 40,
            "New batches are refused if the file system of an SQLite file, with what is free "
            "inside the file, would have less.");
  keys.Integer("max_ids_per_caller", store.max_ids_per_caller, 0, 100'000'000,
               "Files and upstream batches that are noted as one caller's; 0: no bound.");
  using Unknown = StoreConfig::Unknown;
  keys.Choice("unknown_ids", store.unknown_ids,
              {{"nobodys", Unknown::kNobodys}, {"everyones", Unknown::kEveryones}},
              "Where callers prove who they are (tls.client_auth), files, upstream batches and "
              "what else lies at an upstream under an id is its maker's; the store knows whose, "
              "and without one files are refused, unless this is everyones. This is whose ids are "
              "that the store does not know, e.g. of files made before.");
  using Anonymous = StoreConfig::Anonymous;
  keys.Choice(
      "anonymous", store.anonymous,
      {{"shared", Anonymous::kShared}, {"refused", Anonymous::kRefused}},
      "Callers without a certificate, also with batches: shared means that they are one caller.");
  keys.check = [](const std::string& path, Faults& faults) {
    int named = 0;
    for (const char* place : {".path", ".postgresql.env", ".postgresql.file"}) {
      if (faults.Given(path + place)) ++named;
    }
    if (named > 1) {
      faults.AddAt(path + ".path", "is one of path, postgresql.env and postgresql.file");
    }
  };
  return keys;
}

Keys KeysOf(BatchesConfig& batches) {
  Keys keys;
  keys.Integer("max_items", batches.max_items, 1, 100'000'000, "What one batch may have.");
  keys.Size("max_bytes", batches.max_bytes, size_t{1} << 10, size_t{1} << 40);
  keys.Integer("max_models", batches.max_models, 1, 1000);
  keys.Time("poll_min", batches.poll_min, 1ms, 1h,
            "Between two looks at an upstream's batch: the first ones and the later ones.");
  keys.Time("poll_max", batches.poll_max, 1ms, 24h);
  keys.Time("retry_min", batches.retry_min, 1ms, 1h,
            "Before what failed is tried again: the first and the later times.");
  keys.Time("retry_max", batches.retry_max, 1ms, 24h);
  keys.Time("queue_poll", batches.queue_poll, 1ms, 1h,
            "Between two looks for room that others have made in a model's queue.");
  keys.Time("request_timeout", batches.request_timeout, 100ms, 1h,
            "Of a small request, of a whole file, and of an item that the gateway works off "
            "itself.");
  keys.Time("transfer_timeout", batches.transfer_timeout, 1s, 24h);
  keys.Time("item_timeout", batches.item_timeout, 1s, 24h);
  keys.Integer("reconcile_looks", batches.reconcile_looks, 1, 100,
               "Before a batch that may have been created is created again: looks at the "
               "upstream's list, and the time between them, which must be longer than the list "
               "lags behind.");
  keys.Time("reconcile_wait", batches.reconcile_wait, 1ms, 1h);
  keys.Integer("requeues", batches.requeues, 0, 10'000,
               "How often a shard goes back because the upstream's own queue is full.");
  keys.Time("lease", batches.lease, 100ms, 1h,
            "How long a replica that says nothing keeps its batches, and how often others look for "
            "them.");
  keys.Time("claim_interval", batches.claim_interval, 10ms, 1h);
  keys.Integer("jobs_at_once", batches.jobs_at_once, 1, 10'000,
               "Batches that one replica works on, and files that it sends or fetches at once.");
  keys.Integer("transfers_at_once", batches.transfers_at_once, 1, 100);
  keys.Time("sweep_interval", batches.sweep_interval, 10ms, 24h,
            "Between two looks for what is to be deleted: items and results so long after the end "
            "of their batch, and what was never sent to its end after `abandoned`.");
  keys.Time("retention", batches.retention, 1s, 24h * 3650);
  keys.Time("abandoned", batches.abandoned, 1s, 24h * 365);
  keys.Time("watch_interval", batches.watch_interval, 10ms, 1h,
            "Between two looks at the store for those who watch a batch.");
  keys.Integer("watchers_per_caller", batches.watchers_per_caller, 1, 1'000'000,
               "WatchBatch, and StreamBatchResults with follow, of one caller at once; the store "
               "is asked once for all who wait for the same batch.");
  keys.Size("max_line_bytes", batches.max_line_bytes, size_t{1} << 10, size_t{1} << 30,
            "A longer line of an upstream's results is left out.");
  return keys;
}

Keys KeysOf(LedgerConfig& ledger) {
  Keys keys;
  keys.Text("path", ledger.path, kFilePath,
            "A folder for this process alone: a file of fixed size after the other, with a "
            "beginning and an end of each call.",
            {.example = "/var/lib/inferwire/ledger", .instead = "none, nothing is booked"});
  keys.Size("segment", ledger.segment, size_t{1} << 20, size_t{1} << 30,
            "Of one file, which is allocated before it is used; two of them at least.");
  keys.Size("max_bytes", ledger.max_bytes, size_t{2} << 20, size_t{1} << 40,
            "Of all files; beyond it the oldest are removed.");
  keys.Time("sync", ledger.sync, 10ms, 1min,
            "Between two writes to the disk, which is what a power cut may take. What a killed "
            "process has booked is never lost.");
  keys.Time("keep", ledger.keep, 1h, 24h * 365, "Files that are no longer written to.");
  keys.Time("upload", ledger.upload, 10ms, 1min,
            "Between two looks for records to add to the sums in the store, where there is one "
            "(service/ledger/README.md). Files are then kept until that is done.");
  keys.Time("hours", ledger.hours, 24h, 24h * 3650,
            "How long the store keeps the sums of an hour.");
  keys.Choice("users", ledger.users,
              {{"hash", tenancy::KeepUsers::kHash},
               {"plain", tenancy::KeepUsers::kPlain},
               {"off", tenancy::KeepUsers::kOff}},
              "How the end users are kept that callers name (CallOptions.user): as HMAC-SHA-256 "
              "with the secret of identity.keys.pepper, as they are, or not at all.");
  return keys;
}

Keys KeysOf(IdempotencyConfig& idempotency) {
  Keys keys;
  keys.Time("keep", idempotency.keep, 1s, 24h,
            "After a call's end: its answer, and that its key was used.");
  keys.Size("memory_bytes", idempotency.memory_bytes, size_t{64} << 10, size_t{1} << 40,
            "Of what is kept; the oldest answers go first. A quarter of it is for keys alone.");
  keys.Size("max_answer_bytes", idempotency.max_answer_bytes, size_t{1} << 10, size_t{64} << 20,
            "A longer answer is not kept, and nobody is attached to a call that has said more.");
  keys.Integer("max_waiting", idempotency.max_waiting, 1, 1'000'000,
               "Calls that wait for the answer to another one with their key; a further one is "
               "refused.");
  keys.Bool("shared", idempotency.shared,
            "Replicas tell each other by the store which keys are in use: one INSERT before the "
            "upstream is called. The answers stay where they are. Wants store.postgresql.");
  return keys;
}

Keys KeysOf(UpstreamBatchesConfig& batches) {
  using By = UpstreamBatchesConfig::By;
  Keys keys;
  keys.Choice("by", batches.by,
              {{"dialect", By::kDialect}, {"upstream", By::kUpstream}, {"gateway", By::kGateway}},
              "Who works on them: the upstream, the gateway itself (item by item, at standard "
              "prices), or what the dialect says: only openai has files and batches of its own.");
  keys.Integer("max_items", batches.max_items, 1, 100'000'000,
               "Of one of its batches; a larger one is split.");
  keys.Size("max_bytes", batches.max_bytes, size_t{1} << 10, size_t{1} << 40);
  keys.Integer("queue_tokens", batches.queue_tokens, 0, kMostTokens,
               "Tokens that its queue takes of one model, the same for all or by model; 0: no "
               "limit.");
  keys.CountMap("model_queue_tokens", batches.model_queue_tokens, kMostTokens,
                "must be a number of tokens", "The same for single models.", {.instead = "none"});
  keys.Text("tier", batches.tier, kTier,
            "The unset ones of a catalogued model are its own at this usage tier.",
            {.instead = "no tier"});
  keys.Integer("concurrency", batches.concurrency, 1, 1000,
               "Items in flight where the gateway works on them.");
  return keys;
}

}  // namespace inferwire::config
