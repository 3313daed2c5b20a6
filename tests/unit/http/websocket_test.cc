// A WebSocket over real sockets: opening, talking, every way to end.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "unit/http/ws_peer.h"

namespace inferwire::http {
namespace {

using By = WebSocketEnd::By;

class WebSockets : public testing::Test, protected WsWorld {};

TEST_F(WebSockets, CarryTextBothWays) {
  std::string head, heard;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    head = Agree(peer);
    peer.Send(ServerText("{\"type\":\"session.created\"}"));
    heard = ReadFrame(peer).payload;
    peer.Send(ServerText("answer"));
    EXPECT_EQ(ReadCloseAndAnswer(peer), CloseBytes(1000, "done"));
    EXPECT_TRUE(peer.SawClose());
  });
  Open(server.Url("http", "/v1/realtime?model=m"));
  ASSERT_TRUE(UntilOpen());
  UntilMessages(1);
  EXPECT_TRUE(socket->HasRoom());
  socket->Send("question");
  UntilMessages(2);
  socket->Close(1000, "done");
  UntilEnd();
  EXPECT_EQ(recorder.end->by, By::kClose);
  EXPECT_EQ(recorder.end->code, 1000);
  EXPECT_EQ(recorder.messages[1], "answer");
  EXPECT_EQ(heard, "question");
  EXPECT_TRUE(head.starts_with("GET /v1/realtime?model=m HTTP/1.1\r\n")) << head;
  EXPECT_EQ(HeaderOf(head, "Authorization"), "Bearer secret");
  EXPECT_GT(socket->traffic().sent, 100);
  EXPECT_GT(socket->traffic().received, 100);
  EXPECT_TRUE(driver.transfers.idle());
}

// The bytes behind the answer's head belong to the first frame, in whatever pieces they come.
TEST_F(WebSockets, ReadFramesThatCameWithTheAnswer) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    const std::string head = peer.ReadHead();
    for (const char c : SwitchingTo(head) + ServerText("first") + ServerText("second")) {
      peer.Send({&c, 1});
    }
    ReadCloseAndAnswer(peer);
  });
  Open(server.Url());
  UntilMessages(2);
  EXPECT_EQ(recorder.messages, (std::vector<std::string>{"first", "second"}));
  socket->Close(1000, "");
  UntilEnd();
}

TEST_F(WebSockets, AnswerPingsBetweenFragments) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    Agree(peer);
    peer.Send(ServerFrame(0x01, "two ") + ServerFrame(0x89, "are you there?"));
    const ClientFrame pong = ReadFrame(peer);
    EXPECT_EQ(pong.opcode, 10);
    EXPECT_EQ(pong.payload, "are you there?");
    peer.Send(ServerFrame(0x80, "parts"));
    const ClientFrame ping = ReadFrame(peer);
    EXPECT_EQ(ping.opcode, 9);
    peer.Send(ServerFrame(0x8a, ping.payload) + ServerText("after"));
    ReadCloseAndAnswer(peer);
  });
  Open(server.Url());
  UntilMessages(1);
  EXPECT_EQ(recorder.messages, (std::vector<std::string>{"two parts"}));
  socket->Ping();
  UntilMessages(2);
  socket->Close(1000, "");
  UntilEnd();
}

TEST_F(WebSockets, SayWhatUpstreamsCloseSaid) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    Agree(peer);
    peer.Send(ServerText("last") + ServerClose(1011, "sorry"));
    EXPECT_EQ(ReadFrame(peer).payload, CloseBytes(1011));
    EXPECT_TRUE(peer.SawClose());
  });
  Open(server.Url());
  UntilEnd();
  EXPECT_EQ(recorder.messages, (std::vector<std::string>{"last"}));
  EXPECT_EQ(recorder.end->by, By::kClose);
  EXPECT_EQ(recorder.end->code, 1011);
  EXPECT_EQ(recorder.end->reason, "sorry");
}

TEST_F(WebSockets, TellACutFromAClose) {
  for (const bool reset : {false, true}) {
    WsWorld world;
    ScriptedServer server([&](Listener& listener) {
      Peer peer = listener.Accept();
      Agree(peer);
      peer.Send(ServerText("one") + "\x81\x7e");
      if (reset) peer.Reset();
    });
    world.Open(server.Url());
    world.UntilEnd();
    ASSERT_TRUE(world.recorder.end) << reset;
    EXPECT_EQ(world.recorder.end->by, By::kCut);
    EXPECT_EQ(world.recorder.end->code, 1006);
  }
}

TEST_F(WebSockets, RefuseWhatNoServerMaySend) {
  struct Case {
    std::string bytes;
    uint16_t code;
  };
  const std::vector<Case> cases = {{std::string("\xc1\x01x"), 1002},
                                   {std::string("\x81\x81mmmmx"), 1002},
                                   {ServerFrame(0x82, "binary"), 1003},
                                   {ServerClose(1005), 1002},
                                   {std::string("\x81\x7f\0\0\0\0\x40\0\0\0", 10), 1009}};
  for (const Case& wrong : cases) {
    WsWorld world;
    ScriptedServer server([&](Listener& listener) {
      Peer peer = listener.Accept();
      Agree(peer);
      peer.Send(wrong.bytes);
      EXPECT_EQ(ReadFrame(peer).payload.substr(0, 2), CloseBytes(wrong.code));
    });
    world.Open(server.Url());
    world.UntilEnd();
    ASSERT_TRUE(world.recorder.end);
    EXPECT_EQ(world.recorder.end->by, By::kBroken);
    EXPECT_EQ(world.recorder.end->code, wrong.code);
  }
}

