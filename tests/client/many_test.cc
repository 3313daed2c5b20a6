// CompleteMany: many items on one stream.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <map>

#include "client/fake_gateway.h"
#include "inferwire/client.h"

namespace inferwire::client {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;
using testing_support::FakeGateway;

Client Connect(const FakeGateway& gateway) {
  return *Client::Connect({.target = gateway.target()});
}

v1::CompleteManyItem Item(const std::string& id, const std::string& prompt) {
  v1::CompleteManyItem item;
  item.set_item_id(id);
  *item.mutable_params() = Ask(prompt);
  return item;
}

std::vector<v1::CompleteManyItem> Items(int count) {
  std::vector<v1::CompleteManyItem> items;
  for (int i = 0; i < count; ++i) items.push_back(Item("item-" + std::to_string(i), "hi"));
  return items;
}

void Ready(FakeGateway::ManyStream& stream, int max_in_flight) {
  v1::CompleteManyRequest config;
  ASSERT_TRUE(stream.Read(&config));
  ASSERT_TRUE(config.has_config());
  v1::CompleteManyResponse response;
  response.mutable_ready()->set_max_in_flight(max_in_flight);
  stream.Write(response);
}

void Answer(FakeGateway::ManyStream& stream, const std::string& id) {
  v1::CompleteManyResponse response;
  response.mutable_result()->set_item_id(id);
  *response.mutable_result()->mutable_completion() = testing_support::Completion("ok");
  stream.Write(response);
}

TEST(CompleteMany, AnswersEveryItemAndGoesOnAfterFailures) {
  FakeGateway gateway;
  gateway.on_many = [](auto&, auto& stream) { return testing_support::AnswerAll(stream, 4); };
  auto items = Items(100);
  items.push_back(Item("bad", "fail"));
  std::map<std::string, std::string> answers;
  Error failure;
  std::vector<std::int64_t> finished;
  const auto outcome = Connect(gateway).CompleteMany().Run(
      items, {.on_result =
                  [&](const v1::CompleteManyResult& result) {
                    if (result.has_error()) failure = FromRpcStatus(result.error());
                    answers[result.item_id()] =
                        result.has_error() ? ""
                                           : result.completion().choices(0).message().content();
                  },
              .on_progress = [&](const ManyProgress& p) { finished.push_back(p.finished()); }});
  ASSERT_TRUE(outcome.status) << Describe(outcome.status.error());
  EXPECT_EQ(answers.size(), 101u);
  EXPECT_EQ(answers["item-42"], "HI");
  EXPECT_EQ(failure.reason, "RATE_LIMITED");
  EXPECT_EQ(outcome.progress.succeeded, 100);
  EXPECT_EQ(outcome.progress.failed, 1);
  EXPECT_EQ(outcome.progress.sent, 101);
  EXPECT_EQ(outcome.progress.in_flight, 0);
  EXPECT_EQ(outcome.summary.succeeded(), 100);
  EXPECT_TRUE(outcome.unfinished.empty());
  EXPECT_EQ(finished.size(), 101u);
  EXPECT_TRUE(std::ranges::is_sorted(finished));
}

TEST(CompleteMany, TellsTheServerWhatItWants) {
  FakeGateway gateway;
  v1::CompleteManyConfig seen;
  gateway.on_many = [&](auto&, auto& stream) {
    v1::CompleteManyRequest request;
    stream.Read(&request);
    seen = request.config();
    return grpc::Status(grpc::StatusCode::UNAUTHENTICATED, "no");
  };
  ManyOptions options{.max_in_flight = 7, .stream_chunks = true};
  options.default_options.set_max_retries(3);
  const auto outcome = Connect(gateway).CompleteMany(options).Run(Items(1), {});
  EXPECT_EQ(outcome.status.error().code, grpc::StatusCode::UNAUTHENTICATED);
  EXPECT_EQ(seen.max_in_flight(), 7);
  EXPECT_TRUE(seen.stream_chunks());
  EXPECT_EQ(seen.default_options().max_retries(), 3);
}

TEST(CompleteMany, KeepsToTheGrantedNumberInFlight) {
  constexpr int kGranted = 3;
  FakeGateway gateway;
  std::atomic<int> pulled = 0;
  std::atomic<int> answered = 0;
  std::atomic<int> most = 0;
  gateway.on_many = [&](auto&, auto& stream) {
    Ready(stream, kGranted);
    std::vector<std::string> waiting;
    v1::CompleteManyRequest request;
    while (stream.Read(&request)) {
      waiting.push_back(request.item().item_id());
      if (waiting.size() < kGranted) continue;  // answers nothing until all slots are used
      for (const auto& id : waiting) {
        ++answered;
        Answer(stream, id);
      }
      waiting.clear();
    }
    v1::CompleteManyResponse end;
    end.mutable_summary();
    stream.Write(end);
    return grpc::Status::OK;
  };
  int next = 0;
  const auto outcome = Connect(gateway).CompleteMany().Run(
      [&]() -> std::optional<v1::CompleteManyItem> {
        if (next == 30) return std::nullopt;
        ++pulled;
        most = std::max<int>(most, pulled - answered);
        return Item(std::to_string(next++), "hi");
      },
      {});
  ASSERT_TRUE(outcome.status);
  EXPECT_EQ(outcome.progress.max_in_flight, kGranted);
  EXPECT_EQ(outcome.progress.succeeded, 30);
  EXPECT_LE(most, kGranted);
}

TEST(CompleteMany, NoItemsIsASuccess) {
  FakeGateway gateway;
  gateway.on_many = [](auto&, auto& stream) { return testing_support::AnswerAll(stream, 4); };
  const auto outcome = Connect(gateway).CompleteMany().Run(std::vector<v1::CompleteManyItem>(), {});
  EXPECT_TRUE(outcome.status);
  EXPECT_EQ(outcome.progress.sent, 0);
}

TEST(CompleteMany, ResultsArriveWhileTheProducerBlocks) {
  FakeGateway gateway;
  gateway.on_many = [](auto&, auto& stream) { return testing_support::AnswerAll(stream, 4); };
  testing_support::Signal first_result;
  int next = 0;
  const auto outcome = Connect(gateway).CompleteMany().Run(
      [&]() -> std::optional<v1::CompleteManyItem> {
        if (next == 2) return std::nullopt;
        if (next == 1) {
          EXPECT_TRUE(first_result.Wait());
        }
        return Item(std::to_string(next++), "hi");
      },
      {.on_result = [&](const v1::CompleteManyResult&) { first_result.Set(); }});
  EXPECT_TRUE(outcome.status);
  EXPECT_EQ(outcome.progress.succeeded, 2);
}

TEST(CompleteMany, CancelsOneItem) {
  FakeGateway gateway;
  gateway.on_many = [](auto&, auto& stream) {
    Ready(stream, 2);
    v1::CompleteManyRequest request;
    while (stream.Read(&request)) {
      if (request.has_item() && request.item().item_id() == "item-1") Answer(stream, "item-1");
      if (!request.has_cancel()) continue;
      v1::CompleteManyResponse response;
      response.mutable_result()->set_item_id(request.cancel().item_id());
      *response.mutable_result()->mutable_error() =
          testing_support::RpcStatus({.code = grpc::StatusCode::CANCELLED, .reason = "CANCELLED"});
      stream.Write(response);
    }
    v1::CompleteManyResponse end;
    end.mutable_summary()->set_cancelled(1);
    stream.Write(end);
    return grpc::Status::OK;
  };
  auto many = Connect(gateway).CompleteMany();
  const auto outcome = many.Run(Items(2), {.on_result = [&](const v1::CompleteManyResult& result) {
                                  if (result.item_id() != "item-1") return;
                                  many.CancelItem("item-0");
                                  many.CancelItem("nobody");
                                }});
  ASSERT_TRUE(outcome.status);
  EXPECT_EQ(outcome.progress.cancelled, 1);
  EXPECT_EQ(outcome.progress.succeeded, 1);
  EXPECT_EQ(outcome.progress.failed, 0);
}

TEST(CompleteMany, BrokenStreamNamesWhatIsUnfinished) {
  FakeGateway gateway;
  gateway.on_many = [](auto&, auto& stream) {
    Ready(stream, 3);
    v1::CompleteManyRequest request;
    for (int i = 0; i < 3; ++i) stream.Read(&request);
    Answer(stream, "item-1");
    return grpc::Status(grpc::StatusCode::UNAVAILABLE, "gone");
  };
  std::vector<std::string> answered;
  std::atomic<int> pulled = 0;
  const auto outcome = Connect(gateway).CompleteMany().Run(
      [&]() -> std::optional<v1::CompleteManyItem> {
        const int number = pulled++;
        return Item("item-" + std::to_string(number), "hi");  // never ends by itself
      },
      {.on_result = [&](const v1::CompleteManyResult& r) { answered.push_back(r.item_id()); }});
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, grpc::StatusCode::UNAVAILABLE);
  EXPECT_THAT(answered, ElementsAre("item-1"));
  // Every item that was taken is accounted for: answered or unfinished.
  EXPECT_EQ(outcome.unfinished.size(), static_cast<std::size_t>(pulled - 1));
  EXPECT_THAT(outcome.unfinished, ::testing::IsSupersetOf({"item-0", "item-2"}));
}

