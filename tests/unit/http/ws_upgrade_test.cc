#include "http/ws_upgrade.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace inferwire::http {
namespace {

using Status = UpgradeAnswer::Status;

constexpr std::string_view kGood =
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

UpgradeAnswer NewAnswer(size_t head = 1024, size_t body = 1024) {
  return {WebSocketAccept("dGhlIHNhbXBsZSBub25jZQ=="), head, body};
}

// RFC 6455, section 1.3.
TEST(WsUpgrade, MakesTheKeyAndAcceptOfTheStandard) {
  EXPECT_EQ(WebSocketKey("the sample nonce"), "dGhlIHNhbXBsZSBub25jZQ==");
  EXPECT_EQ(WebSocketAccept("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WsUpgrade, TakesUrlsApart) {
  const auto plain = ParseWebSocketUrl("http://host/v1/realtime?model=m#part");
  ASSERT_TRUE(plain);
  EXPECT_FALSE(plain->secure);
  EXPECT_EQ(plain->host, "host");
  EXPECT_EQ(plain->port, 80);
  EXPECT_EQ(plain->target, "/v1/realtime?model=m");
  const auto v6 = ParseWebSocketUrl("https://[fd00::7]:8443");
  ASSERT_TRUE(v6);
  EXPECT_TRUE(v6->secure);
  EXPECT_EQ(v6->host, "fd00::7");
  EXPECT_EQ(v6->authority, "[fd00::7]:8443");
  EXPECT_EQ(v6->port, 8443);
  EXPECT_EQ(v6->target, "/");
  EXPECT_EQ(ParseWebSocketUrl("https://host?q")->target, "/?q");
  for (const char* wrong :
       {"", "ftp://host/", "https://", "https:///x", "https://user@host/", "https://host:0/",
        "https://host:99999/", "https://host:x/", "https://[fd00::7/", "https://[fd00::7]x/",
        "https://host/a b", "https://host/a\r\nX: y"}) {
    EXPECT_FALSE(ParseWebSocketUrl(wrong)) << wrong;
  }
}

TEST(WsUpgrade, AsksInLinesThatAServerKnows) {
  const std::string text = UpgradeText(*ParseWebSocketUrl("https://host:8443/x?y=z"), "KEY",
                                       {"Authorization: Bearer secret"});
  EXPECT_EQ(
      text,
      "GET /x?y=z HTTP/1.1\r\nHost: host:8443\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: KEY\r\nAccept-Encoding: identity\r\n"
      "Authorization: Bearer secret\r\n\r\n");
}

TEST(WsUpgrade, OpensAtEverySplitAndKeepsWhatFollows) {
  const std::string all =
      "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + std::string(kGood) + "frame";
  for (size_t at = 0; at < all.size() - 5; ++at) {
    UpgradeAnswer answer = NewAnswer();
    ASSERT_EQ(answer.Feed(all.substr(0, at)), Status::kNeedMore) << at;
    ASSERT_EQ(answer.Feed(all.substr(at)), Status::kOpen) << at;
    EXPECT_EQ(answer.rest(), "frame");
    EXPECT_FALSE(answer.headers().Has("link"));
  }
}

TEST(WsUpgrade, BreaksOnAWrongUpgrade) {
  const auto with = [](std::string_view from, std::string_view to) {
    std::string text(kGood);
    return text.replace(text.find(from), from.size(), to);
  };
  for (const std::string& wrong :
       {with("s3pP", "s3pQ"), with("websocket", "h2c"), with(": Upgrade", ": close"),
        with("Sec-WebSocket-Accept", "X"),
        with("\r\n\r\n", "\r\nSec-WebSocket-Protocol: x\r\n\r\n"),
        with("\r\n\r\n", "\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n"),
        with("HTTP/1.1", "HTTP/2"), with("101 ", "1o1 "), with("Upgrade: w", " Upgrade: w"),
        with("Upgrade: w", "Upgrade w"), with("websocket", std::string_view("web\0socket", 10)),
        std::string("\r\n\r\n")}) {
    UpgradeAnswer answer = NewAnswer();
    EXPECT_EQ(answer.Feed(wrong), Status::kBroken) << wrong;
    EXPECT_FALSE(answer.problem().empty());
  }
}

TEST(WsUpgrade, BoundsTheHead) {
  UpgradeAnswer answer = NewAnswer(100);
  EXPECT_EQ(answer.Feed("HTTP/1.1 101 Switching Protocols\r\nX: "), Status::kNeedMore);
  EXPECT_EQ(answer.Feed(std::string(100, 'x')), Status::kBroken);
}

TEST(WsUpgrade, ReadsARefusalHoweverItsBodyEnds) {
  const std::string head = "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 7\r\n";
  const std::vector<std::string> complete = {
      head + "Content-Length: 5\r\n\r\nbusy!",
      head + "Transfer-Encoding: chunked\r\n\r\n2\r\nbu\r\n3;x=y\r\nsy!\r\n0\r\n\r\n"};
  for (const std::string& all : complete) {
    for (size_t at = 0; at <= all.size(); ++at) {
      UpgradeAnswer answer = NewAnswer();
      Status status = answer.Feed(all.substr(0, at));
      if (status == Status::kNeedMore) status = answer.Feed(all.substr(at));
      ASSERT_EQ(status, Status::kRefused) << at;
      EXPECT_EQ(answer.status(), 429);
      EXPECT_EQ(answer.headers().Get("retry-after"), "7");
      EXPECT_EQ(answer.body(), "busy!");
    }
  }
  UpgradeAnswer answer = NewAnswer();
  EXPECT_EQ(answer.Feed(head + "\r\nbusy"), Status::kNeedMore);
  EXPECT_EQ(answer.Feed("!"), Status::kNeedMore);
  EXPECT_EQ(answer.End(), Status::kRefused);
  EXPECT_EQ(answer.body(), "busy!");
}

TEST(WsUpgrade, KeepsNoMoreOfARefusalThanIsAllowed) {
  for (const std::string& framing :
       {std::string("\r\n"), std::string("Content-Length: 10000\r\n\r\n"),
        std::string("Transfer-Encoding: chunked\r\n\r\nffff\r\n")}) {
    UpgradeAnswer answer = NewAnswer(1024, 8);
    EXPECT_EQ(answer.Feed("HTTP/1.1 500 No\r\n" + framing + std::string(100, 'b')),
              Status::kRefused);
    EXPECT_EQ(answer.body(), "bbbbbbbb");
  }
}

TEST(WsUpgrade, ARefusalMayHaveNoBody) {
  UpgradeAnswer answer = NewAnswer();
  EXPECT_EQ(answer.Feed("HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n"), Status::kRefused);
  EXPECT_EQ(answer.body(), "");
}

TEST(WsUpgrade, BreaksWhereTheBodysLengthIsNonsense) {
  for (const char* framing : {"Content-Length: -1\r\n\r\n", "Content-Length: 1, 1\r\n\r\n",
                              "Transfer-Encoding: chunked\r\n\r\nxyz\r\n",
                              "Transfer-Encoding: chunked\r\n\r\nfffffffffffffff\r\n"}) {
    UpgradeAnswer answer = NewAnswer();
    EXPECT_EQ(answer.Feed(std::string("HTTP/1.1 500 No\r\n") + framing), Status::kBroken)
        << framing;
  }
}

TEST(WsUpgrade, AnEndBeforeTheHeadIsNoAnswer) {
  UpgradeAnswer answer = NewAnswer();
  EXPECT_EQ(answer.Feed("HTTP/1.1 101"), Status::kNeedMore);
  EXPECT_EQ(answer.End(), Status::kBroken);
}

}  // namespace
}  // namespace inferwire::http
