// A store, an upstream and a worker, with the time in the test's hand. A crash is the worker's end
// without a word.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "base/timers.h"
#include "batch/line.h"
#include "batch/queue_tokens.h"
#include "batch/splitter.h"
#include "batch/worker.h"
#include "google/rpc/status.pb.h"
#include "store/jobs.h"
#include "support/manual_clock.h"
#include "support/temp_folder.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"
#include "unit/batch/fake_upstream.h"
#include "upstream/router.h"

namespace inferwire::batch {

class Silent final : public telemetry::LogSink {
 public:
  void Write(std::string_view) override {}
};

// By the host of the URL: "opposite" is the second upstream's, anything else the first one's.
class Network final : public http::Transport {
 public:
  explicit Network(FakeUpstream& upstream) : upstream_(upstream) {}
  http::Transfer* Start(http::Request request, http::TransferObserver& observer) override {
    FakeUpstream& at = request.url.find("://opposite/") == std::string::npos ? upstream_ : opposite;
    http::Transfer* const transfer = at.Start(std::move(request), observer);
    at_[transfer] = &at;
    return transfer;
  }
  bool Cancel(http::Transfer* transfer) override { return at_.at(transfer)->Cancel(transfer); }
  void Resume(http::Transfer*) override {}
  std::unique_ptr<http::WebSocket> OpenWebSocket(http::WebSocketRequest,
                                                 http::WebSocketObserver&) override {
    return nullptr;  // batches have none
  }

  FakeUpstream opposite;

 private:
  FakeUpstream& upstream_;
  std::map<http::Transfer*, FakeUpstream*> at_;
};

class World {
 public:
  explicit World(uint64_t seed = 1) : random(seed) {
    upstream::UpstreamOptions upstream_options;
    upstream_options.name = "up";
    upstream_options.base_url = "http://upstream/v1";
    upstream_options.max_retries = 0;
    router.Add(std::make_unique<const upstream::Upstream>(std::move(upstream_options),
                                                          upstream::KeyPool(), TheMetrics()),
               {"*"}, {}, true);
    options.upstreams["up"].native = true;
    options.reconcile_wait = std::chrono::seconds(60);
    upstream.now =
        std::chrono::duration_cast<std::chrono::seconds>(clock.WallNow().time_since_epoch())
            .count();
    store::Location location;
    location.path = folder.File("jobs.db");
    database = std::move(*store::Database::Open(location));
    jobs = std::move(*database->Connect());
  }

  // A job with items of these models in turn.
  store::Job AddJob(int items, const std::vector<std::string>& models = {"gpt-4.1-mini"},
                    const std::string& route = {}) {
    store::Job job;
    job.id = "batch_" + random.Id();
    job.endpoint = "/v1/chat/completions";
    job.window = "24h";
    job.created = clock.WallNow();
    job.expires = job.created + std::chrono::hours(24);
    job.number = *jobs->Create(job);
    Splitter splitter(options);
    std::vector<store::NewItem> rows;
    for (int i = 0; i < items; ++i) {
      const std::string& model = models[static_cast<size_t>(i) % models.size()];
      const std::string id = "item-" + std::to_string(i);
      const std::string body = R"({"model":")" + model + R"(","messages":[]})";
      const auto bytes = static_cast<int64_t>(LineBytes(id, job.endpoint, body));
      rows.push_back({id, body, *splitter.Add("up", model, bytes, QueueTokens(body), route)});
    }
    EXPECT_TRUE(jobs->AddItems(job.number, 0, rows));
    job.shards = splitter.shards();
    auto sealed = jobs->Seal(job);
    EXPECT_TRUE(sealed);
    return sealed->job;
  }

  void StartWorker() {
    transport = std::make_unique<upstream::Runtime>(
        upstream::Runtime{network, timers, random, upstream::RuntimeMetrics(TheMetrics()), router,
                          answer_limits, chunk_message, mailbox});
    bench = std::make_unique<Scheduler>(options, log, *transport, *jobs, "worker");
  }
  // As kill -9 does: nothing is told, requests are cut, what was not committed is gone.
  void Crash() {
    bench.reset();
    // The lock on the file goes with the process, and with it the leases.
    jobs.reset();
    database.reset();
    store::Location location;
    location.path = folder.File("jobs.db");
    database = std::move(*store::Database::Open(location));
    jobs = std::move(*database->Connect());
    StartWorker();
  }
  void Advance(Duration duration) {
    clock.Advance(duration);
    upstream.now =
        std::chrono::duration_cast<std::chrono::seconds>(clock.WallNow().time_since_epoch())
            .count();
    network.opposite.now = upstream.now;
    Settle();
  }
  // What can happen without time passing, except for the upstream's batches, happens.
  void Settle() {
    for (int i = 0; i < 100'000; ++i) {
      if (timers.FireDue()) continue;
      if (!upstream.AnswerOne() && !network.opposite.AnswerOne()) return;
    }
    ADD_FAILURE() << "it never comes to rest; the last request was " << upstream.last;
  }
  // Until the job has ended, or a week has passed.
  store::Job RunToEnd(const store::Job& job) {
    for (int i = 0; i < 24 * 60 * 7; ++i) {
      Advance(std::chrono::minutes(1));
      upstream.FinishBatches();
      network.opposite.FinishBatches();
      if (Ended(Now(job).state)) break;
    }
    return Now(job);
  }
  store::Job Now(const store::Job& job) { return **jobs->Find(job.id, job.owner); }
  std::vector<store::StoredResult> Results(const store::Job& job) {
    return *jobs->Results(job.number, 0, 1'000'000, size_t{1} << 30);
  }
  // Exactly one result for each item.
  void ExpectComplete(const store::Job& job) {
    std::vector<std::string> ids;
    for (const auto& result : Results(job)) ids.push_back(result.custom_id);
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(static_cast<int64_t>(ids.size()), job.items);
    EXPECT_EQ(std::adjacent_find(ids.begin(), ids.end()), ids.end());
    int64_t counted = 0;
    for (const store::Shard& shard : Now(job).shards) {
      const store::Counts& counts = shard.counts;
      counted += counts.succeeded + counts.failed + counts.expired + counts.cancelled;
      EXPECT_TRUE(Ended(shard.state));
    }
    EXPECT_EQ(counted, job.items);
  }
  google::rpc::Status ErrorOf(const store::StoredResult& result) {
    google::rpc::Status status;
    EXPECT_TRUE(status.ParseFromString(result.body));
    return status;
  }

  // Too slow to be made for every seed.
  static telemetry::Metrics& TheMetrics() {
    static telemetry::Metrics metrics;
    return metrics;
  }

  testing_support::TempFolder folder{testing_support::TempFolder::InMemory()};
  ManualClock clock;
  Timers timers{clock};
  Random random;
  Mailbox mailbox{[] {}};
  telemetry::Log log{{telemetry::LogLevel::kOff, false}, clock, std::make_unique<Silent>()};
  upstream::Router router;
  upstream::AnswerLimits answer_limits;
  v1::StreamCompleteResponse chunk_message;
  Options options;
  FakeUpstream upstream;
  Network network{upstream};
  std::unique_ptr<store::Database> database;
  std::unique_ptr<store::Jobs> jobs;
  std::unique_ptr<upstream::Runtime> transport;
  std::unique_ptr<Scheduler> bench;
};

}  // namespace inferwire::batch
