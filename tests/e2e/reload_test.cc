// The configuration changes while calls run: nobody loses one, and nobody sees half a change.
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>
#include <vector>

#include "batch_client.h"
#include "reloadable.h"

namespace inferwire::e2e {
namespace {

namespace fs = std::filesystem;

// Version N names its upstream vN, resolves the alias to model-N and sends N in a header.
std::string Version(const Reloadable& gateway, int version) {
  const std::string n = std::to_string(version);
  return gateway.Head() +
         gateway.Upstream("v" + n, "api_key: none\n    aliases: {any: model-" + n +
                                       "}\n    headers: {X-Version: \"" + n + "\"}");
}

// Callers without pause; each answer has to be of one version.
class Callers {
 public:
  Callers(const Reloadable& gateway, int unary, int streaming) {
    for (int i = 0; i < unary + streaming; ++i) {
      threads_.emplace_back(
          [this, stub = gateway.NewStub(), streams = i >= unary] { Run(*stub, streams); });
    }
  }
  void Stop() {
    stop_ = true;
    for (auto& thread : threads_) thread.join();
  }
  int good() const { return good_; }
  std::string first_fault() const { return first_fault_; }
  size_t versions() const { return versions_.size(); }

 private:
  void Run(v1::ChatService::Stub& stub, bool streams) {
    while (!stop_) {
      std::string model, upstream;
      const grpc::Status status = streams ? Stream(stub, model, upstream)  //
                                          : Unary(stub, model, upstream);
      const bool one = "model-" + upstream.substr(std::min<size_t>(1, upstream.size())) == model;
      std::lock_guard lock(mutex_);
      versions_.insert(upstream);
      if (status.ok() && one) {
        ++good_;
      } else if (first_fault_.empty()) {
        first_fault_ = status.error_message() + ": " + upstream + " answered with " + model;
      }
    }
  }
  static grpc::Status Unary(v1::ChatService::Stub& stub, std::string& model,
                            std::string& upstream) {
    v1::CompleteResponse response;
    const auto status = CallOnce(stub, "any", &response);
    model = response.completion().model();
    upstream = response.gateway().upstream();
    return status;
  }
  static grpc::Status Stream(v1::ChatService::Stub& stub, std::string& model,
                             std::string& upstream) {
    v1::StreamCompleteRequest request;
    *request.mutable_params() = Prompt("hi", "any");
    const auto context = NewContext();
    const auto reader = stub.StreamComplete(context.get(), request);
    v1::StreamCompleteResponse event;
    while (reader->Read(&event)) {
      if (!event.has_completed()) continue;
      model = event.completed().gateway().model();
      upstream = event.completed().gateway().upstream();
    }
    return reader->Finish();
  }

  std::atomic<bool> stop_{false};
  std::atomic<int> good_{0};
  std::mutex mutex_;
  std::string first_fault_;
  std::set<std::string> versions_;
  std::vector<std::thread> threads_;
};

TEST(Reload, UnderLoadFailsNoCallAndEveryCallIsOfOneVersion) {
  constexpr int kReloads = 200;
  simulator::Options options;
  options.any_model = true;
  options.recorded_requests = 1'000'000;
  Reloadable gateway(false, options);
  gateway.Start(Version(gateway, 0));
  Callers callers(gateway, 3, 3);
  int applied = 0, rejected = 0;
  for (int i = 1; i <= kReloads; ++i) {
    const int before = callers.good();
    const bool faulty = i % 10 == 0;
    const auto result = gateway.Reload(Version(gateway, i) + (faulty ? "nonsense: 1\n" : ""));
    applied += result == telemetry::ReloadResult::kApplied;
    rejected += result == telemetry::ReloadResult::kRejected;
    EXPECT_EQ(result,
              faulty ? telemetry::ReloadResult::kRejected : telemetry::ReloadResult::kApplied)
        << i;
    ASSERT_TRUE(Gateway::Eventually([&] { return callers.good() > before + 1; })) << i;
  }
  callers.Stop();
  EXPECT_EQ(callers.first_fault(), "");
  EXPECT_GT(callers.versions(), size_t{kReloads / 4});
  EXPECT_EQ(gateway.Metric(R"(inferwire_config_reload_total{result="applied"})"), applied);
  EXPECT_EQ(gateway.Metric(R"(inferwire_config_reload_total{result="rejected"})"), rejected);
  RecordProperty("calls", callers.good());

  size_t seen = 0;
  for (const auto& request : gateway.upstream().TakeRequests()) {
    std::string version;
    for (const auto& [name, value] : request.headers) {
      if (name == "x-version") version = value;
    }
    const auto body = nlohmann::json::parse(request.body);
    EXPECT_EQ(body["model"], "model-" + version);
    ++seen;
  }
  EXPECT_EQ(seen, static_cast<size_t>(callers.good()));
}

TEST(Reload, BatchesThatRunFollowTheirUpstreamToItsNewAddress) {
  simulator::Options options;
  options.any_model = true;
  Reloadable gateway(false, options);
  ASSERT_TRUE(gateway.upstream().SetRules({{.path = "/v1/batches", .set = "batch_time=0"}}));
  const std::string head = gateway.Head() +
                           "store: {path: " + (gateway.folder() / "store.db").string() +
                           "}\n"
                           "batches: {poll_min: 5ms, poll_max: 20ms, retry_min: 5ms, "
                           "retry_max: 20ms, claim_interval: 10ms}\n";
  // Nobody listens on port 1.
  gateway.Start(head +
                "upstreams: [{name: moved, base_url: \"http://127.0.0.1:1/v1\", "
                "allow_plain_http: true, api_key: none}]\n");
  BatchClient client(gateway.NewChannel());
  const auto created = client.Create(3);
  ASSERT_TRUE(created.status.ok()) << created.status.error_message();
  const std::string failures =
      R"(inferwire_batch_step_failures_total{gen_ai_provider_name="moved"})";
  ASSERT_TRUE(Gateway::Eventually([&] { return gateway.Metric(failures) > 0; }));
  ASSERT_EQ(gateway.Reload(head + gateway.Upstream("moved")), telemetry::ReloadResult::kApplied);
  v1::Batch batch;
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return client.Get(created.batch.batch_id(), batch).ok() && Ended(batch); }));
  EXPECT_EQ(batch.counts().succeeded(), 3) << batch.ShortDebugString();
}

