// Responses: unary, streamed, and streams that go on where they broke.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "client/fake_gateway.h"
#include "client/fake_responses.h"
#include "inferwire/client.h"

namespace inferwire::client {
namespace {

using testing_support::BrokenAfter;
using testing_support::EventsOf;
using testing_support::FakeTyped;
using testing_support::ResponseScript;
using testing_support::RestOf;

constexpr char kCreate[] = "ResponsesService/CreateResponse";
constexpr char kStream[] = "ResponsesService/StreamResponse";
constexpr ResumeOptions kFast{.max_resumes = 3, .first_pause = std::chrono::milliseconds(1)};

Client Connect(const FakeTyped& gateway) {
  return *Client::Connect({.target = gateway.target(), .max_attempts = 1});
}

v1::StreamResponseRequest Request(bool background) {
  v1::StreamResponseRequest request;
  *request.mutable_params() = RespondTo("hi");
  if (background) request.mutable_params()->set_background(true);
  request.mutable_options()->set_idempotency_key("once");
  return request;
}

// The text of the events, as the loop saw them.
std::string Loop(ResponseStream& stream, int* events = nullptr) {
  std::string text;
  for (const ResponseStreamEvent& event : stream) {
    text += event.text();
    if (events != nullptr) ++*events;
  }
  return text;
}

TEST(Respond, ReturnsTheResponseAndItsText) {
  FakeTyped gateway;
  gateway.On<v1::CreateResponseRequest, v1::CreateResponseResponse>(kCreate, [](const auto& request,
                                                                                auto& response) {
    *response.mutable_response() = testing_support::ResponseOf("echo " + request.params().input());
    response.mutable_gateway()->set_request_id("req-1");
    return grpc::Status::OK;
  });
  Client client = Connect(gateway);
  EXPECT_EQ(*client.Respond("hi"), "echo hi");
  v1::CreateResponseRequest request;
  *request.mutable_params() = RespondTo("you", "m");
  const auto response = client.Respond(request);
  ASSERT_TRUE(response) << Describe(response.error());
  EXPECT_EQ(response->gateway().request_id(), "req-1");
  EXPECT_EQ(TextOf(response->response()), "echo you");
}

TEST(Respond, TextIsThatOfMessagesAndElseTheRefusal) {
  v1::Response response;
  auto& reasoning = *response.add_output();
  reasoning.set_type("reasoning");
  reasoning.add_content_parts()->set_text("hm");
  auto& message = *response.add_output();
  message.set_type("message");
  message.add_content_parts()->set_refusal("I will not.");
  EXPECT_EQ(TextOf(response), "I will not.");
  message.add_content_parts()->set_text("But ");
  message.add_content_parts()->set_text("here.");
  EXPECT_EQ(TextOf(response), "But here.");
}

TEST(ResponseStream, GivesEveryEventTheTextAndTheFinalResponse) {
  FakeTyped gateway;
  gateway.OnStream<v1::StreamResponseRequest>(kStream, [](const auto&) {
    return ResponseScript{EventsOf({"one", " two"})};
  });
  Client client = Connect(gateway);
  auto stream = client.StreamResponse("hi");
  int events = 0;
  EXPECT_EQ(Loop(stream, &events), "one two");
  EXPECT_TRUE(stream.status());
  EXPECT_EQ(events, 6);
  EXPECT_EQ(stream.text(), "one two");
  EXPECT_EQ(stream.response_id(), "resp_1");
  EXPECT_EQ(stream.response().status(), v1::RESPONSE_STATUS_COMPLETED);
  EXPECT_EQ(stream.response().output_text(), "one two");
  EXPECT_EQ(stream.last_sequence_number(), 3);
  EXPECT_EQ(*ReadText(client.StreamResponse("hi")), "one two");
}

TEST(ResponseStream, MayBeMoved) {
  FakeTyped gateway;
  gateway.OnStream<v1::StreamResponseRequest>(
      kStream, [](const auto&) { return ResponseScript{EventsOf({"one"})}; });
  auto stream = Connect(gateway).StreamResponse("hi");
  ResponseStream moved = std::move(stream);
  EXPECT_EQ(Loop(moved), "one");
  EXPECT_EQ(moved.text(), "one");
}

TEST(ResponseStream, ReadTextTakesAnAnswerThatCameWhole) {
  FakeTyped gateway;
  gateway.OnStream<v1::StreamResponseRequest>(kStream, [](const auto&) {
    const auto whole = testing_support::ResponseOf("all of it");
    return ResponseScript{{testing_support::EventOf(0, "response.completed", whole),
                           testing_support::CompletedAs(whole)}};
  });
  EXPECT_EQ(*ReadText(Connect(gateway).StreamResponse("hi")), "all of it");
}

TEST(ResponseStream, OfTheBackgroundGoesOnWhereItBroke) {
  FakeTyped gateway;
  std::vector<v1::StreamResponseRequest> requests;
  const auto all = EventsOf({"one", " two", " three"}, /*background=*/true);
  gateway.OnStream<v1::StreamResponseRequest>(kStream, [&](const auto& request) {
    requests.push_back(request);
    if (requests.size() == 1) return BrokenAfter(3, all);
    return RestOf(all, request.resume().starting_after());
  });
  auto stream = Connect(gateway).StreamResponse(Request(true), {}, kFast);
  int events = 0;
  EXPECT_EQ(Loop(stream, &events), "one two three");
  EXPECT_TRUE(stream.status());
  EXPECT_EQ(events, 7);  // one start only
  EXPECT_EQ(stream.text(), "one two three");
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].options().idempotency_key(), "once");
  EXPECT_FALSE(requests[1].has_params());
  EXPECT_EQ(requests[1].resume().response_id(), "resp_1");
  EXPECT_EQ(requests[1].resume().starting_after(), 1);
  EXPECT_EQ(requests[1].resume().upstream(), "openai");
  EXPECT_EQ(requests[1].options().idempotency_key(), "");
}

