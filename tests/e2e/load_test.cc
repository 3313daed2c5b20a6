// Many at once, slow readers, overload: everything is bounded and nobody is lost.
#include <gtest/gtest.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "gateway.h"
#include "support/sanitizer.h"

namespace inferwire::e2e {
namespace {

using inferwire::testing_support::kSanitized;
using simulator::Stats;

size_t ResidentBytes() {
  std::ifstream statm("/proc/self/statm");
  size_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * 4096;
}

// One completion queue drives all streams: a thread each would measure the test.
class StreamLoad {
 public:
  explicit StreamLoad(Gateway& gateway) : stub_(v1::ChatService::NewStub(gateway.NewChannel())) {}

  void Start(const v1::StreamCompleteRequest& request) {
    calls_.push_back(std::make_unique<One>());
    One& one = *calls_.back();
    one.context.set_deadline(std::chrono::system_clock::now() + 120s);
    one.reader = stub_->PrepareAsyncStreamComplete(&one.context, request, &queue_);
    one.reader->StartCall(&one);
  }
  // Until every stream has ended; returns how many ended well.
  size_t Run() {
    size_t good = 0, left = calls_.size();
    void* tag = nullptr;
    bool ok = false;
    while (left > 0 && queue_.Next(&tag, &ok)) {
      One& one = *static_cast<One*>(tag);
      if (one.finishing) {
        --left;
        if (one.status.ok() && one.completed) ++good;
      } else if (ok) {
        one.completed = one.completed || one.event.has_completed();
        one.event.Clear();
        one.reader->Read(&one.event, &one);
      } else {
        one.finishing = true;
        one.reader->Finish(&one.status, &one);
      }
    }
    return good;
  }

 private:
  struct One {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientAsyncReader<v1::StreamCompleteResponse>> reader;
    v1::StreamCompleteResponse event;
    grpc::Status status;
    bool completed = false, finishing = false;
  };

  std::unique_ptr<v1::ChatService::Stub> stub_;
  grpc::CompletionQueue queue_;
  std::vector<std::unique_ptr<One>> calls_;
};

TEST(Load, AThousandPacedStreamsAllEndWell) {
  constexpr size_t kStreams = 1000;
  // However long it takes to begin them: none is too much.
  Gateway gateway([](config::Config& config) { config.server.overload_wait = 0ms; });
  const size_t descriptors = OpenDescriptors();
  StreamLoad load(gateway);
  v1::StreamCompleteRequest request;
  // Ten seconds each, or forty: the first still runs when the last begins, however slow the
  // machine.
  *request.mutable_params() = Prompt(
      "hi", kSanitized ? "gpt-4.1-mini+rate=5+tokens=200" : "gpt-4.1-mini+rate=20+tokens=200");
  for (size_t i = 0; i < kStreams; ++i) load.Start(request);
  EXPECT_EQ(load.Run(), kStreams);
  EXPECT_EQ(gateway.upstream().stats().peak_open_streams, kStreams);
  EXPECT_TRUE(Gateway::Eventually(
      [&] { return gateway.Metric(R"(inferwire_streams_active{operation="chat"})") == 0; }));
  // Idle upstream connections stay for reuse: at most one per stream and end of it.
  EXPECT_LE(OpenDescriptors(), descriptors + 2 * kStreams + 50);
}

TEST(Load, ASlowReaderPausesTheUpstreamAndCostsNoMemory) {
  constexpr int64_t kAnswerBytes = 20 << 20;
  constexpr size_t kStreams = 5;
  Gateway gateway;
  v1::StreamCompleteRequest request;
  *request.mutable_params() =
      Prompt("hi", "gpt-4.1-mini+chunk_bytes=1000+big=" + std::to_string(kAnswerBytes));
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::StreamCompleteResponse>>> readers;
  const size_t before = ResidentBytes();
  for (size_t i = 0; i < kStreams; ++i) {
    contexts.push_back(NewContext(60s));
    readers.push_back(gateway.chat().StreamComplete(contexts.back().get(), request));
    v1::StreamCompleteResponse event;
    ASSERT_TRUE(readers.back()->Read(&event));
  }
  // The simulator has bytes that nobody takes, and for half a second none of them moves.
  uint64_t sent = 0;
  EXPECT_TRUE(Gateway::Eventually([&] {
    sent = gateway.upstream().stats().bytes_out;
    return !gateway.upstream().WaitFor([&](const Stats& stats) { return stats.bytes_out > sent; },
                                       500ms);
  }));
  EXPECT_GT(gateway.upstream().stats().bytes_pending, 0u);
  EXPECT_LT(sent, kStreams * kAnswerBytes / 2) << "the upstream was not paused";
  // The simulator alone holds the five texts.
  if (!kSanitized) {
    EXPECT_LT(ResidentBytes(), before + kStreams * kAnswerBytes + (60u << 20));
  }
  // A reader that wakes up gets everything.
  v1::StreamCompleteResponse event;
  size_t bytes = 0;
  while (readers[0]->Read(&event)) {
    for (const auto& choice : event.chunk().choices()) bytes += choice.delta().content().size();
  }
  EXPECT_TRUE(readers[0]->Finish().ok());
  EXPECT_GT(bytes, 0u);
  EXPECT_GT(gateway.Metric(R"(inferwire_stream_backpressure_seconds_total{operation="chat"})"), 0);
  for (const auto& context : contexts) context->TryCancel();
}

TEST(Load, CallsOverTheLimitAreRefusedAtOnceAndSafeToRepeat) {
  Gateway gateway([](config::Config& config) { config.limits.max_in_flight = 2; });
  v1::StreamCompleteRequest stuck;
  *stuck.mutable_params() = Prompt("hi", "gpt-4.1-mini+stall");
  auto first = NewContext(), second = NewContext();
  auto a = gateway.chat().StreamComplete(first.get(), stuck);
  auto b = gateway.chat().StreamComplete(second.get(), stuck);
  ASSERT_TRUE(
      gateway.upstream().WaitFor([](const Stats& stats) { return stats.requests == 2; }, 10s));
  v1::CompleteRequest request;
  *request.mutable_params() = Prompt("hi");
  v1::CompleteResponse response;
  const auto status = gateway.chat().Complete(NewContext().get(), request, &response);
  EXPECT_EQ(status.error_code(), grpc::UNAVAILABLE);
  EXPECT_EQ(InfoOf(status).reason(), "GATEWAY_OVERLOADED");
  EXPECT_EQ(InfoOf(status).metadata().at("safe_to_retry"), "true");
  first->TryCancel();
  EXPECT_TRUE(Gateway::Eventually([&] {
    return gateway.chat().Complete(NewContext().get(), request, &response).ok();
  })) << "a slot that was freed stayed taken";
  second->TryCancel();
}

TEST(Load, UnaryCallsFromManyThreadsGetTheirOwnAnswers) {
  constexpr int kThreads = 16, kCalls = 100;
  Gateway gateway;
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      auto stub = v1::ChatService::NewStub(gateway.NewChannel());
      for (int i = 0; i < kCalls; ++i) {
        const std::string nonce = std::to_string(t) + "/" + std::to_string(i);
        v1::CompleteRequest request;
        *request.mutable_params() = Prompt(nonce, "gpt-4.1-mini+echo");
        v1::CompleteResponse response;
        const auto status = stub->Complete(NewContext().get(), request, &response);
        if (!status.ok() || response.completion().choices(0).message().content() != nonce) ++wrong;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

}  // namespace
}  // namespace inferwire::e2e