TEST(CompleteMany, OkWithoutSummaryIsTruncated) {
  FakeGateway gateway;
  gateway.on_many = [](auto&, auto& stream) {
    Ready(stream, 1);
    return grpc::Status::OK;
  };
  const auto outcome = Connect(gateway).CompleteMany().Run(Items(1), {});
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().reason, kStreamTruncated);
}

TEST(CompleteMany, IsCancelledAsAWhole) {
  FakeGateway gateway;
  testing_support::Signal cancelled;
  std::stop_source stop;
  gateway.on_many = [&](auto& context, auto& stream) {
    Ready(stream, 2);
    v1::CompleteManyRequest request;
    for (int i = 0; i < 2; ++i) stream.Read(&request);
    stop.request_stop();
    testing_support::AwaitCancel(context);
    cancelled.Set();
    return grpc::Status::CANCELLED;
  };
  const auto outcome =
      Connect(gateway).CompleteMany({.cancellation = stop.get_token()}).Run(Items(9), {});
  EXPECT_EQ(outcome.status.error().code, grpc::StatusCode::CANCELLED);
  EXPECT_THAT(outcome.unfinished, ::testing::IsSupersetOf({"item-0", "item-1"}));
  EXPECT_TRUE(cancelled.Wait());
}

TEST(CompleteMany, AThrowingHandlerLeavesNoThreadBehind) {
  FakeGateway gateway;
  gateway.on_many = [](auto&, auto& stream) { return testing_support::AnswerAll(stream, 4); };
  auto many = Connect(gateway).CompleteMany();
  EXPECT_THROW(
      (void)many.Run(
          Items(50),
          {.on_result = [](const v1::CompleteManyResult&) { throw std::runtime_error("enough"); }}),
      std::runtime_error);
}

}  // namespace
}  // namespace inferwire::client
