// inferwire-server killed again and again while it works on batches, and large batches through it:
// the process is a real one, the upstream's time is virtual.
#include <gmock/gmock.h>
#include <signal.h>

#include <fstream>
#include <random>
#include <set>

#include "base/random.h"
#include "batch/line.h"
#include "batch/queue_tokens.h"
#include "batch/splitter.h"
#include "batch_client.h"
#include "connected.h"
#include "process.h"
#include "store/jobs.h"
#include "support/child_process.h"
#include "support/postgres_cluster.h"
#include "support/process_memory.h"
#include "support/sanitizer.h"
#include "support/temp_folder.h"

namespace inferwire::e2e {
namespace {

using testing_support::ChildProcess;

const std::string kWorker = INFERWIRE_BATCH_CHILD;

std::string Yaml(const std::string& base_url, const std::string& store, const std::string& more) {
  return R"(server: {listen: "127.0.0.1:0", admin: "127.0.0.1:0", loops: 1}
log: {level: info, calls: false}
upstreams:
  - name: test
    base_url: )" +
         base_url + R"(
    allow_plain_http: true
    api_key: none
    batches: {)" +
         more + R"(}
store: {)" +
         store + R"(}
batches: {poll_min: 5ms, poll_max: 50ms, retry_min: 5ms, retry_max: 50ms, queue_poll: 20ms,
          claim_interval: 20ms, reconcile_wait: 20ms, watch_interval: 20ms, lease: 2s}
)";
}