TEST_F(WebSockets, AreRefusedAsAnyRequest) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadHead();
    peer.Send("HTTP/1.1 429 Too Many Requests\r\nRetry-After: 3\r\nContent-Length: 4\r\n\r\nbusy");
    EXPECT_TRUE(peer.SawClose());
  });
  Open(server.Url());
  UntilEnd();
  EXPECT_EQ(recorder.status, 429);
  EXPECT_EQ(recorder.headers.Get("retry-after"), "3");
  EXPECT_EQ(recorder.body, "busy");
  EXPECT_TRUE(driver.transfers.idle());
}

TEST_F(WebSockets, FailWhereTheAnswerIsNone) {
  const std::vector<std::string> wrong = {
      "", "HTTP/1.1 1", "SSH-2.0-x\r\n\r\n",
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"};
  for (const std::string& bytes : wrong) {
    WsWorld world;
    ScriptedServer server([&](Listener& listener) {
      Peer peer = listener.Accept();
      peer.ReadHead();
      peer.Send(bytes);
    });
    world.Open(server.Url());
    world.UntilEnd();
    ASSERT_TRUE(world.recorder.outcome) << bytes;
    EXPECT_EQ(*world.recorder.outcome->failure,
              bytes.size() < 12 ? Failure::kReset : Failure::kProtocol);
    EXPECT_FALSE(world.recorder.outcome->provably_unsent) << "the request has gone out";
  }
}

TEST_F(WebSockets, SayThatNobodyListens) {
  std::string url;
  {
    Listener closed;
    url = closed.Url();
  }
  Open(url);
  UntilEnd();
  EXPECT_EQ(recorder.outcome->failure, Failure::kConnect);
  EXPECT_TRUE(recorder.outcome->provably_unsent);
}

TEST_F(WebSockets, AreNotOpenedWithWhatIsUnsafe) {
  const auto refused = [](const std::function<void(WsWorld&, WebSocketRequest&)>& spoil) {
    WsWorld world;
    WebSocketRequest request = world.To("http://127.0.0.1:1/");
    spoil(world, request);
    world.Open(std::move(request));
    EXPECT_FALSE(world.recorder.ended()) << "told in a later turn";
    world.UntilEnd();
    EXPECT_EQ(world.recorder.outcome->failure, Failure::kInternal);
    EXPECT_TRUE(world.recorder.outcome->provably_unsent);
  };
  refused([](WsWorld&, WebSocketRequest& request) { request.headers = {"A: b\r\nC: d"}; });
  refused([](WsWorld&, WebSocketRequest& request) { request.url = "http://a b/"; });
  refused([](WsWorld& world, WebSocketRequest&) {
    world.driver.connect_options.allow_plain_http = false;
  });
  refused([](WsWorld& world, WebSocketRequest&) {
    world.driver.connect_options.proxy = "https://127.0.0.1:1";
  });
}

TEST_F(WebSockets, GoThroughAProxysTunnel) {
  std::string connect;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    connect = peer.ReadHead();
    peer.Send("HTTP/1.1 200 Connected\r\n\r\n");
    Agree(peer);
    peer.Send(ServerText("through"));
    ReadCloseAndAnswer(peer);
  });
  driver.connect_options.proxy = server.Url("http", "");
  Open("http://realtime.invalid:8080/v1/realtime");
  UntilMessages(1);
  EXPECT_EQ(recorder.messages, (std::vector<std::string>{"through"}));
  EXPECT_TRUE(connect.starts_with("CONNECT realtime.invalid:8080 HTTP/1.1\r\n")) << connect;
  EXPECT_EQ(connect.find("secret"), std::string::npos);
  socket->Close(1000, "");
  UntilEnd();
}

TEST_F(WebSockets, HearOfAProxyThatRefuses) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadHead();
    peer.Send("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
    peer.SawClose();
  });
  driver.connect_options.proxy = server.Url("http", "");
  Open("http://realtime.invalid:8080/v1/realtime");
  UntilEnd();
  ASSERT_TRUE(recorder.outcome);
  EXPECT_EQ(recorder.outcome->failure, Failure::kConnect) << recorder.outcome->message;
}

// Requests and WebSockets share the loop's epoll set and its handles.
TEST_F(WebSockets, LeaveOrdinaryRequestsAlone) {
  ScriptedServer server([&](Listener& listener) {
    Peer socket_peer = listener.Accept();
    Agree(socket_peer);
    Peer peer = listener.Accept();
    for (int i = 0; i < 2; ++i) {
      peer.ReadRequest();
      peer.Send(Answer("plain"));
      socket_peer.Send(ServerText("event"));
    }
    ReadCloseAndAnswer(socket_peer);
  });
  Open(server.Url());
  UntilOpen();
  for (size_t i = 0; i < 2; ++i) {
    Recorder request;
    driver.transfers.Start(driver.To(server.Url()), request);
    driver.UntilEnd(request);
    EXPECT_TRUE(request.ok()) << request.outcome->message;
    EXPECT_EQ(request.body, "plain");
    EXPECT_EQ(request.outcome->reused_connection, i > 0);
    UntilMessages(i + 1);
  }
  socket->Close(1000, "");
  UntilEnd();
  EXPECT_TRUE(driver.transfers.idle());
}

}  // namespace
}  // namespace inferwire::http
