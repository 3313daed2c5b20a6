// The key file of an upstream changes under load: no call fails, whoever changes first.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

#include "reloadable.h"

namespace inferwire::e2e {
namespace {

class Rotation : public testing::Test {
 protected:
  void Start(bool watch) {
    gateway = std::make_unique<Reloadable>(watch);
    gateway->Write("key", Key(0) + "\n");
    gateway->upstream().RequireKeys({Key(0)});
    gateway->Start(gateway->Head() +
                   gateway->Upstream(
                       "sealed", "api_key: {file: " + (gateway->folder() / "key").string() + "}"));
    for (int i = 0; i < 4; ++i) {
      callers.emplace_back([this, stub = gateway->NewStub()] {
        while (!stop) {
          v1::CompleteResponse response;
          const auto status = CallOnce(*stub, "gpt-4.1-mini", &response);
          std::lock_guard lock(mutex);
          if (status.ok()) {
            ++good;
          } else if (first_fault.empty()) {
            first_fault = status.error_message();
          }
        }
      });
    }
  }
  ~Rotation() override { Stop(); }
  void Stop() {
    stop = true;
    for (auto& caller : callers) caller.join();
    callers.clear();
  }
  bool MoreCalls() {
    const int before = good;
    return Gateway::Eventually([&] { return good > before + 20; });
  }
  static std::string Key(int n) { return "sk-rotation-" + std::to_string(n); }

  std::unique_ptr<Reloadable> gateway;
  std::atomic<bool> stop{false};
  std::atomic<int> good{0};
  std::mutex mutex;
  std::string first_fault;
  std::vector<std::thread> callers;
};

// Nobody looks at the file: the upstream's 401 does.
TEST_F(Rotation, ARefusedKeyIsReadAgainAtOnce) {
  Start(false);
  for (int n = 1; n <= 20; ++n) {
    ASSERT_TRUE(MoreCalls());
    gateway->Write("key", Key(n));
    gateway->upstream().RequireKeys({Key(n)});
  }
  ASSERT_TRUE(MoreCalls());
  Stop();
  EXPECT_EQ(first_fault, "");
  EXPECT_GE(gateway->Metric(R"(inferwire_upstream_retries_total{gen_ai_provider_name="sealed",)"
                            R"(reason="credentials"})"),
            20);
  EXPECT_EQ(gateway->log().find("sk-rotation"), std::string::npos);
}

TEST_F(Rotation, ANewKeyThatIsNotYetKnownOverThereFailsNoCall) {
  Start(false);
  for (int n = 1; n <= 10; ++n) {
    gateway->Write("key", Key(n));
    ASSERT_EQ(gateway->server().Reload(), telemetry::ReloadResult::kApplied);
    ASSERT_TRUE(MoreCalls());
    gateway->upstream().RequireKeys({Key(n - 1), Key(n)});
    ASSERT_TRUE(MoreCalls());
    gateway->upstream().RequireKeys({Key(n)});
    ASSERT_TRUE(MoreCalls());
  }
  Stop();
  EXPECT_EQ(first_fault, "");
}

TEST_F(Rotation, AChangedFileIsNoticed) {
  Start(true);
  const std::string loaded = R"(inferwire_secret_last_loaded_timestamp_seconds{secret="sealed"})";
  const double before = gateway->Metric(loaded);
  EXPECT_GT(before, 1.6e9);
  gateway->upstream().RequireKeys({Key(0), Key(1)});
  gateway->Write("key", Key(1));
  EXPECT_TRUE(Gateway::Eventually([&] { return gateway->Metric(loaded) > before; }));
  gateway->upstream().RequireKeys({Key(1)});
  ASSERT_TRUE(MoreCalls());
  // An empty file is no key: the old one stays, and somebody is told.
  gateway->Write("key", "");
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return gateway->Metric("inferwire_config_last_reload_successful") == 0; }));
  ASSERT_TRUE(MoreCalls());
  Stop();
  EXPECT_EQ(first_fault, "");
}

TEST_F(Rotation, AWrongKeyIsToldToTheCaller) {
  Start(false);
  ASSERT_TRUE(MoreCalls());
  Stop();
  gateway->upstream().RequireKeys({"another"});
  v1::CompleteResponse response;
  const auto status = CallOnce(*gateway->NewStub(), "gpt-4.1-mini", &response);
  EXPECT_EQ(InfoOf(status).reason(), "UPSTREAM_CREDENTIALS_REJECTED");
  EXPECT_EQ(InfoOf(status).metadata().at("attempts"), "1");
}

}  // namespace
}  // namespace inferwire::e2e