TEST(Reload, AStreamGoesOnWithWhatItBeganWith) {
  Reloadable gateway(false);
  gateway.Start(Version(gateway, 1));
  const auto stub = gateway.NewStub();
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+rate=20+tokens=20");
  const auto context = NewContext();
  const auto reader = stub->StreamComplete(context.get(), request);
  v1::StreamCompleteResponse event;
  ASSERT_TRUE(reader->Read(&event));
  ASSERT_EQ(gateway.Reload(Version(gateway, 2)), telemetry::ReloadResult::kApplied);
  v1::CompleteResponse response;
  ASSERT_TRUE(Gateway::Eventually([&] {
    return CallOnce(*stub, "any", &response).ok() && response.gateway().upstream() == "v2";
  }));
  const StreamResult result = ReadAll(*reader);
  EXPECT_TRUE(result.status.ok()) << result.status.error_message();
  ASSERT_FALSE(result.events.empty());
  EXPECT_EQ(result.events.back().completed().gateway().upstream(), "v1");
}

TEST(Reload, ARefusedConfigurationChangesNothingAndIsSeen) {
  Reloadable gateway(false);
  gateway.Start(Version(gateway, 1));
  const auto stub = gateway.NewStub();
  v1::CompleteResponse response;
  EXPECT_EQ(gateway.Reload(Version(gateway, 2) + "deadlines: {unary: soon}\n"),
            telemetry::ReloadResult::kRejected);
  EXPECT_EQ(gateway.Metric("inferwire_config_last_reload_successful"), 0);
  ASSERT_TRUE(CallOnce(*stub, "any", &response).ok());
  EXPECT_EQ(response.gateway().upstream(), "v1");
  // A key that is not there is a fault too.
  EXPECT_EQ(gateway.Reload(gateway.Head() + gateway.Upstream("v3", "api_key: {file: /no/key}")),
            telemetry::ReloadResult::kRejected);
  ASSERT_TRUE(CallOnce(*stub, "any", &response).ok());
  EXPECT_EQ(response.gateway().upstream(), "v1");

  EXPECT_EQ(gateway.Reload(Version(gateway, 1)), telemetry::ReloadResult::kApplied);
  EXPECT_EQ(gateway.Metric("inferwire_config_last_reload_successful"), 1);
  EXPECT_EQ(gateway.server().Reload(), telemetry::ReloadResult::kUnchanged);
  EXPECT_TRUE(Gateway::Eventually([&] {
    return gateway.log().find("deadlines.unary (line") != std::string::npos &&
           gateway.log().find("/no/key") != std::string::npos;
  })) << gateway.log();
}

