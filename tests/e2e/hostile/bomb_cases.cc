#include "hostile/bomb_cases.h"

#include "hostile/wire_text.h"
#include "support/scripted_server.h"

namespace inferwire::e2e::hostile {
namespace {

using Piece = WireAnswer::Piece;

constexpr size_t kMegabyte = 1'000'000;

// Head, start, then the unit until there are so many bytes of it, then the end. Units are sent 64
// KiB at a time.
WireAnswer Body(std::string head, std::string_view start, std::string_view unit, size_t bytes,
                std::string_view end = "") {
  constexpr size_t kBlock = 64 * 1024;
  const std::string block = Repeat(unit, std::max<size_t>(1, kBlock / unit.size()));
  WireAnswer answer;
  answer.pieces = {Piece{std::move(head) + std::string(start)},
                   Piece{block, bytes / block.size() + 1}, Piece{std::string(end)}};
  return answer;
}

WireAnswer Json(std::string_view start, std::string_view unit, size_t bytes,
                std::string_view end = "") {
  return Body(Head(kJson), start, unit, bytes, end);
}

WireAnswer Events(std::string_view start, std::string_view unit, size_t bytes,
                  std::string_view end = "") {
  return Body(Head(kEvents), start, unit, bytes, end);
}

// Deflate: "x", and then 2064 more of them for every 13 bytes (eight copies of length 258).
WireAnswer Gzip(std::string_view coding_header, size_t unpacked) {
  const auto pack = [](const std::string& bits) {
    std::string bytes(bits.size() / 8, '\0');
    for (size_t i = 0; i < bits.size(); ++i) {
      if (bits[i] == '1') bytes[i / 8] = static_cast<char>(bytes[i / 8] | (1 << (i % 8)));
    }
    return bytes;
  };
  const std::string copy = "1100010100000";  // length 258, distance 1
  const std::string begin =
      "0"
      "10"
      "10101000" +
      copy;  // fixed codes, then "x"
  const std::string head = Head(kJson, coding_header) + Bytes("\x1F\x8B\x08\0\0\0\0\0\0\3");
  return Body(head, pack(begin), pack(Repeat(copy, 8)), unpacked / 2064 * 13);
}

std::string Middle(std::string_view name) {
  std::string json = Completion("hi");
  json.pop_back();
  return json + ",\"" + std::string(name) + "\":";
}

}  // namespace

std::vector<Bomb> Bombs() {
  const std::string delta = Delta(std::string(1000, 'x'));
  return {
      {"100 MB string", Rpc::kComplete, Json("{\"id\":\"", "x", 100 * kMegabyte), kTooLarge},
      {"100 MB of garbage", Rpc::kComplete, Json("", "x", 100 * kMegabyte), kProtocol},
      {"100 MB of zeros", Rpc::kComplete, Json("", std::string(1, '\0'), 100 * kMegabyte),
       kProtocol},
      {"100 MB of invalid UTF-8", Rpc::kComplete, Json("{\"id\":\"", "\xFF", 100 * kMegabyte),
       kProtocol},
      {"100 MB of numbers", Rpc::kComplete, Json(Middle("x") + "[0", ",0", 100 * kMegabyte),
       kTooLarge},
      {"100 MB announced", Rpc::kComplete,
       Body(Head(kJson, "Content-Length: 100000000\r\n"), "{", " ", 100 * kMegabyte), kTooLarge},
      {"100 MB page", Rpc::kComplete, Body(Head("text/html"), "<html>", "<p>", 100 * kMegabyte),
       kProtocol},
      {"depth 10^6 of lists", Rpc::kComplete, Json("", "[", kMegabyte), kTooLarge},
      {"depth 10^6 of objects", Rpc::kComplete, Json("", "{\"a\":", 5 * kMegabyte), kTooLarge},
      {"depth 10^6 within a completion", Rpc::kComplete,
       Json(Middle("x"), "[{\"a\":", 6 * kMegabyte), kTooLarge},
      {"8 million empty objects", Rpc::kComplete, Json("[{}", ",{}", 24 * kMegabyte, "]"),
       kTooLarge},
      {"8 million empty choices", Rpc::kComplete,
       Json("{\"choices\":[{}", ",{}", 24 * kMegabyte, "]}"), kTooLarge},
      {"8 million empty unknown objects", Rpc::kComplete,
       Json(Middle("x") + "[{}", ",{}", 24 * kMegabyte, "]}"), kTooLarge},
      {"million empty choices", Rpc::kComplete,
       Json(Middle("choices") + "[{}", ",{}", 2'900'000, "]}"), kFine},
      {"million empty log probabilities", Rpc::kComplete,
       Json("{\"id\":\"a\",\"choices\":[{\"logprobs\":{\"content\":[{}", ",{}", 2'900'000, "]}}]}"),
       kProtocol},
      {"300 thousand empty choices in an event", Rpc::kStream,
       Events("data: {\"choices\":[{}", ",{}", 950'000, "]}\n\n"), kCut},
      {"33 MiB string", Rpc::kComplete, Json(Middle("x") + "\"", "x", 33 << 20, "\"}"), kTooLarge},
      {"33 MiB of escapes", Rpc::kComplete, Json(Middle("x") + "\"", "\\u0000", 33 << 20, "\"}"),
       kTooLarge},
      {"33 MiB member name", Rpc::kComplete, Json("{\"", "x", 33 << 20, "\":1}"), kTooLarge},
      {"31 MiB number", Rpc::kComplete, Json("", "9", 31 << 20), kProtocol},
      {"gzip of 1 GB", Rpc::kComplete, Gzip("Content-Encoding: gzip\r\n", 1000 * kMegabyte),
       kProtocol},
      {"gzip of 1 GB as transfer coding", Rpc::kComplete,
       Gzip("Transfer-Encoding: gzip\r\n", 1000 * kMegabyte), kProtocol},
      {"100 MB of headers", Rpc::kComplete,
       Body("HTTP/1.1 200 OK\r\n", "", "X-Filler: x\r\n", 100 * kMegabyte), kProtocol},
      {"100 MB header", Rpc::kComplete,
       Body("HTTP/1.1 200 OK\r\nX-Filler: ", "", "x", 100 * kMegabyte), kProtocol},
      {"100 MB of interim answers", Rpc::kComplete,
       Body("", "", "HTTP/1.1 100 Continue\r\n\r\n", 100 * kMegabyte), kProtocol},
      {"100 MB error", Rpc::kComplete,
       Body(Head(kJson, "", "500 x"), "{\"error\":{\"message\":\"", "x", 100 * kMegabyte), kFailed},
      {"100 MB chunk extension", Rpc::kComplete,
       Body(Head(kJson, "Transfer-Encoding: chunked\r\n"), "2;", "x", 100 * kMegabyte), kCut},
      {"100 MB line", Rpc::kStream, Events("data: ", "x", 100 * kMegabyte), kTooLarge},
      {"100 MB line after text", Rpc::kStream, Events(Delta("hi") + "data: ", "x", 100 * kMegabyte),
       kTooLarge},
      {"100 MB of data lines", Rpc::kStream, Events("", "data: {}\n", 100 * kMegabyte), kTooLarge},
      {"100 MB of comments", Rpc::kStream, Events("", ": x\n\n", 100 * kMegabyte), kTooLarge},
      {"100 MB of empty lines", Rpc::kStream, Events("", "\n", 100 * kMegabyte), kTooLarge},
      {"100 MB of text", Rpc::kStream, Events("", delta, 100 * kMegabyte), kTooLarge},
      {"100 MB without events", Rpc::kStream,
       Body(Head(kJson), "{\"error\":\"", "x", 100 * kMegabyte), kTooLarge},
      {"depth 10^6 in an event", Rpc::kStream, Events("data: {\"a\":", "[", kMegabyte), kCut},
      {"100 MB announced stream", Rpc::kStream,
       Body(Head(kEvents, "Content-Length: 100000000\r\n"), "", "\n", 100 * kMegabyte), kTooLarge},
      {"100 MB announced raw", Rpc::kInvoke,
       Body(Head(kJson, "Content-Length: 100000000\r\n"), "", "x", 100 * kMegabyte), kTooLarge},
      {"100 MB raw stream", Rpc::kStreamInvoke, Body(Head("x/y"), "", "x", 100 * kMegabyte),
       kTooLarge},
      {"100 MB line in a raw stream", Rpc::kStreamInvoke, Events("data: ", "x", 100 * kMegabyte),
       kTooLarge},
  };
}

}  // namespace inferwire::e2e::hostile
