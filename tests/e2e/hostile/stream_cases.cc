// Streams whose syntax or end is not what it should be. The text is "Hello" unless it was cut.
#include "hostile/cases.h"
#include "hostile/wire_text.h"

namespace inferwire::e2e::hostile {
namespace {

using End = WireAnswer::End;

std::string Whole() { return Delta("Hel") + Delta("lo") + Finish() + Usage() + std::string(kDone); }

Case Fine(std::string name, const std::string& body, std::string text = "Hello") {
  return {std::move(name), WireAnswer(Chunked(kEvents, body)), kFine, std::move(text)};
}

Case Bad(std::string name, const std::string& body, Expected expected, std::string text = "") {
  return {std::move(name), WireAnswer(Chunked(kEvents, body)), std::move(expected),
          std::move(text)};
}

// After some text any breakdown is a cut.
Case CutAfterHel(std::string name, const std::string& rest) {
  return Bad(std::move(name), Delta("Hel") + rest, kCut, "Hel");
}

std::string WithLineEnds(std::string_view end) { return ReplaceAll(Whole(), "\n", end); }

std::string MixedLineEnds() {
  // No LF directly after a CR, which would be one end and not two.
  constexpr std::string_view kPairs[] = {"\n\r\n", "\r\n\r", "\r\r\n", "\r\r", "\n\r"};
  std::string mixed;
  size_t pairs = 0;
  const std::string whole = Whole();
  for (size_t begin = 0; begin < whole.size();) {
    const size_t end = whole.find("\n\n", begin);
    mixed.append(whole, begin, end - begin).append(kPairs[pairs++ % std::size(kPairs)]);
    begin = end + 2;
  }
  return mixed;
}

std::string OnLines(std::string json) {
  return "data: " + ReplaceAll(std::move(json), ",\"", ",\ndata: \"") + "\n\n";
}

}  // namespace

Cases StreamSyntax() {
  const std::string whole = Whole();
  const std::string rest = Delta("lo") + Finish() + std::string(kDone);
  const std::string long_line(8 << 20, 'x');
  const auto with = [&](std::string name, const std::string& inserted) {
    return Fine(std::move(name), Delta("Hel") + inserted + rest);
  };
  Cases cases = {
      Fine("LineFeeds", whole),
      Fine("CarriageReturns", WithLineEnds("\r")),
      Fine("Both", WithLineEnds("\r\n")),
      Fine("Mixed", MixedLineEnds()),
      Fine("ByteOrderMark", "\xEF\xBB\xBF" + whole),
      Fine("LeadingEmptyLines", "\n\r\n\r" + whole),
      Fine("NoSpaceAfterColon", ReplaceAll(whole, "data: ", "data:")),
      Fine("ManySpaces", ReplaceAll(whole, "data: ", "data:   \t")),
      Fine("SpacesAtLineEnds", ReplaceAll(whole, "\n\n", "  \t\n\n")),
      Fine("DataOnSeveralLines",
           OnLines(DeltaJson("Hel")) + OnLines(DeltaJson("lo")) + Finish() + std::string(kDone)),
      Fine("IdsAndRetries", ReplaceAll(whole, "data:", "id: 7\nretry: 10\ndata:")),
      Fine("IdWithNul", ReplaceAll(whole, "data:", Bytes("id: a\0b\ndata:"))),
      Fine("NamedEvents", ReplaceAll(whole, "data:", "event: message\ndata:")),
      Fine("UnknownEventNames", ReplaceAll(whole, "data:", "event: \xFF\xFE\ndata:")),
      with("Comments", ": keep-alive\n\n:\n\n:::\n\n"),
      with("CommentWithNul", Bytes(":\0\0\n\n")),
      with("ThousandComments", Repeat(": OPENROUTER PROCESSING\n\n", 1000)),
      with("UnknownFields", "nonsense: 1\nx\n\n"),
      with("EmptyData", "data\n\ndata:\n\ndata: \n\n"),
      with("EventWithoutData", "event: ping\n\n"),
      with("ByteOrderMarkInside", "\xEF\xBB\xBF: not the first line\n\n"),
      with("ThousandEmptyLines", std::string(1000, '\n')),
      {"UntilClose", WireAnswer(Head(kEvents) + whole), kFine, "Hello"},
      {"NoContentType", WireAnswer(Chunked("", whole)), kFine, "Hello"},
      {"TextContentType", WireAnswer(Chunked("text/plain", whole)), kFine, "Hello"},
      {"JsonContentType", WireAnswer(Chunked(kJson, whole)), kFine, "Hello"},
      {"UpperCaseContentType", WireAnswer(Chunked("TEXT/EVENT-STREAM", whole)), kFine, "Hello"},
      CutAfterHel("NulInData", Event(std::string("{\"id\":\"\0\"}", 10)) + rest),
      with("LineOf8Megabytes", "data: " + long_line + "\n\n"),
      with("CommentOf8Megabytes", ": " + long_line + "\n\n"),
      with("EventOf8MegabytesInShortLines", Repeat("data: 12345678\n", 600'000) + "\n"),
      Fine("DeltaOf8Megabytes", Event(DeltaJson(long_line)) + Finish(), long_line),
      Bad("LineOf30Megabytes", Delta("Hel") + "data: " + Repeat(long_line, 4) + "\n\n" + rest,
          kTooLarge, "Hel"),
      CutAfterHel("LineWithoutEnd", "data: " + long_line),
      Fine("LineOf8MegabytesFirst", "data: " + long_line + "\n\n" + rest, "lo"),
      Bad("LineWithoutEndFirst", long_line, kCut),
  };
  WireAnswer bytewise;
  bytewise.pieces.push_back({Head(kEvents)});
  for (const char byte : "\xEF\xBB\xBF" + WithLineEnds("\r\n")) {
    bytewise.pieces.push_back({std::string(1, byte)});
  }
  cases.push_back({"ByteByByte", bytewise, kFine, "Hello"});
  return cases;
}

Cases StreamEnds() {
  const std::string text = Delta("Hel") + Delta("lo");
  const std::string done(kDone);
  const std::string finished = text + Finish();
  Cases cases = {
      Fine("NoDone", finished),
      Fine("NoDoneNoEmptyLine", finished.substr(0, finished.size() - 2)),
      Fine("DoneWithoutEmptyLine", finished + "data: [DONE]"),
      Fine("DoneCut", finished + "data: [DO"),
      Fine("UsageCut", finished + Usage().substr(0, 60)),
      Fine("DoneTwice", finished + done + done),
      Fine("TextAfterDone", finished + done + Delta("never")),
      Fine("GarbageAfterDone", finished + done + "data: {{{\n\n\xFF\xFF"),
      Fine("ErrorAfterDone", finished + done + Event(R"({"error":{"message":"late"}})")),
      Fine("LineOf8MegabytesAfterDone", finished + done + std::string(8 << 20, 'x')),
      Fine("TextAfterFinish", Delta("Hel") + Finish() + Delta("lo") + done),
      Bad("OnlyDone", done, kProtocol),
      Fine("OnlyARole", Event(R"({"choices":[{"index":0,"delta":{"role":"assistant"}}]})") + done,
           ""),
      Bad("OnlyUsage", Usage() + done, kCut),
      Fine("EmptyButFinished", Finish() + done, ""),
      Fine("QuotedDone", finished + "data: \"[DONE]\"\n\n"),
      Fine("DoneInOtherLetters", finished + "data: [Done]\n\n" + "data: {{{\n\n"),
      Fine("DoneAsAnEvent", finished + "event: done\ndata: {}\n\n" + "data: {{{\n\n"),
      Fine("NullAtTheEnd", finished + "data: null\n\n"),
      Fine("BrokenEventAfterFinish", finished + "data: {\"x\":\n\n" + done),
      Fine("KeepAlivesAsData", Delta("Hel") + "data: : OPENROUTER PROCESSING\n\n" +
                                   "event: ping\ndata: ping\n\ndata: {}\n\n" + Delta("lo") +
                                   Finish() + done),
      Bad("ErrorAfterFinish", finished + Event(R"({"error":{"message":"late"}})"), kCut, "Hello"),
      Fine("FinishedTwice", finished + Finish("\"length\"") + done),
      {"NoTerminatorAfterDone", WireAnswer(ChunkedCut(kEvents, finished + done)), kFine, "Hello"},
      {"NoTerminatorAfterFinish", WireAnswer(ChunkedCut(kEvents, finished)), kCut, "Hello"},
      {"NoTerminatorAfterUsage", WireAnswer(ChunkedCut(kEvents, finished + Usage())), kCut,
       "Hello"},
      {"UntilCloseAfterFinish", WireAnswer(Head(kEvents) + finished), kFine, "Hello"},
      {"LengthTooLong", WireAnswer(Head(kEvents, "Content-Length: 99999\r\n") + finished), kCut,
       "Hello"},
      {"LengthTooLongAfterDone",
       WireAnswer(Head(kEvents, "Content-Length: 99999\r\n") + finished + done), kFine, "Hello"},
      {"BrokenChunkAfterFinish", WireAnswer(ChunkedCut(kEvents, finished) + "zz\r\n"), kCut,
       "Hello"},
      {"BrokenChunk", WireAnswer(ChunkedCut(kEvents, text) + "zz\r\n"), kCut, "Hello"},
      {"ChunkSizeAboveInt64", WireAnswer(ChunkedCut(kEvents, text) + "fffffffffffffffff\r\n"), kCut,
       "Hello"},
      {"LengthTooShort",
       WireAnswer(Head(kEvents, "Content-Length: " + std::to_string(text.size() - 40) + "\r\n") +
                  text),
       kCut, "Hel"},
      Bad("DoneWithoutFinish", text + done, kCut, "Hello"),
      Bad("DoneInSmallLetters", text + "data: [done]\n\n", kCut, "Hello"),
      Bad("NullFinish", text + Finish("null") + done, kCut, "Hello"),
      Bad("EmptyFinish", text + Finish("\"\"") + done, kCut, "Hello"),
      Bad("NoEnd", text, kCut, "Hello"),
      Bad("SecondChoiceNeverFinishes",
          ReplaceAll(Delta("He"), "\"index\":0", "\"index\":1") + finished + done, kCut, "HeHello"),
      Bad("Nothing", "", kCut),
      Bad("OnlyComments", ": OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n", kCut),
      Bad("OnlyEmptyLines", "\n\n\n\n", kCut),
      Bad("Page", "<html><title>502 Bad Gateway</title></html>", kProtocol),
      Fine("CompletionInOnePiece", Completion("Hello")),
      Bad("List", "[1,2,3]", kProtocol),
  };
  for (const char* type : {"", "application/json", "text/html", "text/plain"}) {
    for (const auto& [name, body] :
         {std::pair{"Nothing", std::string()}, std::pair{"Completion", Completion("Hello")},
          std::pair{"Page", std::string("<html><title>502</title></html>")},
          std::pair{"Text", std::string("no healthy upstream")}}) {
      const bool fine = body == Completion("Hello");
      cases.push_back({std::string(name) + " as " + type, WireAnswer(WithLength(type, body)),
                       fine ? kFine : kProtocol, fine ? "Hello" : ""});
    }
  }
  for (const char* coding : {"gzip", "br"}) {
    const std::string header = std::string("Content-Encoding: ") + coding + "\r\n";
    cases.push_back({std::string("Encoded ") + coding,
                     WireAnswer(WithLength(kEvents, "\x1F\x8B\x08", "200 OK", header)), kProtocol,
                     ""});
  }
  return cases;
}

}  // namespace inferwire::e2e::hostile
