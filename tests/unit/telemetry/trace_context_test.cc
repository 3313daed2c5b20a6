#include "telemetry/trace_context.h"

#include <gtest/gtest.h>

#include <string>

#include "telemetry/tracer.h"

namespace inferwire::telemetry {
namespace {

constexpr char kParent[] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
constexpr char kRequestId[] = "4bf92f3577b34da6a3ce929d0e0e4736";

std::string Text(const TraceContext& context) {
  std::string text;
  AppendTraceparent(context, text);
  return text;
}

TEST(TraceContext, IsReadAndWrittenAsTheStandardSays) {
  const auto context = ParseTraceparent(kParent);
  ASSERT_TRUE(context);
  EXPECT_EQ(context->trace_high, 0x0af7651916cd43ddu);
  EXPECT_EQ(context->trace_low, 0x8448eb211c80319cu);
  EXPECT_EQ(context->span, 0xb7ad6b7169203331u);
  EXPECT_TRUE(context->sampled());
  EXPECT_EQ(Text(*context), kParent);
  const auto id = TraceIdText(*context);
  EXPECT_EQ(std::string(id.data(), id.size()), "0af7651916cd43dd8448eb211c80319c");
}

TEST(TraceContext, WhatIsNoTraceparentIsNone) {
  const std::string good = kParent;
  const auto changed = [&](size_t at, char to) {
    std::string text = good;
    text[at] = to;
    return text;
  };
  for (const std::string& text : {
           std::string(),
           good.substr(0, 54),
           good + "0",
           good + "-00",  // version 00 has no more
           "ff" + good.substr(2),
           changed(0, 'g'),
           changed(2, '_'),
           changed(35, '_'),
           changed(52, '_'),
           changed(3, 'A'),
           changed(54, ' '),
           changed(10, '\0'),
           "00-00000000000000000000000000000000-b7ad6b7169203331-01" + std::string(),
           "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01" + std::string(),
       }) {
    EXPECT_FALSE(ParseTraceparent(text)) << text;
  }
}

TEST(TraceContext, ALaterVersionIsReadAsFarAsItIsKnown) {
  const std::string later = "cc" + std::string(kParent).substr(2);
  for (const std::string& text : {later, later + "-what-comes-then"}) {
    const auto context = ParseTraceparent(text);
    ASSERT_TRUE(context) << text;
    EXPECT_EQ(Text(*context), kParent);
  }
  EXPECT_FALSE(ParseTraceparent(later + "x"));
}

TEST(TraceContext, UnknownFlagsDoNotGoOn) {
  std::string text = kParent;
  text.replace(53, 2, "ff");
  EXPECT_EQ(ParseTraceparent(text)->flags, 3);
}

TEST(TraceState, IsOneBearableLine) {
  EXPECT_TRUE(IsTraceState("congo=t61rcWkgMzE,rojo=00f067aa0ba902b7"));
  for (const std::string& text : {std::string(), std::string(513, 'a'), std::string("a=b\r\nX: y"),
                                  std::string("a=\x80"), std::string("a\0b", 3)}) {
    EXPECT_FALSE(IsTraceState(text));
  }
}

class Sink final : public SpanSink {
 public:
  void Take(Span) override {}
};

TEST(BeginTrace, WithoutCollectorTheCallersTraceGoesOnAsItCame) {
  Random random(1);
  const auto trace = BeginTrace(kParent, "a=b", kRequestId, nullptr, random);
  EXPECT_EQ(Text(trace.context), kParent);
  EXPECT_EQ(trace.context.state, "a=b");
  EXPECT_FALSE(trace.context.recorded);
}

TEST(BeginTrace, ACallWithoutTraceBeginsOneUnderItsRequestId) {
  Random random(1);
  for (const char* nothing : {"", "nonsense"}) {
    const auto trace = BeginTrace(nothing, "a=b", kRequestId, nullptr, random);
    const auto id = TraceIdText(trace.context);
    EXPECT_EQ(std::string(id.data(), id.size()), kRequestId);
    EXPECT_FALSE(trace.context.sampled());
    EXPECT_NE(trace.context.span, 0u);
    EXPECT_EQ(trace.parent, 0u);
    EXPECT_EQ(trace.context.state, "") << "it belongs to a traceparent";
    EXPECT_TRUE(ParseTraceparent(Text(trace.context)));
  }
}

TEST(BeginTrace, ARecordedCallIsAChildOfTheCallersSpan) {
  Random random(1);
  const Tracer tracer(std::make_unique<Sink>(), 0);
  const auto trace = BeginTrace(kParent, "", kRequestId, &tracer, random);
  EXPECT_TRUE(trace.context.recorded);
  EXPECT_EQ(trace.parent, 0xb7ad6b7169203331u);
  EXPECT_NE(trace.context.span, trace.parent);
  EXPECT_EQ(trace.context.trace_low, 0x8448eb211c80319cu);
}

TEST(BeginTrace, TheCallersDecisionIsKept) {
  Random random(1);
  const Tracer all(std::make_unique<Sink>(), 1);
  std::string unsampled = kParent;
  unsampled.back() = '0';
  const auto trace = BeginTrace(unsampled, "", kRequestId, &all, random);
  EXPECT_FALSE(trace.context.recorded);
  EXPECT_EQ(Text(trace.context), unsampled);
}

TEST(BeginTrace, TheRatioDecidesForTheOthers) {
  Random random(7);
  Tracer tracer(std::make_unique<Sink>(), 0.25);
  const auto recorded = [&] {
    int count = 0;
    for (int i = 0; i < 4000; ++i) {
      const auto trace = BeginTrace("", "", random.Id(), &tracer, random);
      count += trace.context.recorded;
      EXPECT_EQ(trace.context.recorded, trace.context.sampled());
    }
    return count;
  };
  EXPECT_NEAR(recorded(), 1000, 150);
  tracer.SetRatio(0);
  EXPECT_EQ(recorded(), 0);
  tracer.SetRatio(1);
  EXPECT_EQ(recorded(), 4000);
}

}  // namespace
}  // namespace inferwire::telemetry