TEST(ResponseStream, LeavesOutEventsThatWereThere) {
  FakeTyped gateway;
  int calls = 0;
  const auto all = EventsOf({"one", " two"}, /*background=*/true);
  gateway.OnStream<v1::StreamResponseRequest>(
      kStream, [&](const auto&) { return ++calls == 1 ? BrokenAfter(3, all) : RestOf(all, -1); });
  auto stream = Connect(gateway).StreamResponse(Request(true), {}, kFast);
  EXPECT_EQ(Loop(stream), "one two");
  EXPECT_TRUE(stream.status());
}

TEST(ResponseStream, OfTheForegroundEndsWhereItBroke) {
  FakeTyped gateway;
  int calls = 0;
  gateway.OnStream<v1::StreamResponseRequest>(kStream, [&](const auto&) {
    ++calls;
    return BrokenAfter(3, EventsOf({"one", " two"}));
  });
  auto stream = Connect(gateway).StreamResponse(Request(false), {}, kFast);
  EXPECT_EQ(Loop(stream), "one");
  ASSERT_FALSE(stream.status());
  EXPECT_EQ(stream.status().error().reason, kConnectionLost);
  EXPECT_EQ(calls, 1);
}

TEST(ResponseStream, GivesUpWhenNothingComesAnyMore) {
  FakeTyped gateway;
  int calls = 0;
  gateway.OnStream<v1::StreamResponseRequest>(kStream, [&](const auto&) {
    const bool first = ++calls == 1;
    return BrokenAfter(first ? 3 : 1, EventsOf({"one", " two"}, true));
  });
  auto stream = Connect(gateway).StreamResponse(Request(true), {}, kFast);
  EXPECT_EQ(Loop(stream), "one");
  EXPECT_FALSE(stream.status());
  EXPECT_EQ(calls, 4);  // and three times again
}

TEST(ResponseStream, IsTakenUpByHandElsewhere) {
  FakeTyped gateway;
  const auto all = EventsOf({"one", " two"}, /*background=*/true);
  gateway.OnStream<v1::StreamResponseRequest>(kStream, [&](const auto& request) {
    return request.has_params() ? BrokenAfter(3, all)
                                : RestOf(all, request.resume().starting_after());
  });
  Client client = Connect(gateway);
  auto broken = client.StreamResponse(Request(true), {}, {.max_resumes = 0});
  EXPECT_EQ(Loop(broken), "one");
  EXPECT_FALSE(broken.status());
  const v1::ResponseResumption from = broken.resumption();
  EXPECT_EQ(from.response_id(), "resp_1");
  EXPECT_EQ(from.starting_after(), 1);
  auto rest = client.StreamResponse(from);
  EXPECT_EQ(Loop(rest), " two");
  EXPECT_TRUE(rest.status());
  EXPECT_EQ(rest.response().output_text(), "one two");
}

TEST(ResponseStream, FailureIsAnErrorOfWhoMadeItAndAValueOfWhoReads) {
  FakeTyped gateway;
  auto failed = testing_support::ResponseOf("", v1::RESPONSE_STATUS_FAILED);
  failed.mutable_error()->set_message("out of luck");
  const std::vector<v1::StreamResponseResponse> end = {
      testing_support::EventOf(9, "response.failed", failed), testing_support::CompletedAs(failed)};
  gateway.OnStream<v1::StreamResponseRequest>(kStream, [&](const auto& request) {
    return request.has_params() ? BrokenAfter(3, EventsOf({"one"}, true)) : ResponseScript{end};
  });
  Client client = Connect(gateway);
  auto made = client.StreamResponse(Request(true), {}, kFast);
  Loop(made);
  ASSERT_FALSE(made.status());
  EXPECT_EQ(made.status().error().reason, "RESPONSE_FAILED");
  EXPECT_EQ(made.status().error().message, "out of luck");
  EXPECT_TRUE(made.status().error().may_be_billed());
  v1::ResponseResumption from;
  from.set_response_id(made.response_id());
  auto read = client.StreamResponse(from);
  Loop(read);
  EXPECT_TRUE(read.status());
  EXPECT_EQ(read.response().status(), v1::RESPONSE_STATUS_FAILED);
}

TEST(ResponseStream, OkWithoutItsLastMessageIsTruncated) {
  FakeTyped gateway;
  gateway.OnStream<v1::StreamResponseRequest>(kStream, [](const auto&) {
    auto events = EventsOf({"one"});
    events.pop_back();
    return ResponseScript{events};
  });
  const auto text = ReadText(Connect(gateway).StreamResponse("hi"));
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().reason, kStreamTruncated);
}

TEST(ResponseStream, CancelEndsItWithoutAnotherCall) {
  FakeTyped gateway;
  int calls = 0;
  gateway.OnStream<v1::StreamResponseRequest>(kStream, [&](const auto&) {
    ++calls;
    auto script = ResponseScript{EventsOf({"one"}, true)};
    script.messages.resize(3);
    script.hold = true;
    return script;
  });
  auto stream = Connect(gateway).StreamResponse(Request(true), {}, kFast);
  for (const ResponseStreamEvent& event : stream) {
    if (!event.text().empty()) stream.Cancel();
  }
  ASSERT_FALSE(stream.status());
  EXPECT_EQ(stream.status().error().code, grpc::StatusCode::CANCELLED);
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace inferwire::client
