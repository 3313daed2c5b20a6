// What the store may do without chat noticing: be away, be damaged, hang, be full.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "admin_page.h"
#include "batch_client.h"
#include "store/jobs.h"
#include "support/full_disk.h"
#include "support/postgres_cluster.h"
#include "support/status_detail.h"
#include "support/temp_folder.h"

namespace inferwire::e2e {
namespace {

using ::testing::HasSubstr;

google::rpc::ErrorInfo Info(const grpc::Status& status) {
  return testing_support::DetailOf<google::rpc::ErrorInfo>(status).value_or(
      google::rpc::ErrorInfo());
}

class StoreFaultsTest : public ::testing::Test {
 protected:
  void Start(const std::function<void(config::Config&)>& adjust) {
    gateway_ = std::make_unique<Gateway>([&](config::Config& config) {
      MakeQuick(config);
      adjust(config);
    });
    client_ = std::make_unique<BatchClient>(gateway_->NewChannel());
  }
  void UsePostgres(config::Config& config, const std::string& url) {
    std::ofstream(folder_.File("url")) << url;
    config.store.url_file = folder_.File("url");
    config.store.wait = 200ms;
  }
  void ExpectChatAndProbes() {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("hi");
    v1::CompleteResponse response;
    const auto status = gateway_->chat().Complete(NewContext().get(), request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    const int port = gateway_->server().admin_port();
    EXPECT_THAT(AdminPage(port, "/livez"), HasSubstr(" 200 "));
    EXPECT_THAT(AdminPage(port, "/readyz"), HasSubstr(" 200 "));
  }
  // Every RPC of the service, in bounded time.
  void ExpectRefused(const std::string& text, grpc::StatusCode code = grpc::UNAVAILABLE,
                     const std::string& reason = "STORE_UNAVAILABLE") {
    v1::Batch batch;
    const auto expect = [&](const grpc::Status& status) {
      EXPECT_EQ(status.error_code(), code) << status.error_message();
      EXPECT_THAT(status.error_message(), HasSubstr(text));
      const auto info = Info(status);
      EXPECT_EQ(info.reason(), reason);
      EXPECT_EQ(info.metadata().at("safe_to_retry"), "true");
    };
    expect(client_->Create(1).status);
    expect(client_->Get("batch_x", batch));
    expect(client_->Cancel("batch_x", batch));
    expect(client_->ReadResults("batch_x").status);
    grpc::Status watched;
    client_->Watch("batch_x", watched);
    expect(watched);
  }
  bool Serves() { return client_->Create(1).status.ok(); }

  testing_support::TempFolder folder_;
  std::unique_ptr<testing_support::FullDisk> disk_;
  std::unique_ptr<Gateway> gateway_;
  std::unique_ptr<BatchClient> client_;
};

TEST_F(StoreFaultsTest, AStartWithoutTheFoldersDiskServesChatAndTakesTheStoreUpLater) {
  const std::string folder = folder_.File("later");
  Start([&](config::Config& config) { config.store.path = folder + "/store.db"; });
  EXPECT_TRUE(Gateway::Eventually(
      [this] { return gateway_->log().find("store_unavailable") != std::string::npos; }));
  EXPECT_EQ(gateway_->Metric("inferwire_store_up"), 0);
  EXPECT_GT(gateway_->Metric("inferwire_store_failures_total"), 0);
  ExpectChatAndProbes();
  ExpectRefused("the store: cannot open");
  EXPECT_GT(gateway_->Metric("inferwire_store_refused_total"), 0);
  std::filesystem::create_directory(folder);
  EXPECT_TRUE(Gateway::Eventually([this] { return Serves(); }, 20s));
  EXPECT_TRUE(Gateway::Eventually(
      [this] { return gateway_->log().find("store_opened") != std::string::npos; }));
  EXPECT_EQ(gateway_->Metric("inferwire_store_up"), 1);
}

TEST_F(StoreFaultsTest, ADamagedFileIsLeftAsItIsAndSaidClearly) {
  const std::string path = folder_.File("store.db");
  const std::string content(5000, '#');
  std::ofstream(path) << content;
  Start([&](config::Config& config) { config.store.path = path; });
  ExpectChatAndProbes();
  ExpectRefused("is not a database");
  std::ifstream file(path);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(file), {}), content);
}

TEST_F(StoreFaultsTest, AFileThatAnotherProcessHasIsTakenUpWhenItIsFree) {
  store::Location location;
  location.path = folder_.File("store.db");
  auto other = store::Database::Open(location);
  ASSERT_TRUE(other);
  Start([&](config::Config& config) { config.store.path = location.path; });
  ExpectChatAndProbes();
  ExpectRefused("in use by another process");
  other->reset();
  EXPECT_TRUE(Gateway::Eventually([this] { return Serves(); }, 20s));
}

TEST_F(StoreFaultsTest, AStartWithoutThePostgresqlServerTakesItUpWhenItIsThere) {
  const auto cluster = testing_support::PostgresCluster::Start();
  if (!cluster) GTEST_SKIP() << "PostgreSQL is not installed";
  const std::string url = cluster->NewDatabase();
  cluster->Stop();
  Start([&](config::Config& config) { UsePostgres(config, url); });
  ExpectChatAndProbes();
  ExpectRefused("the database is not reached");
  cluster->Restart();
  EXPECT_TRUE(Gateway::Eventually([this] { return Serves(); }, 20s));
}

TEST_F(StoreFaultsTest, AFrozenPostgresqlServerIsTypedBoundedAndPasses) {
  const auto cluster = testing_support::PostgresCluster::Start();
  if (!cluster) GTEST_SKIP() << "PostgreSQL is not installed";
  Start([&](config::Config& config) { UsePostgres(config, cluster->NewDatabase()); });
  ASSERT_TRUE(Gateway::Eventually([this] { return Serves(); }, 20s));
  cluster->Freeze();
  const auto begun = std::chrono::steady_clock::now();
  ExpectRefused("the store: ");
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 30s);
  EXPECT_GT(gateway_->Metric("inferwire_store_failures_total"), 0);
  EXPECT_EQ(gateway_->Metric("inferwire_store_up"), 0);
  ExpectChatAndProbes();
  cluster->Thaw();
  EXPECT_TRUE(Gateway::Eventually([this] { return Serves(); }, 20s));
}

