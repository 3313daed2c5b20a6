// Bad streams: never a success, and exactly what was whole before the fault is delivered.
#include "hostile/hostile.h"
#include "hostile/wire_text.h"

namespace inferwire::e2e::hostile {
namespace {

void CheckStreams(HostileGateway& gateway, const Cases& cases) {
  for (const Case& each : cases) {
    SCOPED_TRACE(each.name);
    Check(gateway.Stream(each.answer), each);
    Check(gateway.Many(each.answer, /*stream_chunks=*/true), each);
  }
}

TEST(HostileStream, SyntaxIsReadOrRefused) {
  HostileGateway gateway;
  CheckStreams(gateway, StreamSyntax());
}

TEST(HostileStream, EndsAreProperOrCuts) {
  HostileGateway gateway;
  CheckStreams(gateway, StreamEnds());
}

TEST(HostileStream, EventsAreUsableOrTheEnd) {
  HostileGateway gateway;
  CheckStreams(gateway, StreamContents());
}

TEST(HostileStream, NoMembersTypeIsEverAFault) {
  HostileGateway gateway;
  const std::string before = Delta("a"), after = Delta("z") + Finish() + std::string(kDone);
  for (const Spoilt& spoilt : SpoiltChunks()) {
    SCOPED_TRACE(spoilt.name);
    const Heard heard = gateway.Stream(Chunked(kEvents, before + Event(spoilt.json) + after));
    EXPECT_EQ(heard.result, spoilt.never_finishes ? kCut : kFine) << heard.message;
    if (!spoilt.text_lost) {
      EXPECT_EQ(heard.text, "akeptz");
    }
    EXPECT_TRUE(heard.text.starts_with("a") && heard.text.ends_with("z")) << heard.text;
  }
}

TEST(HostileStream, ToolCallsKeepApart) {
  HostileGateway gateway;
  const auto calls = [&](const std::string& deltas) {
    const std::string chunk =
        R"({"id":"c1","object":"chat.completion.chunk","choices":[{"index":0,"delta":)"
        R"({"tool_calls":[)" +
        deltas + "]}}]}";
    const Heard heard = gateway.Stream(
        Chunked(kEvents, Event(chunk) + Finish("\"tool_calls\"") + std::string(kDone)));
    EXPECT_EQ(heard.result, kFine) << deltas;
    return heard.completion.choices_size() == 1
               ? heard.completion.choices(0).message().tool_calls_size()
               : -1;
  };
  const std::string f = R"("function":{"name":"f","arguments":"{}"}})";
  const std::string g = R"("function":{"name":"g","arguments":"{}"}})";
  EXPECT_EQ(calls(R"({"index":0,"id":"a",)" + f + R"(,{"index":0,"id":"b",)" + g), 2);
  EXPECT_EQ(calls(R"({"id":"a",)" + f + R"(,{"id":"b",)" + g), 2);
  EXPECT_EQ(calls(R"({"index":null,"id":"a",)" + f + R"(,{"index":"1","id":"b",)" + g), 2);
  EXPECT_EQ(calls(R"({"index":-1,"id":"a",)" + f + R"(,{"index":-1,"id":"b",)" + g), 2);
  EXPECT_EQ(calls(R"({"index":7,"id":"a",)" + f + R"(,{"index":7,"function":{"arguments":" "}})"),
            1);
}

TEST(HostileErrors, AreToldAsTheProviderMeantThem) {
  HostileGateway gateway;
  const std::string done(kDone);
  for (const ReportedError& each : ReportedErrors()) {
    SCOPED_TRACE(each.name);
    if (!each.body.empty()) {
      for (const char* type : {"application/json", "", "text/event-stream"}) {
        SCOPED_TRACE(type);
        const WireAnswer answer(WithLength(type, each.body));
        Check(gateway.Complete(answer), {each.name, answer, each.before_output, ""});
        Check(gateway.Stream(answer), {each.name, answer, each.before_output, ""});
      }
    }
    const WireAnswer first(Chunked(kEvents, each.event + "\n\n" + done));
    Check(gateway.Stream(first), {each.name + " first", first, each.before_output, ""});
    const WireAnswer late(Chunked(kEvents, Delta("Hel") + each.event + "\n\n" + done));
    Check(gateway.Stream(late), {each.name + " late", late, each.after_output, "Hel"});
    Check(gateway.Many(late, /*stream_chunks=*/true),
          {each.name + " late", late, each.after_output, "Hel"});
  }
}

// The gateway closes the connection as soon as it knows how the call ends.
TEST(HostileErrors, AnUpstreamThatGoesOnIsNotWaitedFor) {
  HostileGateway gateway;
  const auto held = [](std::string bytes) {
    return WireAnswer(std::move(bytes), WireAnswer::End::kHold);
  };
  const std::string error = Event(R"({"error":{"message":"Oops","type":"server_error"}})");
  const Case cases[] = {
      {"ErrorEvent", held(ChunkedCut(kEvents, Delta("Hel") + error)), kCut, "Hel"},
      // Its end is waited for, but not for long.
      {"AfterFinish", held(ChunkedCut(kEvents, Delta("Hel") + Finish())), kFine, "Hel"},
      {"AfterUsage", held(ChunkedCut(kEvents, Delta("Hel") + Finish() + Usage())), kFine, "Hel"},
      {"BadEvent", held(ChunkedCut(kEvents, Delta("Hel") + Event("{oops"))), kCut, "Hel"},
      {"AfterDone", held(ChunkedCut(kEvents, Delta("Hel") + Finish() + std::string(kDone))), kFine,
       "Hel"},
      {"ErrorBody",
       held(Head(kJson, "Content-Length: 9999999\r\n", "500 x") + std::string(100'000, 'x')),
       kFailed, ""},
      {"Announced", held(Head(kEvents, "Content-Length: 999999999\r\n")), kTooLarge, ""},
      {"Encoded", held(Head(kEvents, "Content-Encoding: zstd\r\n")), kProtocol, ""},
  };
  size_t closed = 0;
  for (const Case& each : cases) {
    Check(gateway.Stream(each.answer), each);
    ++closed;
    EXPECT_TRUE(Gateway::Eventually([&] { return gateway.upstream().closed_by_peer() == closed; }))
        << each.name;
  }
}

}  // namespace
}  // namespace inferwire::e2e::hostile
