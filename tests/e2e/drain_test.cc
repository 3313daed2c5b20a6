// Ending the server loses no call that can end in time, and tells the others why.
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <future>
#include <thread>

#include "connected.h"
#include "gateway.h"

namespace inferwire::e2e {
namespace {

using simulator::Stats;

// Clients that call without pause and reconnect wherever they are let in.
class UnaryLoad {
 public:
  UnaryLoad(std::vector<std::string> targets, int threads) {
    for (int t = 0; t < threads; ++t) {
      threads_.emplace_back([this, targets, t] { Run(targets, t); });
    }
  }
  ~UnaryLoad() { Stop(); }
  void Stop() {
    stop_ = true;
    for (auto& thread : threads_) {
      if (thread.joinable()) thread.join();
    }
  }
  int good() const { return good_; }
  int bad() const { return bad_; }
  std::string first_error() const {
    std::lock_guard lock(mutex_);
    return first_error_;
  }

 private:
  // Both replicas behind one name, as DNS gives them; gRPC chooses and changes between them.
  void Run(const std::vector<std::string>& targets, int thread) {
    grpc::ChannelArguments arguments;
    arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
    arguments.SetLoadBalancingPolicyName("round_robin");
    std::string name = "ipv4:";
    for (const auto& target : targets) name += (name == "ipv4:" ? "" : ",") + target;
    auto stub = v1::ChatService::NewStub(
        Connected(grpc::CreateCustomChannel(name, grpc::InsecureChannelCredentials(), arguments)));
    while (!stop_) {
      v1::CompleteRequest request;
      *request.mutable_params() = Prompt("load " + std::to_string(thread));
      v1::CompleteResponse response;
      const auto status = stub->Complete(NewContext().get(), request, &response);
      if (status.ok()) {
        ++good_;
        continue;
      }
      ++bad_;
      std::lock_guard lock(mutex_);
      if (first_error_.empty()) {
        first_error_ = std::to_string(status.error_code()) + " " + status.error_message();
      }
    }
  }

