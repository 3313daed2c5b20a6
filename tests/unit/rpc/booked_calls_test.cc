// What of calls is in the ledger, and since when, with the upstream and the caller in the test's
// hand.
#include <gtest/gtest.h>

#include "call_fixture.h"
#include "inferwire/v1/models_service.pb.h"
#include "unit/ledger/books.h"

namespace inferwire::rpc {
namespace {

using http::FakeTransport;
using ledger::Kept;
using ledger::Kind;
using ledger::Source;

// 3 tokens in, 2 out, at World's prices.
constexpr int64_t kPicousd = 3 * 2'000'000 + 2 * 8'000'000;

class BookedCalls : public testing::Test {
 protected:
  BookedCalls() {
    auto opened = ledger::Book::Open({.folder = path, .segment_bytes = 1 << 20}, clock,
                                     world.metrics.Of<telemetry::LedgerMetrics>(), 1);
    book = std::move(*opened);
    auto services = std::make_shared<CallServices>(*world.services);
    services->ledger = book.get();
    world.services = services;
  }
  ~BookedCalls() override {
    EXPECT_THAT(rpc.violations, testing::IsEmpty());
    EXPECT_TRUE(world.live.empty());
  }

  std::vector<Kept> Lines() const { return ledger::ReadAll(path); }
  // The end of the only call.
  Kept OnlyEnd() const {
    const auto ends = ledger::Ends(path);
    EXPECT_EQ(ends.size(), 1u);
    return ends.empty() ? Kept() : ends.front();
  }
  void AnswerItem(size_t index) {
    auto& transfer = *world.transport.transfers.at(index);
    FakeTransport::Head(transfer, 200, "application/json");
    FakeTransport::Body(transfer, Answer("Hi"));
    FakeTransport::End(transfer);
  }
  // Everything that can happen without the upstream happens.
  void Settle() {
    for (bool busy = true; busy;) {
      busy = false;
      if (rpc.CanRead()) rpc.CompleteRead(), busy = true;
      if (rpc.writing) rpc.CompleteWrite(true), busy = true;
      world.timers.FireDue();
    }
  }
  void Over(bool cancelled = false) {
    if (rpc.finishing) rpc.CompleteFinish(true);
    rpc.Done(cancelled);
    if (rpc.reading) rpc.CompleteRead();
    if (rpc.finishing) rpc.CompleteFinish(false);
  }
  void SendItem(const std::string& id) {
    v1::CompleteManyRequest message;
    message.mutable_item()->set_item_id(id);
    *message.mutable_item()->mutable_params() = Hello();
    rpc.to_read.push_back(Serialize(message));
  }
  void BeginMany() {
    world.Many(rpc);
    v1::CompleteManyRequest message;
    message.mutable_config();
    rpc.to_read.push_back(Serialize(message));
  }

