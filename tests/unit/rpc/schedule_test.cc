// Drives calls through random orders of everything that can happen to them: upstream data, ends and
// failures, write completions, cancellation, deadlines, cuts, reads. Whatever the order, gRPC's
// rules hold, the transfer is removed once, and the call goes away.
#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <vector>

#include "call_fixture.h"

namespace inferwire::rpc {
namespace {

using http::FakeTransport;
using http::PlayedTransfer;

enum class Kind { kUnary, kStream, kMany };

class Schedule {
 public:
  Schedule(Kind kind, uint64_t seed) : kind_(kind), engine_(seed), world_(seed) {}

  void Run() {
    world_.limits.queue.messages = 1 + Pick(8);
    world_.limits.many_in_flight = static_cast<int>(1 + Pick(3));
    if (Pick(4) == 0) rpc_.deadline = world_.clock.WallNow() + std::chrono::seconds(1 + Pick(90));
    Begin();
    for (int step = 0; step < 400 && rpc_.wire_alive; ++step) Step();
    Finish();
    Check();
  }

 private:
  uint64_t Pick(uint64_t below) { return engine_() % below; }

  void Begin() {
    if (kind_ == Kind::kUnary) {
      v1::CompleteRequest request;
      *request.mutable_params() = Hello();
      if (Pick(16) == 0) request.mutable_options()->set_validate_only(true);
      if (Pick(16) == 0) request.mutable_params()->clear_messages();
      world_.Complete(rpc_, request);
    } else if (kind_ == Kind::kStream) {
      v1::StreamCompleteRequest request;
      *request.mutable_params() = Hello();
      request.mutable_stream()->set_accumulate(Pick(2) == 0);
      if (Pick(2) == 0) request.mutable_stream()->mutable_heartbeat_interval()->set_seconds(2);
      world_.Stream(rpc_, request);
    } else {
      FillMany();
      world_.Many(rpc_);
    }
  }

  void FillMany() {
    v1::CompleteManyRequest message;
    message.mutable_config()->set_stream_chunks(Pick(2) == 0);
    rpc_.to_read.push_back(Serialize(message));
    for (uint64_t i = 0, count = Pick(6); i < count; ++i) {
      v1::CompleteManyRequest item;
      item.mutable_item()->set_item_id(std::to_string(Pick(5)));
      if (Pick(8) != 0) *item.mutable_item()->mutable_params() = Hello();
      rpc_.to_read.push_back(Serialize(item));
      if (Pick(4) == 0) {
        v1::CompleteManyRequest cancel;
        cancel.mutable_cancel()->set_item_id(std::to_string(Pick(5)));
        rpc_.to_read.push_back(Serialize(cancel));
      }
    }
  }

  // One of the things that can happen now, at random.
  void Step() {
    std::vector<std::function<void()>> can;
    if (rpc_.writing) {
      can.push_back([this] { rpc_.CompleteWrite(!rpc_.cancelled && Pick(20) != 0); });
    }
    if (rpc_.finishing) can.push_back([this] { rpc_.CompleteFinish(!rpc_.cancelled); });
    if (rpc_.CanRead()) can.push_back([this] { rpc_.CompleteRead(); });
    if (kind_ == Kind::kMany && !rpc_.half_closed && rpc_.to_read.empty()) {
      can.push_back([this] { rpc_.half_closed = true; });
    }
    if (!rpc_.done && (rpc_.status || Pick(40) == 0)) {
      can.push_back([this] { rpc_.Done(!rpc_.status.has_value()); });
    }
    if (Pick(60) == 0) can.push_back([this] { Cut(); });
    if (Pick(6) == 0) {
      can.push_back([this] { world_.Advance(std::chrono::milliseconds(Pick(20'000))); });
    }
    for (const auto& transfer : world_.transport.transfers) {
      if (!transfer->over) can.push_back([this, &each = *transfer] { Upstream(each); });
    }
    world_.timers.FireDue();
    if (!can.empty()) can[Pick(can.size())]();
  }

  void Upstream(PlayedTransfer& transfer) {
    if (transfer.over || transfer.paused) return;
    const bool stream = transfer.request.body->find("\"stream\":true") != std::string::npos;
    if (heads_.insert(&transfer).second) {
      return FakeTransport::Head(transfer, Pick(10) == 0 ? 500 : 200,
                                 stream ? "text/event-stream" : "application/json");
    }
    switch (Pick(8)) {
      case 0:
        return FakeTransport::End(transfer);
      case 1: {
        http::Outcome failed;
        failed.failure = http::Failure::kReset;
        failed.provably_unsent = Pick(2) == 0;
        return FakeTransport::End(transfer, failed);
      }
      case 2:
        FakeTransport::Body(transfer, stream ? LastChunk() : Answer("x"));
        return;
      case 3:
        FakeTransport::Body(transfer, "data: {broken\n\n");
        return;
      default:
        FakeTransport::Body(transfer, stream ? Chunk("x") + Chunk("y") : " ");
    }
  }

  void Cut() {
    Error error;
    error.code = Code::kUnavailable;
    error.reason = v1::ERROR_REASON_GATEWAY_DRAINING;
    const std::vector<LiveCall*> calls(world_.live.begin(), world_.live.end());
    for (LiveCall* call : calls) call->Cut(error);
  }

  // The caller goes away and everything in flight comes back.
  void Finish() {
    if (rpc_.wire_alive && !rpc_.done) rpc_.Done(!rpc_.status.has_value());
    if (rpc_.writing) rpc_.CompleteWrite(false);
    if (rpc_.finishing) rpc_.CompleteFinish(false);
    if (rpc_.reading) rpc_.CompleteRead();
  }

  void Check() {
    EXPECT_THAT(rpc_.violations, testing::IsEmpty());
    EXPECT_FALSE(rpc_.wire_alive) << "the call is still there";
    EXPECT_TRUE(world_.live.empty());
    EXPECT_EQ(world_.transport.running(), 0u) << "a transfer outlived its call";
    EXPECT_EQ(world_.transport.wrong_cancels, 0) << "a transfer was removed twice";
    EXPECT_LE(rpc_.finishes, 1);
    EXPECT_FALSE(world_.timers.NextDue().has_value()) << "a timer outlived its call";
  }

  const Kind kind_;
  std::mt19937_64 engine_;
  World world_;
  FakeRpc rpc_;
  std::set<PlayedTransfer*> heads_;
};

class RandomSchedules : public testing::TestWithParam<Kind> {};

TEST_P(RandomSchedules, KeepTheRulesInEveryOrder) {
  constexpr uint64_t kSchedules = 20'000;
  for (uint64_t seed = 1; seed <= kSchedules && !HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Schedule(GetParam(), seed).Run();
  }
}

std::string KindName(const testing::TestParamInfo<Kind>& info) {
  switch (info.param) {
    case Kind::kUnary:
      return "Unary";
    case Kind::kStream:
      return "Stream";
    case Kind::kMany:
      return "Many";
  }
  return "";
}

INSTANTIATE_TEST_SUITE_P(AllCalls, RandomSchedules,
                         testing::Values(Kind::kUnary, Kind::kStream, Kind::kMany), KindName);

}  // namespace
}  // namespace inferwire::rpc
