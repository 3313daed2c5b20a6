// h2_load HOST:PORT: the calls of grpc_load without a gRPC client, which costs several times what
// the gateway's peers are measured with. One thread, epoll.
#include <google/protobuf/arena.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <iostream>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "arrivals.h"
#include "cancels.h"
#include "connect.h"
#include "h2_connection.h"
#include "load_options.h"
#include "load_params.h"

namespace inferwire::bench {
namespace {

using Clock = Arrivals::Clock;
using google::protobuf::Arena;

template <typename Message>
std::string BytesOf(const LoadOptions& options) {
  Message request;
  *request.mutable_params() = ParamsOf(options);
  return request.SerializeAsString();
}

GrpcRequest RequestOf(const LoadOptions& options) {
  GrpcRequest request{"/inferwire.v1.ChatService/Complete", options.target, {}, options.priority};
  if (options.mode == "health") {
    request.path = "/grpc.health.v1.Health/Check";
    request.frame = GrpcFrame("");
  } else if (options.mode == "stream") {
    request.path = "/inferwire.v1.ChatService/StreamComplete";
    request.frame = GrpcFrame(BytesOf<v1::StreamCompleteRequest>(options));
  } else {
    request.frame = GrpcFrame(BytesOf<v1::CompleteRequest>(options));
  }
  return request;
}

// What the calls share.
struct Tally {
  Arena arena;  // for the message in hand
  LoadResult result;
  int live = 0;
  int ended = 0;  // since the loop looked
};

template <typename Message>
const Message* Parse(std::string_view bytes, Arena& arena) {
  arena.Reset();
  auto* const message = Arena::CreateMessage<Message>(&arena);
  return message->ParseFromArray(bytes.data(), static_cast<int>(bytes.size())) ? message : nullptr;
}

class LoadCall : public H2Connection::Call {
 public:
  LoadCall(Tally& tally, Clock::time_point intended) : tally_(tally), intended_(intended) {
    ++tally_.live;
  }
  void OnEnd(const std::string& status) override {
    LoadResult& result = tally_.result;
    --tally_.live;
    ++tally_.ended;
    if (status == "CANCEL") {  // by us
      ++result.cancelled;
      return;
    }
    const bool good = status == "0" && completed_;
    ++(good ? result.good : result.bad);
    if (!good) result.error = "grpc-status " + status;
    (good ? result.latency : result.rejection).Add(Microseconds(Clock::now() - intended_));
  }

 protected:
  Tally& tally_;
  const Clock::time_point intended_;
  bool completed_ = false;
};

class HealthLoad final : public LoadCall {
 public:
  using LoadCall::LoadCall;
  void OnMessage(std::string_view message) override { completed_ = !message.empty(); }
};

class UnaryLoad final : public LoadCall {
 public:
  using LoadCall::LoadCall;
  void OnMessage(std::string_view message) override {
    const auto* const response = Parse<v1::CompleteResponse>(message, tally_.arena);
    completed_ = response != nullptr && response->has_completion();
  }
};

class StreamLoad final : public LoadCall {
 public:
  using LoadCall::LoadCall;
  void OnMessage(std::string_view message) override {
    const auto now = Clock::now();
    const auto* const event = Parse<v1::StreamCompleteResponse>(message, tally_.arena);
    if (event == nullptr) return;
    completed_ = event->has_completed();
    if (!event->has_chunk()) return;
    if (++chunks_ == 1) {
      tally_.result.first_chunk.Add(Microseconds(now - intended_));
    } else {
      tally_.result.gap.Add(Microseconds(now - last_));
    }
    last_ = now;
    ++tally_.result.chunks;
  }

 private:
  Clock::time_point last_;
  int chunks_ = 0;
};

class H2Load {
 public:
  explicit H2Load(const LoadOptions& options) : options_(options), request_(RequestOf(options)) {}
  ~H2Load() { close(epoll_); }
  H2Load(const H2Load&) = delete;
  H2Load& operator=(const H2Load&) = delete;