class BatchesCrashTest : public ::testing::Test {
 protected:
  void SetUp() override {
    simulator_ = std::move(*simulator::Simulator::Start({}));
    location_.path = folder_.File("store.db");
    options_.upstreams["test"].native = true;
  }
  std::string Config(const std::string& name, const std::string& store, const std::string& more) {
    const std::string path = folder_.File(name);
    std::ofstream(path) << "" << Yaml(simulator_->base_url(), store, more);
    return path;
  }
  // A batch as CreateBatch would have stored it.
  int64_t AddJob(store::Jobs& jobs, int items) {
    store::Job job;
    job.id = "batch_" + random_.Id();
    job.endpoint = "/v1/chat/completions";
    job.window = "24h";
    job.created = std::chrono::system_clock::now();
    job.expires = job.created + std::chrono::hours(24);
    job.number = *jobs.Create(job);
    batch::Splitter splitter(options_);
    std::vector<store::NewItem> rows;
    for (int i = 0; i < items; ++i) {
      const std::string id = "item-" + std::to_string(i);
      const std::string body =
          R"({"model":"gpt-4.1-mini+tokens=3","messages":[{"role":"user","content":"hi"}]})";
      const auto bytes = static_cast<int64_t>(batch::LineBytes(id, job.endpoint, body));
      rows.push_back(
          {id, body,
           *splitter.Add("test", "gpt-4.1-mini+tokens=3", bytes, batch::QueueTokens(body))});
    }
    EXPECT_TRUE(jobs.AddItems(job.number, 0, rows));
    job.shards = splitter.shards();
    shards_ += job.shards.size();
    EXPECT_TRUE(jobs.Seal(job));
    return job.number;
  }
  static BatchClient ClientOf(ChildProcess& server) {
    const std::string line = server.WaitForLine("\"started\"");
    const size_t address = line.find("127.0.0.1:");
    EXPECT_NE(address, std::string::npos) << server.output();
    return BatchClient(Connected(
        grpc::CreateChannel("127.0.0.1:" + std::to_string(std::stoi(line.substr(address + 10))),
                            grpc::InsecureChannelCredentials())));
  }
  static bool AllEnded(BatchClient& client) {
    v1::ListBatchesRequest request;
    request.set_page_size(100);
    do {
      v1::ListBatchesResponse page;
      if (!client.stub().ListBatches(NewContext().get(), request, &page).ok()) return false;
      for (const v1::Batch& batch : page.batches()) {
        if (!Ended(batch)) return false;
      }
      request.set_page_token(page.next_page_token());
    } while (!request.page_token().empty());
    return true;
  }
  struct Tally {
    size_t jobs = 0, ended = 0, results = 0;
  };
  // Of all jobs; fails the test for an item with two results or none.
  Tally Count(store::Jobs& jobs) {
    Tally tally;
    const auto listed = jobs.List("", 0, 10'000);
    for (const store::Job& job : *listed) {
      ++tally.jobs;
      if (!store::Ended(job.state)) continue;
      ++tally.ended;
      EXPECT_EQ(job.state, store::JobState::kCompleted);
      std::set<std::string> ids;
      const auto results = *jobs.Results(job.number, 0, 100'000, size_t{1} << 30);
      for (const auto& result : results) ids.insert(result.custom_id);
      EXPECT_EQ(ids.size(), static_cast<size_t>(job.items));
      EXPECT_EQ(results.size(), ids.size());
      for (const auto& result : results) {
        EXPECT_EQ(result.outcome, store::ItemOutcome::kSucceeded)
            << job.id << " " << result.custom_id;
      }
      tally.results += results.size();
    }
    return tally;
  }

  testing_support::TempFolder folder_;
  std::unique_ptr<simulator::Simulator> simulator_;
  store::Location location_;
  batch::Options options_;
  Random random_{7};
  size_t shards_ = 0;
};

TEST_F(BatchesCrashTest, TwoHundredKillsLoseNothingAndSubmitNothingTwice) {
  constexpr int kKills = 200, kJobs = 12, kItems = 12;
  options_.upstreams["test"].max_items = 4;
  ASSERT_TRUE(simulator_->SetRules({{.path = "/v1/batches", .set = "batch_time=30m"}}));
  const std::string config = Config("config.yaml", "path: " + location_.path, "max_items: 4");
  std::mt19937_64 engine(20260101);
  Tally tally;
  int kills = 0;
  for (bool complete = false; !complete;) {
    {
      auto database = std::move(*store::Database::Open(location_));
      auto jobs = std::move(*database->Connect());
      tally = Count(*jobs);
      complete = kills == kKills && tally.ended == tally.jobs;
      if (kills < kKills && tally.jobs - tally.ended < kJobs) {
        for (int i = 0; i < kJobs; ++i) AddJob(*jobs, kItems);
      }
    }
    if (complete) break;
    if (kills == kKills) {
      // Now it may finish.
      ChildProcess server({kServer, "--config", config});
      BatchClient client = ClientOf(server);
      ASSERT_TRUE(Gateway::Eventually(
          [&] {
            simulator_->Advance(std::chrono::minutes(3));
            return AllEnded(client);
          },
          90s));
      continue;
    }
    ChildProcess server({kWorker, config});
    // After so many further requests, wherever that finds it.
    const uint64_t until = simulator_->stats().requests + engine() % 60;
    simulator_->WaitFor([&](const simulator::Stats& stats) { return stats.requests >= until; },
                        std::chrono::milliseconds(1000));
    for (uint64_t spin = engine() % 200'000; spin > 0; --spin) asm volatile("");
    server.Signal(SIGKILL);
    EXPECT_EQ(server.Wait(), -SIGKILL);
    ++kills;
    simulator_->Advance(std::chrono::minutes(engine() % 20));
  }
  EXPECT_EQ(simulator_->stats().batches_created, shards_) << "an upstream batch for each shard";
  EXPECT_EQ(tally.results, tally.jobs * kItems);
  std::cout << kills << " kills, " << tally.jobs << " batches, " << shards_ << " shards, "
            << tally.results << " items, " << simulator_->stats().batches_created
            << " upstream batches\n";
}

TEST_F(BatchesCrashTest, AHundredAndTwentyThousandItemsGoThroughInShardsOfFiftyThousand) {
  constexpr int kItems = 120'000;
  ASSERT_TRUE(simulator_->SetRules({{.path = "/v1/batches", .set = "batch_time=0"}}));
  ChildProcess server(
      {kServer, "--config", Config("config.yaml", "path: " + location_.path, "max_items: 50000")});
  BatchClient client = ClientOf(server);
  const auto begin = std::chrono::steady_clock::now();
  const auto created = client.Create(kItems, {}, "gpt-4.1-mini+tokens=3");
  ASSERT_TRUE(created.status.ok()) << created.status.error_message();
  EXPECT_EQ(created.batch.shards_size(), 3);
  const auto taken = std::chrono::steady_clock::now();
  grpc::Status watched;
  const std::vector<v1::Batch> seen = client.Watch(created.batch.batch_id(), watched);
  ASSERT_TRUE(watched.ok()) << watched.error_message();
  const v1::Batch& batch = seen.back();
  const auto worked = std::chrono::steady_clock::now();
  EXPECT_EQ(batch.counts().succeeded(), kItems);
  const auto results = client.ReadResults(created.batch.batch_id());
  const auto read = std::chrono::steady_clock::now();
  std::set<std::string> ids;
  for (const auto& result : results.results) ids.insert(result.custom_id());
  EXPECT_EQ(ids.size(), static_cast<size_t>(kItems));
  EXPECT_EQ(results.results.size(), static_cast<size_t>(kItems));
  EXPECT_EQ(simulator_->stats().batches_created, 3u);
  const size_t peak = testing_support::PeakBytes(server.pid());
  if (!inferwire::testing_support::kSanitized) {
    EXPECT_LT(peak, size_t{300} << 20) << "nothing is held whole";
  }
  const auto rate = [](auto from, auto to) {
    return static_cast<int64_t>(kItems / std::chrono::duration<double>(to - from).count());
  };
  std::cout << "items/s: taken " << rate(begin, taken) << ", worked off " << rate(taken, worked)
            << ", read " << rate(worked, read) << "; peak memory " << (peak >> 20) << " MB\n";
}

TEST_F(BatchesCrashTest, OneOfTwoReplicasIsKilledAndTheOtherEndsItsWork) {
  const auto cluster = testing_support::PostgresCluster::Start();
  if (!cluster) GTEST_SKIP() << "PostgreSQL is not installed";
  location_.kind = store::Location::Kind::kPostgres;
  location_.url = cluster->NewDatabase();
  std::ofstream(folder_.File("url")) << location_.url;
  ASSERT_TRUE(simulator_->SetRules({{.path = "/v1/batches", .set = "batch_time=60m"}}));
  options_.upstreams["test"].max_items = 4;
  auto database = std::move(*store::Database::Open(location_));
  auto jobs = std::move(*database->Connect());
  for (int i = 0; i < 20; ++i) AddJob(*jobs, 8);
  const std::string config =
      Config("config.yaml", "postgresql: {file: " + folder_.File("url") + "}", "max_items: 4");
  ChildProcess first({kServer, "--config", config});
  ChildProcess second({kServer, "--config", config});
  ASSERT_TRUE(simulator_->WaitFor(
      [&](const simulator::Stats& stats) { return stats.batches_created >= shards_ / 2; }, 60s))
      << (first.WaitForLine("no such line", 100ms), first.output())
      << (second.WaitForLine("no such line", 100ms), second.output());
  first.Signal(SIGKILL);
  first.Wait();
  Tally tally;
  EXPECT_TRUE(Gateway::Eventually(
      [&] {
        simulator_->Advance(std::chrono::minutes(2));
        tally = Count(*jobs);
        return tally.ended == tally.jobs;
      },
      60s));
  EXPECT_EQ(tally.jobs, 20u);
  EXPECT_EQ(tally.results, 160u);
  EXPECT_EQ(simulator_->stats().batches_created, shards_);
}

}  // namespace
}  // namespace inferwire::e2e
