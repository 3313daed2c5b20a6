// Every family of bad answers, through every RPC that it can reach.
#include "hostile/hostile.h"
#include "hostile/wire_text.h"

namespace inferwire::e2e::hostile {
namespace {

TEST(HostileHttp, IsTheSameFaultForEveryRpc) {
  HostileGateway gateway;
  for (const Case& each : HttpFaults()) {
    SCOPED_TRACE(each.name);
    Check(gateway.Complete(each.answer), each);
    Check(gateway.Stream(each.answer), each);
    Check(gateway.Many(each.answer, /*stream_chunks=*/false), each);
    Check(gateway.Many(each.answer, /*stream_chunks=*/true), each);
    Check(gateway.Invoke(each.answer), each);
    const Heard raw = gateway.StreamInvoke(each.answer);
    // A body that breaks off after its head has come.
    const bool begun = raw.http_status != 0 && each.expected == kProtocol;
    EXPECT_EQ(raw.result, begun ? kCut : each.expected);
    CheckError(raw);
  }
}

TEST(HostileHttp, ABareStatusIsAResultOnlyOfRawCalls) {
  HostileGateway gateway;
  for (const Case& each : BareStatuses()) {
    SCOPED_TRACE(each.name);
    Check(gateway.Complete(each.answer), each);
    Check(gateway.Stream(each.answer), each);
    Check(gateway.Many(each.answer, /*stream_chunks=*/false), each);
    for (const Heard& raw : {gateway.Invoke(each.answer), gateway.StreamInvoke(each.answer)}) {
      EXPECT_EQ(raw.result, kFine) << raw.message;
      EXPECT_EQ(raw.http_status, std::stoi(each.name));
    }
  }
}

TEST(HostileHttp, UnusualButRightIsTaken) {
  HostileGateway gateway;
  for (const Case& each : HttpOddities()) {
    SCOPED_TRACE(each.name);
    Check(gateway.Complete(each.answer), each);
    EXPECT_EQ(gateway.Invoke(each.answer).text, Completion("hi"));
  }
}

TEST(HostileStatus, DecidesWhereTheBodySaysNothing) {
  HostileGateway gateway;
  for (const Case& each : StatusBodies()) {
    SCOPED_TRACE(each.name);
    Check(gateway.Complete(each.answer), each);
    Check(gateway.Stream(each.answer), each);
    EXPECT_EQ(gateway.Invoke(each.answer).result, kFine);
  }
}

TEST(HostileStatus, WaitingTimesStayBetweenNowAndAnHour) {
  HostileGateway gateway;
  for (const Case& each : WaitingTimes()) {
    SCOPED_TRACE(each.name);
    const Heard heard = gateway.Complete(each.answer);
    Check(heard, each);
    EXPECT_GE(heard.retry_after_seconds.value_or(0), 0);
    EXPECT_LE(heard.retry_after_seconds.value_or(0), 3600);
    if (heard.pushback_ms.empty()) continue;  // nobody said when
    EXPECT_GE(std::stoll(heard.pushback_ms), 0) << "it was refused, and not billed";
    EXPECT_LE(std::stoll(heard.pushback_ms), 3'600'000);
  }
}

TEST(HostileUnary, BodiesAreUnusableOrFine) {
  HostileGateway gateway;
  for (const Case& each : UnaryBodies()) {
    SCOPED_TRACE(each.name);
    Check(gateway.Complete(each.answer), each);
    Check(gateway.Many(each.answer, /*stream_chunks=*/false), each);
  }
}

TEST(HostileUnary, NoMembersTypeIsEverAFault) {
  HostileGateway gateway;
  for (const Spoilt& spoilt : SpoiltCompletions()) {
    SCOPED_TRACE(spoilt.name);
    const Heard heard = gateway.Complete(WithLength(kJson, spoilt.json));
    EXPECT_EQ(heard.result, spoilt.nothing_left ? kProtocol : kFine) << heard.message;
    if (!spoilt.text_lost && !spoilt.nothing_left) {
      EXPECT_EQ(heard.text, "kept");
    }
  }
}

}  // namespace
}  // namespace inferwire::e2e::hostile