TEST_F(StoreFaultsTest, AServerEndsInTimeThoughItsStoreHangs) {
  const auto cluster = testing_support::PostgresCluster::Start();
  if (!cluster) GTEST_SKIP() << "PostgreSQL is not installed";
  Start([&](config::Config& config) {
    UsePostgres(config, cluster->NewDatabase());
    config.drain.calls = 100ms;
  });
  ASSERT_TRUE(Gateway::Eventually([this] { return Serves(); }, 20s));
  cluster->Freeze();
  const auto begun = std::chrono::steady_clock::now();
  gateway_->Stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begun, 20s);
  cluster->Thaw();
}

TEST_F(StoreFaultsTest, AStartOnAFullDiskSaysSoServesChatAndTakesTheStoreUpLater) {
  disk_ = std::make_unique<testing_support::FullDisk>();
  Start([&](config::Config& config) { config.store.path = folder_.File("store.db"); });
  ExpectChatAndProbes();
  EXPECT_TRUE(Gateway::Eventually(
      [this] { return gateway_->log().find("no space left") != std::string::npos; }));
  EXPECT_EQ(gateway_->Metric("inferwire_store_up"), 0);
  ExpectRefused("no space left", grpc::RESOURCE_EXHAUSTED, "STORE_BUDGET_EXCEEDED");
  disk_->Free(1 << 30);
  EXPECT_TRUE(Gateway::Eventually([this] { return Serves(); }, 20s));
  EXPECT_EQ(gateway_->Metric("inferwire_store_up"), 1);
}

TEST_F(StoreFaultsTest, ABatchThatDoesNotFitOnTheDiskIsRefusedAndGone) {
  disk_ = std::make_unique<testing_support::FullDisk>(2 << 20);
  Start([&](config::Config& config) {
    config.store.path = folder_.File("store.db");
    config.store.min_free_bytes = 0;
  });
  ASSERT_TRUE(Gateway::Eventually([this] { return Serves(); }, 20s));
  const auto large = client_->Create(20'000);
  EXPECT_EQ(large.status.error_code(), grpc::RESOURCE_EXHAUSTED) << large.status.error_message();
  EXPECT_THAT(large.status.error_message(), HasSubstr("no space left"));
  EXPECT_EQ(Info(large.status).reason(), "STORE_BUDGET_EXCEEDED");
  ExpectChatAndProbes();
  disk_->Free(1 << 30);
  EXPECT_TRUE(Gateway::Eventually([this] { return Serves(); }, 20s));
  v1::ListBatchesRequest request;
  v1::ListBatchesResponse listed;
  ASSERT_TRUE(client_->stub().ListBatches(NewContext().get(), request, &listed).ok());
  for (const v1::Batch& batch : listed.batches()) EXPECT_EQ(batch.counts().total(), 1);
}

TEST_F(StoreFaultsTest, WhatIsOverTheBudgetIsRefusedAndGoneAtOnce) {
  Start([&](config::Config& config) {
    config.store.path = folder_.File("store.db");
    config.store.max_bytes_per_caller = 100'000;
  });
  const auto large = client_->Create(2000);
  EXPECT_EQ(large.status.error_code(), grpc::RESOURCE_EXHAUSTED) << large.status.error_message();
  EXPECT_EQ(Info(large.status).reason(), "STORE_BUDGET_EXCEEDED");
  EXPECT_GT(gateway_->Metric("inferwire_store_budget_refused_total"), 0);
  EXPECT_TRUE(Gateway::Eventually([this] { return Serves(); }, 5s));
}

}  // namespace
}  // namespace inferwire::e2e