  bool Connect() {
    const size_t colon = options_.target.find(':');
    if (colon == std::string::npos) return false;
    uint16_t port = 0;
    std::from_chars(options_.target.data() + colon + 1,
                    options_.target.data() + options_.target.size(), port);
    for (int i = 0; i < options_.connections; ++i) {
      const int socket = ConnectTo(options_.target.substr(0, colon), port);
      if (socket < 0) return false;
      connections_.push_back(std::make_unique<H2Connection>(socket, request_));
      epoll_event event{};
      event.events = EPOLLIN | EPOLLOUT | EPOLLET;
      event.data.ptr = connections_.back().get();
      epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
    }
    return true;
  }

  LoadResult Run() {
    Measurement measurement(options_);
    Arrivals arrivals(options_);
    if (!arrivals.open_loop()) {
      for (int i = 0; i < options_.in_flight; ++i) Begin(Clock::now());
    }
    while (true) {
      if (arrivals.open_loop()) {
        while (const auto intended = arrivals.Take()) Begin(*intended);
      } else if (!arrivals.over()) {
        for (int left = std::exchange(tally_.ended, 0); left > 0; --left) Begin(Clock::now());
      }
      cancels_.Run([](const auto& call) { call.first->Cancel(call.second); });
      for (const auto& connection : connections_) connection->Write();
      measurement.SampleNowAndThen(tally_.result);
      const bool more = !arrivals.over();
      if (tally_.live == 0 && !more) break;
      Clock::duration wait =
          arrivals.open_loop() && more ? arrivals.next() - Clock::now() : Measurement::kSampleEvery;
      if (const auto next = cancels_.next()) wait = std::min(wait, *next - Clock::now());
      if (!ReadAll(wait)) {
        tally_.result.error = "connection closed";
        tally_.result.bad += static_cast<uint64_t>(tally_.live);
        break;
      }
    }
    measurement.Finish(tally_.result);
    return std::move(tally_.result);
  }

 private:
  void Begin(Clock::time_point intended) {
    H2Connection& connection = *connections_[started_++ % connections_.size()];
    const int32_t id = connection.Begin(NewCall(intended));
    if (id != 0) cancels_.Consider({&connection, id});
  }

  std::unique_ptr<LoadCall> NewCall(Clock::time_point intended) {
    if (options_.mode == "health") return std::make_unique<HealthLoad>(tally_, intended);
    if (options_.mode == "stream") return std::make_unique<StreamLoad>(tally_, intended);
    return std::make_unique<UnaryLoad>(tally_, intended);
  }

  // Waits at most that long; false: a connection has ended.
  bool ReadAll(std::chrono::nanoseconds wait) {
    const int64_t nanoseconds = std::max<int64_t>(0, wait.count());
    const timespec timeout{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
    std::array<epoll_event, 256> events;
    const int count = epoll_pwait2(epoll_, events.data(), events.size(), &timeout, nullptr);
    for (int i = 0; i < count; ++i) {
      auto* const connection = static_cast<H2Connection*>(events[static_cast<size_t>(i)].data.ptr);
      if (!connection->Read()) return false;
    }
    return true;
  }

  const LoadOptions& options_;
  const GrpcRequest request_;
  const int epoll_ = epoll_create1(EPOLL_CLOEXEC);
  Tally tally_;
  std::vector<std::unique_ptr<H2Connection>> connections_;
  Cancels<std::pair<H2Connection*, int32_t>> cancels_{options_.cancel_percent};
  size_t started_ = 0;
};

}  // namespace
}  // namespace inferwire::bench

int main(int argc, char** argv) {
  using namespace inferwire::bench;  // NOLINT(google-build-using-namespace)
  const auto options = ReadLoadOptions(argc, argv, {"unary", "stream", "health"});
  if (!options) return 2;
  H2Load load(*options);
  if (!load.Connect()) {
    std::cerr << "h2_load: no connection to " << options->target << '\n';
    return 1;
  }
  const LoadResult result = load.Run();
  Print(*options, result);
  return result.good == 0;
}
