// Connections, status lines, headers and framing.
#include "hostile/cases.h"
#include "hostile/wire_text.h"
#include "support/scripted_server.h"

namespace inferwire::e2e::hostile {
namespace {

constexpr auto kReset = WireAnswer::End::kReset;

Case Closed(std::string name, std::string bytes, Expected expected) {
  return {std::move(name), WireAnswer(std::move(bytes)), std::move(expected), ""};
}

Cases NoHttp() {
  return {
      Closed("ClosedAtOnce", "", kUnreachable),
      {"ResetAtOnce", WireAnswer("", kReset), kUnreachable, ""},
      Closed("Ssh", "SSH-2.0-OpenSSH_9.2\r\n", kProtocol),
      Closed("Ftp", "220 ready\r\n", kProtocol),
      Closed("TlsAlert", Bytes("\x15\x03\x01\x00\x02\x02\x28"), kProtocol),
      Closed("Http2Settings", Bytes("\0\0\6\4\0\0\0\0\0\0\3\0\0\0\x64"), kProtocol),
      Closed("PageWithoutHead", "<html><title>502 Bad Gateway</title></html>", kProtocol),
      Closed("JsonWithoutHead", Completion("hi"), kProtocol),
      Closed("EventsWithoutHead", Delta("hi") + std::string(kDone), kProtocol),
      Closed("Zeros", std::string(1000, '\0'), kProtocol),
      Closed("LineEndsOnly", "\r\n\r\n\r\n", kProtocol),
      Closed("StatusOfLetters", "HTTP/1.1 abc OK\r\n\r\n{}", kProtocol),
      Closed("StatusOfOneDigit", "HTTP/1.1 2 OK\r\n\r\n{}", kProtocol),
      Closed("StatusNegative", "HTTP/1.1 -200 OK\r\n\r\n{}", kProtocol),
      Closed("StatusZero", "HTTP/1.1 000 OK\r\n\r\n{}", kProtocol),
      Closed("NoStatus", "HTTP/1.1\r\n\r\n{}", kProtocol),
      Closed("VersionNine", "HTTP/9.9 200 OK\r\n\r\n{}", kProtocol),
      Closed("IceCast", "ICY 200 OK\r\n\r\n{}", kProtocol),
  };
}

Cases CutHeads() {
  return {
      // Without a whole status line there was no answer.
      Closed("CutInProtocolName", "HTT", kUnreachable),
      Closed("CutInStatus", "HTTP/1.1 2", kUnreachable),
      Closed("CutInReason", "HTTP/1.1 200 O", kUnreachable),
      Closed("CutAfterStatusLine", "HTTP/1.1 200 OK\r\n", kCut),
      Closed("CutInHeader", "HTTP/1.1 200 OK\r\nContent-Ty", kCut),
      Closed("CutBeforeEmptyLine", "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n", kCut),
      Closed("CutAfterContinue", "HTTP/1.1 100 Continue\r\n\r\n", kCut),
      {"ResetInHeader", WireAnswer("HTTP/1.1 200 OK\r\nContent-Ty", kReset), kCut, ""},
      Closed("CutBeforeBody", Head(kJson, "Content-Length: 100\r\n"), kCut),
      {"ResetBeforeBody", WireAnswer(Head(kJson, "Content-Length: 100\r\n"), kReset), kCut, ""},
      Closed("CutBeforeFirstChunk", ChunkedCut(kJson, ""), kCut),
  };
}

Cases BadHeaders() {
  const std::string line = "X-Filler: " + std::string(1000, 'x') + "\r\n";
  return {
      Closed("HeadersOf80Kilobytes", Head(kJson, Repeat(line, 80)) + Completion("hi"), kProtocol),
      Closed("HeaderLineOf200Kilobytes",
             Head(kJson, "X-Filler: " + std::string(200'000, 'x') + "\r\n"), kProtocol),
      Closed("EndlessHeaderLine", "HTTP/1.1 200 OK\r\nX-Filler: " + std::string(1 << 20, 'x'),
             kProtocol),
      Closed("EndlessReason", "HTTP/1.1 200 " + std::string(1 << 20, 'x'), kProtocol),
      Closed("TenThousandHeaders", Head(kJson, Repeat("A: b\r\nC: d\r\n", 10'000)), kProtocol),
      Closed("EndlessContinue", Repeat("HTTP/1.1 100 Continue\r\n\r\n", 5000), kProtocol),
      Closed("NulInHeader", Head(kJson, Bytes("X-A: b\0c\r\n")) + Completion("hi"), kProtocol),
      Closed("HeaderWithoutColon", WithLength(kJson, "{}", "200 OK", "nonsense\r\n"), kProtocol),
      Closed("SwitchingProtocols", Head("", "Upgrade: h2c\r\n", "101 Switching Protocols"),
             kProtocol),
  };
}

Cases BadLengths() {
  const auto with_length = [](const std::string& length) {
    return Head(kJson, "Content-Length: " + length + "\r\n") + Completion("hi");
  };
  return {
      Closed("LengthNegative", with_length("-5"), kProtocol),
      Closed("LengthOfLetters", with_length("many"), kProtocol),
      Closed("LengthAboveInt64", with_length("18446744073709551616"), kTooLarge),
      Closed("LengthTooLong", with_length("100000"), kCut),
      Closed("LengthOfAnExabyte", with_length("1000000000000000000"), kTooLarge),
  };
}

Cases BadChunks() {
  const std::string head = Head(kJson, "Transfer-Encoding: chunked\r\n");
  return {
      Closed("ChunkSizeOfLetters", head + "size\r\n{}\r\n0\r\n\r\n", kProtocol),
      Closed("ChunkSizeNegative", head + "-5\r\n{}\r\n0\r\n\r\n", kProtocol),
      Closed("ChunkSizeMissing", head + "\r\n{}\r\n0\r\n\r\n", kProtocol),
      Closed("ChunkSizeAboveInt64", head + "fffffffffffffffff\r\n{}\r\n0\r\n\r\n", kProtocol),
      Closed("ChunkLongerThanItsSize", head + "2\r\n{}garbage\r\n0\r\n\r\n", kProtocol),
      Closed("BodyWithoutChunks", head + Completion("hi"), kProtocol),
      Closed("ChunkShorterThanItsSize", head + "ffff\r\n{}", kCut),
      Closed("CutInChunkSize", head + "2\r\n{}\r\n1", kCut),
  };
}

void Add(Cases more, Cases& cases) {
  cases.insert(cases.end(), std::make_move_iterator(more.begin()),
               std::make_move_iterator(more.end()));
}

}  // namespace

Cases HttpFaults() {
  Cases cases = NoHttp();
  for (auto more : {CutHeads(), BadHeaders(), BadLengths(), BadChunks()}) Add(more, cases);
  return cases;
}

Cases BareStatuses() {
  Cases cases;
  for (const char* status : {"301 Moved Permanently", "302 Found", "303 See Other",
                             "304 Not Modified", "307 Temporary Redirect", "308 x"}) {
    cases.push_back(Closed(status, WithLength("", "", status, "Location: http://127.0.0.1:1/x\r\n"),
                           kProtocol));
  }
  for (const char* status :
       {"201 Created", "202 Accepted", "204 No Content", "205 Reset Content", "600 x", "999 x"}) {
    cases.push_back(Closed(status, Head("", "", status), kProtocol));
  }
  return cases;
}

Cases HttpOddities() {
  const std::string body = Completion("hi");
  const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
  const std::string right = WithLength(kJson, body);
  const auto fine = [](std::string name, std::string bytes) {
    return Case{std::move(name), WireAnswer(std::move(bytes)), kFine, "hi"};
  };
  return {
      fine("WithoutReason", ReplaceAll(right, "200 OK", "200")),
      fine("WithEmptyReason", ReplaceAll(right, "200 OK", "200 ")),
      fine("ReasonNotUtf8", ReplaceAll(right, "200 OK", "200 \xFF\xFE")),
      fine("Version10", ReplaceAll(right, "HTTP/1.1", "HTTP/1.0")),
      fine("BareLineFeeds", ReplaceAll(right, "\r\n", "\n")),
      fine("UntilClose", Head(kJson) + body),
      fine("Continue", "HTTP/1.1 100 Continue\r\n\r\n" + right),
      fine("EarlyHints", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + right),
      fine("Processing", "HTTP/1.1 102 Processing\r\nX-Request-Id: other\r\n\r\n" + right),
      fine("TwentyContinues", Repeat("HTTP/1.1 100 Continue\r\n\r\n", 20) + right),
      fine("Status201", ReplaceAll(right, "200 OK", "201 Created")),
      fine("Status206", ReplaceAll(right, "200 OK", "206 Partial Content")),
      fine("Status299", ReplaceAll(right, "200 OK", "299 Fine")),
      fine("NoContentType", WithLength("", body)),
      fine("PageContentType", WithLength("text/html", body)),
      fine("ContentTypeNotUtf8", WithLength("\xFF\xFE", body)),
      fine("TypeOfMegabytes", WithLength(std::string(30'000, 'x'), body)),
      // The JSON says whether it is whole.
      fine("UnknownTransferCoding", Head(kJson, "Transfer-Encoding: nonsense\r\n") + body),
      fine("FoldedHeader", WithLength(kJson, body, "200 OK", "X-A: b\r\n  c\r\n")),
      fine("EmptyHeaderName", WithLength(kJson, body, "200 OK", ": b\r\n")),
      fine("TrailingBytes", right + "HTTP/1.1 500 Oops\r\n\r\n"),
      fine("ChunkExtension", Head(kJson, "Transfer-Encoding: chunked\r\n") +
                                 http::Chunk(body).insert(http::Chunk(body).find('\r'), ";a=b") +
                                 "0;c\r\n\r\n"),
      fine("Trailers", ChunkedCut(kJson, body) + "0\r\nX-Late: yes\r\n\r\n"),
      fine("LengthBesideChunks",
           Head(kJson, "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n") + http::Chunk(body) +
               "0\r\n\r\n"),
      fine("AbsurdLimits",
           WithLength(kJson, body, "200 OK",
                      "X-RateLimit-Limit-Requests: -1\r\nX-RateLimit-Remaining-Tokens: 1e99\r\n"
                      "X-RateLimit-Reset-Tokens: 99999999999999999999999h\r\n"
                      "X-RateLimit-Remaining-Requests: 9223372036854775808\r\n"
                      "X-RateLimit-Reset-Requests: -5s\r\n")),
      fine("BadRequestId", WithLength(kJson, body, "200 OK", "X-Request-Id: \xFF\x80 \t?\r\n")),
      fine("LongRequestId",
           WithLength(kJson, body, "200 OK", "X-Request-Id: " + std::string(9000, 'a') + "\r\n")),
  };
}

}  // namespace inferwire::e2e::hostile
