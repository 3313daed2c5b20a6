// One stream and one completion, cut at every byte in every way that a connection can be cut.
#include "hostile/truncation.h"

#include "hostile/hostile.h"
#include "hostile/wire_text.h"

namespace inferwire::e2e::hostile {
namespace {

TEST(HostileTruncation, OfAStreamKeepsEveryWholeDelta) {
  HostileGateway gateway;
  for (const std::string_view line_end : {"\n", "\r\n"}) {
    const CutStream stream(line_end);
    for (size_t size = 0; size <= stream.bytes().size(); ++size) {
      SCOPED_TRACE(size);
      const std::string prefix = stream.bytes().substr(0, size);
      const WireAnswer cut(ChunkedCut(kEvents, prefix));
      Check(gateway.Stream(cut), {"cut", cut, stream.ExpectedOf(size, CutStream::By::kConnection),
                                  stream.TextOf(size, CutStream::By::kConnection)});
      if (line_end != "\n") continue;  // the end of the body is the same for all
      const WireAnswer ended(Chunked(kEvents, prefix));
      Check(gateway.Stream(ended), {"ended", ended, stream.ExpectedOf(size, CutStream::By::kEnd),
                                    stream.TextOf(size, CutStream::By::kEnd)});
    }
  }
}

TEST(HostileTruncation, OfACompletionIsNeverAnAnswer) {
  HostileGateway gateway;
  const std::string whole = Completion("w\xC3\xB6rld \\ud83d\\ude00");
  for (size_t size = 0; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    const std::string prefix = whole.substr(0, size);
    const WireAnswer ended(WithLength(kJson, prefix));
    Check(gateway.Complete(ended), {"ended", ended, kProtocol, ""});
    const WireAnswer cut(ChunkedCut(kJson, prefix));
    Check(gateway.Complete(cut), {"cut", cut, kCut, ""});
  }
}

// Framing and all.
TEST(HostileTruncation, OfTheConnectionsBytes) {
  HostileGateway gateway;
  const std::string whole = WithLength(kJson, Completion("hi"));
  for (size_t size = 0; size < whole.size(); ++size) {
    SCOPED_TRACE(size);
    const WireAnswer answer(whole.substr(0, size));
    const Expected expected = size <= whole.find('\n') ? kUnreachable : kCut;
    Check(gateway.Complete(answer), {"closed", answer, expected, ""});
  }
}

// What a reset leaves unread is lost; what was delivered is a beginning, and never a success.
TEST(HostileTruncation, ByAResetKeepsABeginning) {
  HostileGateway gateway;
  const CutStream stream("\n");
  const std::string all = stream.TextOf(stream.bytes().size(), CutStream::By::kEnd);
  for (size_t size = 0; size < stream.finished_at(); size += 7) {
    SCOPED_TRACE(size);
    const Heard heard = gateway.Stream(
        WireAnswer(ChunkedCut(kEvents, stream.bytes().substr(0, size)), WireAnswer::End::kReset));
    EXPECT_EQ(heard.result.code, grpc::UNAVAILABLE);
    EXPECT_TRUE(heard.result == kCut || (heard.text.empty() && heard.result == kUnreachable))
        << heard.result << ": " << heard.message;
    EXPECT_TRUE(all.starts_with(heard.text)) << heard.text;
    CheckError(heard);
  }
}

}  // namespace
}  // namespace inferwire::e2e::hostile