  testing_support::TempFolder folder{testing_support::TempFolder::InMemory()};
  const std::string path = folder.File("ledger");
  SystemClock clock;
  World world;
  std::unique_ptr<ledger::Book> book;
  FakeRpc rpc;
};

TEST_F(BookedCalls, BeginOnceTheyAreAdmittedAndEndBeforeTheirStatusLeaves) {
  rpc.identity = "billing";
  v1::CompleteRequest request;
  *request.mutable_params() = Hello();
  world.Complete(rpc, request);
  ASSERT_EQ(world.transport.transfers.size(), 1u);
  ASSERT_EQ(Lines().size(), 1u) << "before the upstream has answered";
  EXPECT_EQ(Lines()[0].kind, Kind::kBegin);
  EXPECT_EQ(Lines()[0].tenant, "billing");
  EXPECT_EQ(Lines()[0].model, "gpt-4.1-mini");
  AnswerItem(0);
  ASSERT_TRUE(rpc.finishing) << "not delivered yet";
  const Kept end = OnlyEnd();
  EXPECT_EQ(end.begin, Lines()[0].number);
  EXPECT_EQ(end.request_id, Lines()[0].request_id);
  EXPECT_EQ(end.tenant, "billing");
  EXPECT_EQ(end.operation, "chat");
  EXPECT_EQ(end.upstream, "fake");
  EXPECT_EQ(end.usage.source, Source::kProvider);
  EXPECT_EQ(end.usage.input, 3);
  EXPECT_EQ(end.usage.output, 2);
  EXPECT_EQ(end.usage.picousd, kPicousd);
  EXPECT_EQ(end.usage.code, 0);
  EXPECT_EQ(end.usage.attempts, 1);
  Over();
  EXPECT_EQ(Lines().size(), 2u);
}

TEST_F(BookedCalls, OfAStreamAreWhatItsLastChunkSays) {
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Hello();
  world.Stream(rpc, request);
  auto& transfer = *world.transport.transfers.at(0);
  FakeTransport::Head(transfer, 200, "text/event-stream");
  FakeTransport::Body(transfer, Chunk("Hi"));
  Settle();
  EXPECT_EQ(Lines().size(), 1u);
  FakeTransport::Body(transfer, LastChunk());
  FakeTransport::End(transfer);
  Settle();
  EXPECT_EQ(OnlyEnd().usage.picousd, kPicousd);
  Over();
}

TEST_F(BookedCalls, OfCallersThatGoAwayAreEstimated) {
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Hello();
  world.Stream(rpc, request);
  auto& transfer = *world.transport.transfers.at(0);
  FakeTransport::Head(transfer, 200, "text/event-stream");
  FakeTransport::Body(transfer, Chunk("Hi"));
  Settle();
  Over(/*cancelled=*/true);
  const Kept end = OnlyEnd();
  EXPECT_EQ(end.usage.source, Source::kEstimated);
  EXPECT_EQ(end.usage.code, static_cast<int>(Code::kCancelled));
  EXPECT_GT(end.usage.input, 0);
  EXPECT_GE(end.usage.output, 1);
  EXPECT_GT(end.usage.picousd, 0);
}

TEST_F(BookedCalls, ThatAreCutAreEstimatedOnce) {
  v1::CompleteRequest request;
  *request.mutable_params() = Hello();
  world.Complete(rpc, request);
  Error error;
  error.code = Code::kUnavailable;
  (*world.live.begin())->Cut(error);
  const Kept end = OnlyEnd();
  EXPECT_EQ(end.usage.source, Source::kEstimated) << "the upstream may have it";
  EXPECT_EQ(end.usage.code, static_cast<int>(Code::kUnavailable));
  Over();
  EXPECT_EQ(Lines().size(), 2u);
}

TEST_F(BookedCalls, ThatTheUpstreamRefusesUsedNothing) {
  v1::CompleteRequest request;
  *request.mutable_params() = Hello();
  world.Complete(rpc, request);
  auto& transfer = *world.transport.transfers.at(0);
  FakeTransport::Head(transfer, 400, "application/json");
  FakeTransport::Body(transfer, R"({"error":{"message":"no","type":"invalid_request_error"}})");
  FakeTransport::End(transfer);
  EXPECT_EQ(OnlyEnd().usage.source, Source::kNone);
  EXPECT_EQ(OnlyEnd().usage.picousd, 0);
  Over();
}

TEST_F(BookedCalls, ThatWereNotAdmittedAreNotThere) {
  rpc.deadline = world.clock.WallNow() - std::chrono::seconds(1);
  v1::CompleteRequest request;
  *request.mutable_params() = Hello();
  world.Complete(rpc, request);
  EXPECT_TRUE(rpc.status && !rpc.status->ok());
  EXPECT_TRUE(Lines().empty());
  Over();
}

TEST_F(BookedCalls, ThatAreAnsweredFromMemoryAreNotThere) {
  const Endpoint list(DescriptionOf("CompareModels"), world.metrics);
  world.Serve(list, rpc, v1::CompareModelsRequest());
  Settle();  // the models are gone through in turns of the loop
  ASSERT_TRUE(rpc.status);
  EXPECT_TRUE(Lines().empty());
  Over();
}

TEST_F(BookedCalls, OfCompleteManyAreItsItemsEachByItself) {
  rpc.identity = "billing";
  BeginMany();
  SendItem("a");
  SendItem("b");
  rpc.half_closed = true;
  Settle();
  EXPECT_EQ(Lines().size(), 2u) << "two items, and not the stream";
  AnswerItem(1);
  AnswerItem(0);
  Settle();
  const auto ends = ledger::Ends(path);
  ASSERT_EQ(ends.size(), 2u);
  for (const Kept& end : ends) {
    EXPECT_EQ(end.tenant, "billing");
    EXPECT_EQ(end.usage.picousd, kPicousd);
  }
  EXPECT_NE(ends[0].request_id, ends[1].request_id);
  Over();
  EXPECT_EQ(Lines().size(), 4u);
}

TEST_F(BookedCalls, ItemsThatEndWithTheirStreamOrByTheirCallerAreEstimated) {
  BeginMany();
  SendItem("a");
  SendItem("b");
  Settle();
  v1::CompleteManyRequest message;
  message.mutable_cancel()->set_item_id("a");
  rpc.to_read.push_back(Serialize(message));
  Settle();
  EXPECT_EQ(OnlyEnd().usage.source, Source::kEstimated);
  Over(/*cancelled=*/true);
  const auto ends = ledger::Ends(path);
  ASSERT_EQ(ends.size(), 2u);
  EXPECT_EQ(ends[1].usage.source, Source::kEstimated);
  EXPECT_EQ(Lines().size(), 4u);
}

}  // namespace
}  // namespace inferwire::rpc