TEST(Reload, NamesWhatNeedsARestart) {
  Reloadable gateway(false);
  gateway.Start(Version(gateway, 1));
  const std::string wanted =
      "server: {listen: \"127.0.0.1:0\", admin: \"127.0.0.1:0\", loops: 5}\n"
      "reload: {watch: false}\n" +
      gateway.Upstream("v2");
  EXPECT_EQ(gateway.Reload(wanted), telemetry::ReloadResult::kApplied);
  EXPECT_TRUE(Gateway::Eventually([&] {
    return gateway.log().find(R"("event":"config_needs_restart","keys":"server.loops")") !=
           std::string::npos;
  })) << gateway.log();
}

TEST(Reload, BoundsAndDeadlinesAreOfTheNewVersion) {
  Reloadable gateway(false);
  gateway.Start(Version(gateway, 1));
  const auto stub = gateway.NewStub();
  ASSERT_EQ(gateway.Reload(Version(gateway, 1) +
                           "limits: {max_in_flight: 1}\ndeadlines: {unary: 300ms}\n"),
            telemetry::ReloadResult::kApplied);
  EXPECT_EQ(gateway.Metric("inferwire_requests_in_flight_limit"), 1);
  v1::CompleteResponse response;
  // Without a deadline of its own: the server's is the only one.
  const auto stalled = [&] {
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+stall");
    grpc::ClientContext context;
    return stub->Complete(&context, request, &response);
  };
  ASSERT_TRUE(Gateway::Eventually([&] {
    return CallOnce(*stub, "any", &response).ok();  // the loops have gone round
  }));
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(stalled().error_code(), grpc::DEADLINE_EXCEEDED);
  EXPECT_LT(std::chrono::steady_clock::now() - began, 20s);

  // The count of calls in flight goes on from version to version.
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+stall");
  const auto context = NewContext();
  const auto reader = stub->StreamComplete(context.get(), request);
  ASSERT_TRUE(gateway.upstream().WaitFor(
      [](const simulator::Stats& stats) { return stats.open_connections > 0; }, 10s));
  ASSERT_TRUE(Gateway::Eventually(
      [&] { return InfoOf(CallOnce(*stub, "any", &response)).reason() == "GATEWAY_OVERLOADED"; }));
  ASSERT_EQ(gateway.Reload(Version(gateway, 2) + "limits: {max_in_flight: 2}\n"),
            telemetry::ReloadResult::kApplied);
  EXPECT_TRUE(Gateway::Eventually([&] { return CallOnce(*stub, "any", &response).ok(); }));
  context->TryCancel();
}

// As a ConfigMap is changed under a running pod: nobody tells the server.
TEST(Reload, NoticesTheSwapOfAKubernetesVolume) {
  Reloadable gateway(true);
  const fs::path folder = gateway.folder();
  const auto place = [&](const std::string& version, const std::string& config) {
    fs::create_directory(folder / ("..v" + version));
    std::ofstream(folder / ("..v" + version) / "inferwire.yaml") << config;
    fs::create_directory_symlink("..v" + version, folder / "..data_tmp");
    fs::rename(folder / "..data_tmp", folder / "..data");
  };
  place("1", Version(gateway, 1));
  fs::create_symlink("..data/inferwire.yaml", folder / "inferwire.yaml");
  gateway.StartWith(folder / "inferwire.yaml");
  const auto stub = gateway.NewStub();
  for (const int version : {2, 3}) {
    place(std::to_string(version), Version(gateway, version));
    v1::CompleteResponse response;
    EXPECT_TRUE(Gateway::Eventually([&] {
      return CallOnce(*stub, "any", &response).ok() &&
             response.gateway().upstream() == "v" + std::to_string(version);
    }));
  }
}

// Prices change without the configuration itself.
TEST(Reload, NoticesAChangedCatalogue) {
  Reloadable gateway(true);
  const auto catalogue = [](const std::string& revision) {
    return "revision: " + revision +
           "\nmodels: [{id: gpt-4.1-mini, prices: {standard: {input: 1, output: 0}}}]\n";
  };
  gateway.Write("models.yaml", catalogue("first"));
  gateway.Start(gateway.Head() + gateway.Upstream("sim") +
                "catalogue: {file: " + (gateway.folder() / "models.yaml").string() + "}\n");
  const auto stub = gateway.NewStub();
  const auto revision = [&] {
    v1::CompleteResponse response;
    const auto status = CallOnce(*stub, "gpt-4.1-mini", &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response.gateway().cost().price_revision();
  };
  EXPECT_EQ(revision(), "first");
  gateway.Write("models.yaml", catalogue("second"));
  EXPECT_TRUE(Gateway::Eventually([&] { return revision() == "second"; }));
  gateway.Write("models.yaml", "revision: third\n");  // without models: a fault
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return gateway.Metric("inferwire_config_last_reload_successful") == 0; }));
  EXPECT_EQ(revision(), "second");
}

}  // namespace
}  // namespace inferwire::e2e
