// Bodies that are compressed although nothing asked for it.
#include <brotli/encode.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <string>
#include <vector>

#include "http/content_decoder.h"
#include "support/scripted_server.h"
#include "unit/http/driver.h"

namespace inferwire::http {
namespace {

constexpr int kGzip = 16 + MAX_WBITS, kZlib = MAX_WBITS, kBare = -MAX_WBITS;

std::string Compress(std::string_view text, int window) {
  z_stream zlib{};
  deflateInit2(&zlib, Z_BEST_COMPRESSION, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&zlib, text.size()), '\0');
  zlib.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  zlib.avail_in = static_cast<uInt>(text.size());
  zlib.next_out = reinterpret_cast<Bytef*>(out.data());
  zlib.avail_out = static_cast<uInt>(out.size());
  deflate(&zlib, Z_FINISH);
  out.resize(zlib.total_out);
  deflateEnd(&zlib);
  return out;
}

std::string Brotli(std::string_view text) {
  size_t size = BrotliEncoderMaxCompressedSize(text.size());
  std::string out(size, '\0');
  BrotliEncoderCompress(9, BROTLI_DEFAULT_WINDOW, BROTLI_MODE_TEXT, text.size(),
                        reinterpret_cast<const uint8_t*>(text.data()), &size,
                        reinterpret_cast<uint8_t*>(out.data()));
  out.resize(size);
  return out;
}

// What becomes of a body that comes in pieces of this size; "?" behind it: broken, or not complete.
std::string Decode(std::string_view coding, std::string_view body, size_t piece) {
  const auto decoder = ContentDecoder::For(coding);
  if (!decoder) return "not undone";
  std::string out;
  for (size_t at = 0; at < body.size(); at += piece) {
    std::string_view input = body.substr(at, piece);
    for (std::string_view more; !(more = decoder->Next(input)).empty();) out += more;
    if (decoder->broken()) break;
    EXPECT_TRUE(input.empty());
  }
  return decoder->complete() ? out : out + "?";
}

TEST(ContentDecoder, UndoesEachCodingHoweverItIsCut) {
  std::string text;
  for (int i = 0; i < 20'000; ++i) text += std::to_string(i) + "\n";
  const std::string twice = Compress("one,", kGzip) + Compress("two", kGzip);
  const struct {
    std::string coding, body, want;
  } cases[] = {
      {"gzip", Compress(text, kGzip), text},
      {"x-gzip", Compress(text, kGzip), text},
      {"GZip", Compress("a", kGzip), "a"},
      {"identity, gzip", Compress("a", kGzip), "a"},
      {" gzip ,", Compress("a", kGzip), "a"},
      {"deflate", Compress(text, kZlib), text},
      {"deflate", Compress(text, kBare), text},
      {"br", Brotli(text), text},
      {"gzip", Compress("", kGzip), ""},
      {"gzip", "", ""},
      {"gzip", twice, "one,two"},
      {"gzip", Compress("a", kGzip) + std::string(512, '\0'), "a"},
      {"deflate", Compress("a", kZlib) + "\n", "a"},
      {"br", Brotli("a") + "\n", "a"},
      {"gzip", "{\"never\": \"compressed\"}", "{\"never\": \"compressed\"}"},
      {"gzip, br", "a", "not undone"},
      {"zstd", "a", "not undone"},
      {"identity", "a", "not undone"},
      {"", "a", "not undone"},
  };
  for (const auto& one : cases) {
    for (const size_t piece : {size_t{1}, size_t{7}, size_t{1024}, one.body.size() + 1}) {
      EXPECT_EQ(Decode(one.coding, one.body, piece), one.want) << one.coding << ' ' << piece;
    }
  }
}

TEST(ContentDecoder, SaysWhatIsCutOrBroken) {
  std::string text;
  for (int i = 0; i < 2'000; ++i) text += std::to_string(i);
  for (const auto& [coding, body] :
       {std::pair("gzip", Compress(text, kGzip)), std::pair("deflate", Compress(text, kZlib)),
        std::pair("br", Brotli(text))}) {
    for (const size_t keep : {size_t{1}, size_t{3}, body.size() / 2, body.size() - 1}) {
      EXPECT_TRUE(Decode(coding, body.substr(0, keep), 100).ends_with('?')) << coding << keep;
    }
    std::string broken = body;
    for (size_t i = broken.size() / 2; i < broken.size(); ++i) broken[i] = '\x5a';
    EXPECT_TRUE(Decode(coding, broken, 100).ends_with('?')) << coding;
  }
}

// Sends one request to a server that gives this answer.
Recorder Ask(Driver& driver, const std::string& answer, std::string method = "POST") {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(answer);
  });
  Recorder recorder;
  driver.transfers.Start(driver.To(server.Url(), "", std::move(method)), recorder);
  driver.UntilEnd(recorder);
  return recorder;
}

TEST(TransfersCoding, TheSinkHearsNothingOfACodingThatIsUndone) {
  Driver driver;
  const std::string body = Compress("{\"ok\":true}", kGzip);
  const Recorder recorder = Ask(driver, Answer(body, "Content-Encoding: gzip\r\nX-Other: 1\r\n"));
  ASSERT_TRUE(recorder.ok()) << recorder.outcome->message;
  EXPECT_EQ(recorder.body, "{\"ok\":true}");
  EXPECT_FALSE(recorder.headers.Has("content-encoding"));
  EXPECT_FALSE(recorder.headers.Has("content-length")) << "it is the encoded one";
  EXPECT_EQ(recorder.headers.Get("x-other"), "1");
}

TEST(TransfersCoding, OneThatIsNotUndoneIsLeftToTheSink) {
  Driver driver;
  const Recorder recorder = Ask(driver, Answer("zzz", "Content-Encoding: zstd\r\n"));
  ASSERT_TRUE(recorder.ok());
  EXPECT_EQ(recorder.body, "zzz");
  EXPECT_EQ(recorder.headers.Get("content-encoding"), "zstd");
}

TEST(TransfersCoding, AHeadWithoutABodyIsComplete) {
  Driver driver;
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 9\r\n\r\n";
  EXPECT_TRUE(Ask(driver, head, "HEAD").ok());
  EXPECT_TRUE(Ask(driver, Answer("", "Content-Encoding: gzip\r\n")).ok());
}

TEST(TransfersCoding, AStreamArrivesAsItIsSent) {
  z_stream zlib{};
  deflateInit2(&zlib, Z_BEST_COMPRESSION, Z_DEFLATED, kGzip, 8, Z_DEFAULT_STRATEGY);
  const auto more = [&](std::string event, int flush) {
    std::string out(1000, '\0');
    zlib.next_in = reinterpret_cast<Bytef*>(event.data());
    zlib.avail_in = static_cast<uInt>(event.size());
    zlib.next_out = reinterpret_cast<Bytef*>(out.data());
    zlib.avail_out = static_cast<uInt>(out.size());
    deflate(&zlib, flush);
    out.resize(out.size() - zlib.avail_out);
    return Chunk(out);
  };
  Driver driver;
  Recorder recorder;
  Signal next;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n");
    peer.Send(more("data: 1\n\n", Z_SYNC_FLUSH));
    next.Wait();
    peer.Send(more("data: 2\n\n", Z_FINISH) + std::string(kLastChunk));
  });
  driver.transfers.Start(driver.To(server.Url()), recorder);
  driver.Until([&] { return recorder.body == "data: 1\n\n"; });
  EXPECT_FALSE(recorder.ended());
  next.Set();
  driver.UntilEnd(recorder);
  EXPECT_TRUE(recorder.ok());
  EXPECT_EQ(recorder.body, "data: 1\n\ndata: 2\n\n");
  deflateEnd(&zlib);
}

