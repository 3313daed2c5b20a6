// Calls that wait for room under their tenant's limits, at a whole gateway.
#include <gmock/gmock.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "reloadable.h"
#include "support/status_detail.h"
#include "tenancy/key_text.h"

namespace inferwire::e2e {
namespace {

using simulator::Stats;

constexpr const char* kInteractive = "inferwire_queue_calls{priority=\"interactive\"}";

std::string Left(const std::string& how) {
  return "inferwire_queue_left_total{how=\"" + how + "\"}";
}

std::string ReasonOf(const grpc::Status& status) { return InfoOf(status).reason(); }

class QueueTest : public ::testing::Test {
 protected:
  // Callers show nothing, and are the tenant acme.
  std::string With(const std::string& quota, const std::string& limits) const {
    return gateway_.Head() + "limits: {" + limits + "}\ntenants: [{id: acme, limits: {" + quota +
           "}}]\nidentity: {required: false, anonymous: acme}\n" + gateway_.Upstream("up");
  }
  void Start(const std::string& quota, const std::string& limits = "max_queue_wait: 60s") {
    gateway_.Start(With(quota, limits));
    chat_ = gateway_.NewStub();
  }
  // Takes one of the calls at once, for as long as it lives.
  struct Holder {
    std::unique_ptr<grpc::ClientContext> context = NewContext(300s);
    std::unique_ptr<grpc::ClientReader<v1::StreamCompleteResponse>> reader;
  };
  Holder Hold() {
    v1::StreamCompleteRequest request;
    *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+stall");
    Holder holder;
    const size_t before = gateway_.upstream().stats().requests;
    holder.reader = chat_->StreamComplete(holder.context.get(), request);
    EXPECT_TRUE(gateway_.upstream().WaitFor(
        [before](const Stats& stats) { return stats.requests > before; }, 10s));
    return holder;
  }
  std::future<grpc::Status> Ask(grpc::ClientContext& context) {
    return std::async(std::launch::async, [this, &context] {
      v1::CompleteRequest request;
      *request.mutable_params() = Prompt("hi");
      v1::CompleteResponse response;
      const grpc::Status status = chat_->Complete(&context, request, &response);
      queued_for_ = response.gateway().queued_for();
      return status;
    });
  }
  bool EventuallyWaits(int calls) {
    return Gateway::Eventually([&] { return gateway_.Metric(kInteractive) == calls; });
  }