  std::atomic<bool> stop_{false};
  std::atomic<int> good_{0}, bad_{0};
  mutable std::mutex mutex_;
  std::string first_error_;
  std::vector<std::thread> threads_;
};

TEST(Drain, UnderLoadOfTwoReplicasFailsNoCall) {
  // Connections leave within the age, the drain waits for that.
  const auto short_lived = [](config::Config& config) {
    config.server.max_connection_age = 1s;
    config.server.max_connection_age_grace = 60s;
    config.drain.connection_wait = 5s;
    config.drain.calls = 20s;
  };
  Gateway staying(short_lived), leaving(short_lived);
  UnaryLoad load({staying.target(), leaving.target()}, 4);

  constexpr int kStreams = 100;
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+rate=20+tokens=80");
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::StreamCompleteResponse>>> readers;
  for (int i = 0; i < kStreams; ++i) {
    contexts.push_back(NewContext(60s));
    readers.push_back(leaving.chat().StreamComplete(contexts.back().get(), request));
  }
  ASSERT_TRUE(leaving.upstream().WaitFor(
      [](const Stats& stats) { return stats.open_streams == kStreams; }, 20s));
  ASSERT_TRUE(Gateway::Eventually([&] { return load.good() > 200; }, 30s));

  auto drained = std::async(std::launch::async, [&] { leaving.server().Drain(); });
  int ended_well = 0;
  for (auto& reader : readers) {
    const grpc::Status status = ReadAll(*reader).status;
    if (status.ok()) {
      ++ended_well;
    } else {
      ADD_FAILURE() << status.error_code() << " " << status.error_message();
    }
  }
  drained.get();
  const int so_far = load.good();
  EXPECT_TRUE(Gateway::Eventually([&] { return load.good() > so_far + 50; }, 30s));
  load.Stop();
  EXPECT_EQ(ended_well, kStreams);
  EXPECT_EQ(load.bad(), 0) << load.first_error();
  EXPECT_GT(load.good(), 200);
}

TEST(Drain, TellsCallsThatDoNotEndInTime) {
  Gateway gateway([](config::Config& config) {
    config.drain.calls = 500ms;
    config.drain.last_call = 200ms;
  });
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+rate=20+tokens=4000");
  auto context = NewContext();
  auto reader = gateway.chat().StreamComplete(context.get(), request);
  v1::StreamCompleteResponse event;
  ASSERT_TRUE(reader->Read(&event));
  auto drained = std::async(std::launch::async, [&] { gateway.server().Drain(); });
  const StreamResult result = ReadAll(*reader);
  EXPECT_EQ(result.status.error_code(), grpc::UNAVAILABLE);
  const auto info = InfoOf(result.status);
  EXPECT_EQ(info.reason(), "GATEWAY_DRAINING");
  EXPECT_EQ(info.metadata().at("phase"), "after_output");
  EXPECT_EQ(info.metadata().at("model"), "gpt-4.1-mini+rate=20+tokens=4000");
  // What was delivered is billed: the caller is told how much that was.
  const auto chunks = std::count_if(result.events.begin(), result.events.end(),
                                    [](const auto& each) { return each.has_chunk(); });
  EXPECT_GE(std::stoi(info.metadata().at("events")), chunks);
  EXPECT_GT(chunks, 0);
  drained.get();
  EXPECT_EQ(gateway.Metric(R"(inferwire_streams_ended_total{operation="chat",reason="drained"})"),
            1);
  EXPECT_TRUE(gateway.upstream().WaitFor([](const Stats& stats) { return stats.aborts == 1; }, 5s));
}

TEST(Drain, IsSeenInHealthAndReadinessWhileCallsGoOn) {
  Gateway gateway([](config::Config& config) { config.drain.calls = 20s; });
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+rate=20+tokens=60");
  auto context = NewContext();
  auto reader = gateway.chat().StreamComplete(context.get(), request);
  v1::StreamCompleteResponse event;
  ASSERT_TRUE(reader->Read(&event));
  auto drained = std::async(std::launch::async, [&] { gateway.server().Drain(); });
  EXPECT_TRUE(Gateway::Eventually([&] { return gateway.Metric("inferwire_draining") == 1; }));
  EXPECT_TRUE(ReadAll(*reader).status.ok());
  drained.get();
}

// Clients that watch our health would otherwise hold the server for as long as calls may take.
TEST(Drain, DoesNotWaitForThoseWhoWatchTheHealth) {
  Gateway gateway([](config::Config& config) { config.drain.calls = 60s; });
  grpc::GenericStub stub(gateway.NewChannel());
  grpc::CompletionQueue queue;
  auto context = NewContext(60s);
  auto watch = stub.PrepareCall(context.get(), "/grpc.health.v1.Health/Watch", &queue);
  void* tag = nullptr;
  bool ok = false;
  watch->StartCall(nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  grpc::Slice empty;
  watch->WriteLast(grpc::ByteBuffer(&empty, 1), {}, nullptr);
  ASSERT_TRUE(queue.Next(&tag, &ok) && ok);
  const auto read = [&] {
    grpc::ByteBuffer state;
    watch->Read(&state, nullptr);
    grpc::Slice bytes;
    if (!queue.Next(&tag, &ok) || !ok || !state.DumpToSingleSlice(&bytes).ok())
      return std::string();
    return std::string(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
  };
  EXPECT_EQ(read(), "\x08\x01") << "SERVING";
  auto drained = std::async(std::launch::async, [&] { gateway.server().Drain(); });
  EXPECT_EQ(read(), "\x08\x02") << "NOT_SERVING, before connections go";
  EXPECT_EQ(drained.wait_for(15s), std::future_status::ready);
  context->TryCancel();
  grpc::Status status;
  watch->Finish(&status, nullptr);
  queue.Next(&tag, &ok);
}

TEST(Drain, HurriesWhenTold) {
  Gateway gateway([](config::Config& config) {
    config.drain.calls = 600s;
    config.drain.second_signal = 100ms;
  });
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+stall");
  auto context = NewContext(60s);
  auto reader = gateway.chat().StreamComplete(context.get(), request);
  ASSERT_TRUE(
      gateway.upstream().WaitFor([](const Stats& stats) { return stats.requests == 1; }, 10s));
  auto drained = std::async(std::launch::async, [&] { gateway.server().Drain(); });
  ASSERT_TRUE(Gateway::Eventually([&] { return gateway.Metric("inferwire_draining") == 1; }));
  gateway.server().Hurry();
  EXPECT_EQ(drained.wait_for(10s), std::future_status::ready);
  EXPECT_EQ(InfoOf(ReadAll(*reader).status).reason(), "GATEWAY_DRAINING");
}

// What the second signal leaves is for the calls: those that end in it end well.
TEST(Drain, AHurriedDrainLeavesCallsTheirTime) {
  Gateway gateway([](config::Config& config) {
    config.drain.calls = 600s;
    config.drain.second_signal = 30s;
  });
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Prompt("hi", "gpt-4.1-mini+rate=20+tokens=20");
  auto context = NewContext(60s);
  auto reader = gateway.chat().StreamComplete(context.get(), request);
  v1::StreamCompleteResponse event;
  ASSERT_TRUE(reader->Read(&event));
  auto drained = std::async(std::launch::async, [&] { gateway.server().Drain(); });
  ASSERT_TRUE(Gateway::Eventually([&] { return gateway.Metric("inferwire_draining") == 1; }));
  gateway.server().Hurry();
  EXPECT_TRUE(ReadAll(*reader).status.ok());
  EXPECT_EQ(drained.wait_for(20s), std::future_status::ready) << "and nobody waits for longer";
}

}  // namespace
}  // namespace inferwire::e2e