TEST(TransfersCoding, ABrokenOneIsAProtocolFailure) {
  Driver driver;
  const std::string whole = Compress("{\"ok\":true}", kGzip);
  for (const std::string& body : {whole.substr(0, 15), "\x1f" + whole}) {
    const Recorder recorder = Ask(driver, Answer(body, "Content-Encoding: gzip\r\n"));
    EXPECT_EQ(recorder.outcome->failure, Failure::kProtocol);
    EXPECT_EQ(recorder.outcome->message, "the body is not what its content coding says");
  }
}

// 100 MB in 100 kB. The observer takes what it likes and says when it is enough.
class Bomb : public testing::Test {
 protected:
  Bomb()
      : answer_(Answer(Compress(std::string(kBytes, 'x'), kGzip), "Content-Encoding: gzip\r\n")) {}

  static constexpr size_t kBytes = 100'000'000;
  const std::string answer_;
};

TEST_F(Bomb, IsCountedInDecodedBytesAndStopsWhenTheSinkCancels) {
  Driver driver;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(answer_);
    peer.SawClose();
  });
  Recorder recorder;
  size_t seen = 0, largest = 0;
  Transfer* transfer = nullptr;
  recorder.on_body = [&](std::string_view bytes) {
    seen += bytes.size();
    largest = std::max(largest, bytes.size());
    if (seen > 1'000'000) driver.transfers.Cancel(transfer);
    return true;
  };
  transfer = driver.transfers.Start(driver.To(server.Url()), recorder);
  driver.Until([&] { return driver.transfers.active() == 0; });
  EXPECT_LT(seen, 1'100'000u);
  EXPECT_LE(largest, kReceiveBytes);
}

TEST_F(Bomb, DoesNotHoldTheLoop) {
  Driver driver;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(answer_);
  });
  Recorder recorder;
  size_t in_turn = 0, most = 0, total = 0;
  recorder.on_body = [&](std::string_view bytes) {
    in_turn += bytes.size();
    total += bytes.size();
    return true;
  };
  driver.transfers.Start(driver.To(server.Url()), recorder);
  driver.Until([&] {
    most = std::max(most, std::exchange(in_turn, 0));
    return recorder.ended();
  });
  EXPECT_TRUE(recorder.ok());
  EXPECT_EQ(total, kBytes);
  EXPECT_LE(most, 600'000u);
}

TEST_F(Bomb, ASlowSinkHoldsItBack) {
  Driver driver;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(Answer(Compress(std::string(3'000'000, 'x'), kGzip), "Content-Encoding: gzip\r\n"));
  });
  Recorder recorder;
  bool take = true;
  recorder.on_body = [&](std::string_view) { return take = !take; };
  Transfer* transfer = driver.transfers.Start(driver.To(server.Url()), recorder);
  driver.Until([&] {
    if (!recorder.ended()) driver.transfers.Resume(transfer);
    return recorder.ended();
  });
  EXPECT_TRUE(recorder.ok()) << recorder.outcome->message;
  EXPECT_EQ(recorder.body, std::string(3'000'000, 'x'));
}

}  // namespace
}  // namespace inferwire::http