  Reloadable gateway_{false};
  std::unique_ptr<v1::ChatService::Stub> chat_;
  google::protobuf::Duration queued_for_;
};

TEST_F(QueueTest, ACallWaitsUntilAnotherEndsAndSaysHowLong) {
  Start("concurrent: 1");
  auto holder = Hold();
  const auto context = NewContext();
  auto waiting = Ask(*context);
  ASSERT_TRUE(EventuallyWaits(1));
  EXPECT_EQ(gateway_.upstream().stats().requests, 1u) << "nothing of it was sent";
  holder.context->TryCancel();
  EXPECT_TRUE(waiting.get().ok());
  EXPECT_GT(queued_for_.nanos() + queued_for_.seconds(), 0);
  EXPECT_EQ(gateway_.Metric(Left("served")), 1);
  EXPECT_TRUE(EventuallyWaits(0));
}

TEST_F(QueueTest, ACallerWhoGoesAwayLeavesTheQueue) {
  Start("concurrent: 1");
  auto holder = Hold();
  const auto context = NewContext();
  auto waiting = Ask(*context);
  ASSERT_TRUE(EventuallyWaits(1));
  context->TryCancel();
  EXPECT_EQ(waiting.get().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(EventuallyWaits(0));
  EXPECT_EQ(gateway_.Metric(Left("cancelled")), 1);
  holder.context->TryCancel();
  EXPECT_TRUE(Gateway::Eventually([&] { return Ask(*NewContext()).get().ok(); }));
}

TEST_F(QueueTest, WhoseDeadlineComesNearIsToldWhyItWaited) {
  Start("concurrent: 4");
  std::vector<Holder> holders;
  for (int i = 0; i < 4; ++i) holders.push_back(Hold());
  const auto context = NewContext(3s);
  const grpc::Status status = Ask(*context).get();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(status), "CONCURRENCY_LIMITED");
  EXPECT_EQ(gateway_.Metric(Left("expired")), 1);
  for (Holder& holder : holders) holder.context->TryCancel();
}

TEST_F(QueueTest, AStreamThatAsksIsToldWhereItStands) {
  Start("concurrent: 1");
  auto holder = Hold();
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi");
  request.mutable_options()->mutable_max_queue_wait()->set_seconds(30);
  const auto context = NewContext();
  const auto reader = chat_->StreamComplete(context.get(), request);
  v1::StreamCompleteResponse event;
  ASSERT_TRUE(reader->Read(&event));
  ASSERT_TRUE(event.has_queued());
  EXPECT_EQ(event.queued().position(), 0);
  EXPECT_EQ(event.queued().meter(), v1::METER_CONCURRENT_CALLS);
  EXPECT_EQ(event.queued().scope().tenant_id(), "acme");
  EXPECT_TRUE(event.queued().has_eta());
  holder.context->TryCancel();
  const StreamResult rest = ReadAll(*reader);
  EXPECT_TRUE(rest.status.ok());
  EXPECT_FALSE(rest.text.empty());
}

TEST_F(QueueTest, AReloadThatRaisesTheLimitLetsThoseWhoWaitGo) {
  Start("concurrent: 1");
  auto holder = Hold();
  const auto context = NewContext();
  auto waiting = Ask(*context);
  ASSERT_TRUE(EventuallyWaits(1));
  EXPECT_EQ(gateway_.Reload(With("concurrent: 2", "max_queue_wait: 60s")),
            telemetry::ReloadResult::kApplied);
  EXPECT_TRUE(waiting.get().ok());
  holder.context->TryCancel();
}

TEST_F(QueueTest, AReloadThatTurnsTheQueueOffLosesNobodyWhoWaits) {
  Start("concurrent: 1");
  auto holder = Hold();
  const auto context = NewContext();
  auto waiting = Ask(*context);
  ASSERT_TRUE(EventuallyWaits(1));
  EXPECT_EQ(gateway_.Reload(With("concurrent: 1", "max_queue_wait: 0s")),
            telemetry::ReloadResult::kApplied);
  const auto other = NewContext();
  EXPECT_EQ(ReasonOf(Ask(*other).get()), "CONCURRENCY_LIMITED");
  holder.context->TryCancel();
  EXPECT_TRUE(waiting.get().ok());
}

TEST_F(QueueTest, ADrainSendsThoseWhoWaitElsewhereAlsoItemsOfAStream) {
  Start("concurrent: 2");
  auto holder = Hold();
  const auto many_context = NewContext();
  const auto many = chat_->CompleteMany(many_context.get());  // the second one
  v1::CompleteManyRequest message;
  message.mutable_config();
  many->Write(message);
  for (const char* id : {"a", "b"}) {
    message.mutable_item()->set_item_id(id);
    *message.mutable_item()->mutable_params() = Prompt("hi");
    many->Write(message);
  }
  many->WritesDone();
  ASSERT_TRUE(EventuallyWaits(2));
  const auto context = NewContext();
  auto waiting = Ask(*context);
  ASSERT_TRUE(EventuallyWaits(3));
  auto drained = std::async(std::launch::async, [&] { gateway_.server().Drain(); });
  const grpc::Status status = waiting.get();
  EXPECT_EQ(ReasonOf(status), "GATEWAY_DRAINING");
  EXPECT_EQ(InfoOf(status).metadata().at("safe_to_retry"), "true");
  std::map<std::string, int> codes;
  for (v1::CompleteManyResponse response; many->Read(&response);) {
    if (response.has_result()) {
      codes[response.result().item_id()] = response.result().error().code();
    }
  }
  EXPECT_TRUE(many->Finish().ok());
  EXPECT_EQ(codes["a"], grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(codes["b"], grpc::StatusCode::UNAVAILABLE);
  holder.context->TryCancel();
  gateway_.server().Hurry();  // nothing is left but idle connections
  drained.get();
  EXPECT_EQ(gateway_.Metric(kInteractive), 0);
  EXPECT_EQ(gateway_.Metric("inferwire_queue_bytes"), 0);
  EXPECT_EQ(gateway_.Metric(Left("refused")), 3);
}

TEST_F(QueueTest, MoreThanMayWaitAreRefused) {
  Start("concurrent: 1", "max_queue_wait: 60s, queue_calls_per_tenant: 1");
  auto holder = Hold();
  const auto context = NewContext();
  auto waiting = Ask(*context);
  ASSERT_TRUE(EventuallyWaits(1));
  const auto other = NewContext();
  const grpc::Status full = Ask(*other).get();
  EXPECT_EQ(full.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOf(full), "QUEUE_FULL");
  EXPECT_TRUE(testing_support::DetailOf<google::rpc::RetryInfo>(full));
  EXPECT_EQ(gateway_.Metric("inferwire_queue_full_total{bound=\"calls_per_tenant\"}"), 1);
  holder.context->TryCancel();
  EXPECT_TRUE(waiting.get().ok());
}

TEST_F(QueueTest, WithoutAQueueACallIsRefusedAtOnce) {
  Start("concurrent: 1", "max_queue_wait: 0s");
  auto holder = Hold();
  const auto context = NewContext();
  EXPECT_EQ(ReasonOf(Ask(*context).get()), "CONCURRENCY_LIMITED");
  for (const char* how : {"served", "expired", "cancelled", "refused"}) {
    EXPECT_EQ(gateway_.Metric(Left(how)), 0) << how;
  }
  holder.context->TryCancel();
}

// Teams of one tenant, at its limit of 40 calls a second: one sends about twenty times what the
// others do.
class NoisyTeam : public ::testing::Test {
 protected:
  struct Count {
    std::atomic<int> served{0}, refused{0}, other{0};
    std::mutex mutex;
    std::vector<double> waits;
  };

  static config::ApiKeyConfig EntryOf(const std::string& key, const std::string& team) {
    config::ApiKeyConfig entry;
    entry.id = std::string(tenancy::IdOfKey(key).value());
    entry.hash = tenancy::HexOf(tenancy::KeyHasher().Of(key));
    entry.tenant = "acme";
    entry.team = team;
    return entry;
  }
  NoisyTeam()
      : gateway_([this](config::Config& config) {
          config.limits.burst = std::chrono::seconds(1);
          config::TenantConfig& acme = config.tenants.emplace_back();
          acme.id = "acme";
          acme.quota.rates.rpm = 2400;
          for (const auto& [team, key] : keys_) {
            acme.teams.emplace_back().id = team;
            config.identity.keys.entries.push_back(EntryOf(key, team));
          }
        }) {}

  static std::string NewKey(std::string_view id) {
    return tenancy::NewKey(id, tenancy::SystemRandomBytes).value();
  }
  void AskOnce(v1::ChatService::Stub& stub, const std::string& team) {
    const auto context = NewContext();
    context->AddMetadata("authorization", "Bearer " + keys_.at(team));
    v1::CompleteRequest request;
    *request.mutable_params() = Prompt("hi");
    v1::CompleteResponse response;
    const grpc::Status status = stub.Complete(context.get(), request, &response);
    Count& count = counts_[team];
    if (status.ok()) {
      ++count.served;
      const auto& waited = response.gateway().queued_for();
      const std::lock_guard lock(count.mutex);
      count.waits.push_back(static_cast<double>(waited.seconds()) + 1e-9 * waited.nanos());
    } else if (ReasonOf(status) == "TENANT_RATE_LIMITED" || ReasonOf(status) == "QUEUE_FULL") {
      ++count.refused;
    } else {
      ++count.other;
      ADD_FAILURE() << status.error_message();
    }
  }

  const std::map<std::string, std::string> keys_ = {{"noisy", NewKey("noisy000")},
                                                    {"b", NewKey("teamb000")},
                                                    {"c", NewKey("teamc000")},
                                                    {"d", NewKey("teamd000")}};
  std::map<std::string, Count> counts_;
  Gateway gateway_;
};

TEST_F(NoisyTeam, DoesNotKeepItsNeighboursFromBeingServed) {
  for (const auto& [team, _] : keys_) counts_[team];
  const auto channel = gateway_.NewChannel();
  const auto stub = v1::ChatService::NewStub(channel);
  std::mutex mutex;
  std::condition_variable stopped;
  bool stop = false;
  std::vector<std::thread> noise;
  for (int i = 0; i < 100; ++i) {
    noise.emplace_back([&] {
      for (std::unique_lock lock(mutex); !stop; stopped.wait_for(lock, 100ms)) {
        lock.unlock();
        AskOnce(*stub, "noisy");
        lock.lock();
      }
    });
  }
  EXPECT_TRUE(Gateway::Eventually([&] { return gateway_.Metric(kInteractive) > 10; }));
  std::vector<std::thread> neighbours;
  for (const char* team : {"b", "c", "d"}) {
    neighbours.emplace_back([&, team] {
      for (int i = 0; i < 15; ++i) AskOnce(*stub, team);
    });
  }
  for (std::thread& thread : neighbours) thread.join();
  {
    const std::lock_guard lock(mutex);
    stop = true;
  }
  stopped.notify_all();
  for (std::thread& thread : noise) thread.join();
  for (const char* team : {"b", "c", "d"}) {
    Count& count = counts_[team];
    EXPECT_EQ(count.served, 15) << team;
    EXPECT_EQ(count.refused, 0) << team;
    EXPECT_LE(*std::ranges::max_element(count.waits), 2.0) << team;
  }
  EXPECT_GT(counts_["noisy"].refused, 0);
  EXPECT_GT(counts_["noisy"].served, 15);
}

}  // namespace
}  // namespace inferwire::e2e
