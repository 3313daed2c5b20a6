// A WebSocket's back-pressure in both directions, and leaving it at every stage.
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <string>

#include "unit/http/ws_peer.h"

namespace inferwire::http {
namespace {

class WebSocketFlow : public testing::Test, protected WsWorld {};

// A slow reader holds back the other side, and nothing is lost.
TEST_F(WebSocketFlow, PausesReadingAndGoesOn) {
  constexpr size_t kMessages = 3000;
  const std::string text(8000, 't');
  Signal sent;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    Agree(peer);
    for (size_t i = 0; i < kMessages; ++i) peer.Send(ServerText(text));
    sent.Set();
    ReadCloseAndAnswer(peer);
  });
  recorder.on_message = [&](std::string_view) { return recorder.messages.size() > 10; };
  Open(server.Url());
  for (size_t taken = 1; taken <= 10; ++taken) {
    UntilMessages(taken);
    EXPECT_EQ(recorder.messages.size(), taken) << "one, and then a pause";
    for (int turn = 0; turn < 50; ++turn) driver.transfers.Poll();
    EXPECT_EQ(recorder.messages.size(), taken);
    EXPECT_FALSE(sent.IsSet()) << "the other side has to wait";
    socket->Resume();
  }
  UntilMessages(kMessages);
  EXPECT_EQ(recorder.messages.back(), text);
  socket->Close(1000, "");
  UntilEnd();
}

TEST_F(WebSocketFlow, HasNoRoomWhileUpstreamDoesNotRead) {
  constexpr int kMessages = 3000;
  const std::string text(8000, 'u');
  Signal read_on;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    Agree(peer);
    read_on.Wait();
    for (int i = 0; i < kMessages; ++i) ASSERT_EQ(ReadFrame(peer).payload, text);
    ReadCloseAndAnswer(peer);
  });
  Open(server.Url());
  UntilOpen();
  int sent = 0;
  const auto send = [&] {
    for (; sent < kMessages && socket->HasRoom(); ++sent) socket->Send(text);
  };
  send();
  ASSERT_LT(sent, kMessages) << "upstream reads nothing";
  EXPECT_EQ(recorder.rooms, 0);
  read_on.Set();
  driver.Until([&] {
    send();
    return sent == kMessages;
  });
  EXPECT_GT(recorder.rooms, 0);
  socket->Close(1000, "");
  UntilEnd();
  EXPECT_EQ(recorder.end->code, 1000);
}

TEST_F(WebSocketFlow, TellsRoomOnce) {
  Signal read_on;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    Agree(peer);
    read_on.Wait();
    ReadCloseAndAnswer(peer);
  });
  Open(server.Url());
  UntilOpen();
  while (socket->HasRoom()) socket->Send(std::string(100'000, 'x'));
  read_on.Set();
  driver.Until([&] { return recorder.rooms > 0; });
  EXPECT_TRUE(socket->HasRoom());
  socket->Close(1000, "");
  UntilEnd();
  EXPECT_EQ(recorder.rooms, 1);
}

TEST_F(WebSocketFlow, LeavesWithAGoodbyeAtOnce) {
  Signal heard;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    Agree(peer);
    peer.Send(ServerText("unread"));
    EXPECT_EQ(ReadFrame(peer).payload, CloseBytes(1000));
    EXPECT_TRUE(peer.SawClose());
    heard.Set();
  });
  Open(server.Url());
  UntilMessages(1);
  socket.reset();
  EXPECT_TRUE(heard.Wait()) << "without another turn";
  driver.transfers.Poll();
  EXPECT_FALSE(recorder.ended());
  EXPECT_TRUE(driver.transfers.idle());
}

TEST_F(WebSocketFlow, MayBeLeftFromWithinItsEvents) {
  for (const bool at_open : {true, false}) {
    WsWorld world;
    Signal heard;
    ScriptedServer server([&](Listener& listener) {
      Peer peer = listener.Accept();
      Agree(peer);
      peer.Send(ServerText("one") + ServerText("two"));
      EXPECT_TRUE(peer.SawClose());
      heard.Set();
    });
    world.recorder.on_open = [&] {
      if (at_open) world.socket->Abort();
    };
    world.recorder.on_message = [&](std::string_view) {
      world.socket->Abort(1001);
      return true;
    };
    world.Open(server.Url());
    world.UntilOpen();
    if (!at_open) world.UntilMessages(1);
    EXPECT_TRUE(heard.Wait());
    world.driver.transfers.Poll();
    EXPECT_EQ(world.recorder.messages.size(), at_open ? 0u : 1u);
    EXPECT_FALSE(world.recorder.ended());
  }
}

TEST_F(WebSocketFlow, IsLeftBeforeItIsOpen) {
  {
    Listener listener;
    Open(listener.Url());
    socket.reset();
    driver.transfers.Poll();
    EXPECT_TRUE(driver.transfers.idle());
  }
  Signal asked, heard;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadHead();
    asked.Set();
    EXPECT_TRUE(peer.SawClose());
    heard.Set();
  });
  Open(server.Url());
  driver.Until([&] { return asked.IsSet(); });
  socket.reset();
  EXPECT_TRUE(heard.Wait());
  EXPECT_FALSE(recorder.ended());
}

TEST_F(WebSocketFlow, SendsNothingAfterAClose) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    Agree(peer);
    EXPECT_EQ(ReadFrame(peer).payload, CloseBytes(1000));
    peer.Send(ServerText("late") + ServerFrame(0x89, "ping") + ServerClose(1000));
    EXPECT_TRUE(peer.SawClose());
  });
  Open(server.Url());
  UntilOpen();
  socket->Close(1000, "");
  socket->Close(1001, "");
  socket->Send("no");
  socket->Ping();
  UntilEnd();
  EXPECT_EQ(recorder.messages, (std::vector<std::string>{"late"}));
  EXPECT_EQ(recorder.end->code, 1000);
}

// What upstream said before it went is heard although we could not write any more.
TEST_F(WebSocketFlow, ReadsTheLastWordsOfAnUpstreamThatIsGone) {
  Signal gone;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    Agree(peer);
    ReadFrame(peer);
    peer.Send(ServerText("last words"));
    shutdown(peer.fd(), SHUT_WR);
    gone.Set();
    EXPECT_TRUE(peer.SawClose());
  });
  Open(server.Url());
  UntilOpen();
  socket->Send("go");
  gone.Wait();
  socket->Send("too late");
  UntilEnd();
  EXPECT_EQ(recorder.messages, (std::vector<std::string>{"last words"}));
  EXPECT_EQ(recorder.end->by, WebSocketEnd::By::kCut);
}

TEST_F(WebSocketFlow, LeaksNoDescriptor) {
  const int before = OpenDescriptors();
  for (int i = 0; i < 20; ++i) {
    WsWorld world;
    ScriptedServer server([&](Listener& listener) {
      Peer peer = listener.Accept();
      Agree(peer);
      peer.Send(ServerClose(1000));
      peer.SawClose();
    });
    world.Open(server.Url());
    world.UntilEnd();
  }
  EXPECT_EQ(OpenDescriptors(), before);
}

// One that sends as fast as it can gets its share of a turn and no more.
TEST_F(WebSocketFlow, GivesOtherSocketsTheirTurn) {
  const std::string text(60'000, 't');
  Signal stop;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    Agree(peer);
    while (!stop.IsSet() && peer.Send(ServerText(text))) {
    }
  });
  Open(server.Url());
  UntilMessages(1);
  for (int turn = 0; turn < 20; ++turn) {
    const size_t before = recorder.messages.size();
    driver.transfers.Poll();
    EXPECT_LE(recorder.messages.size() - before, 12u) << "two shares: Soon and the socket";
  }
  stop.Set();
  socket.reset();
}

}  // namespace
}  // namespace inferwire::http
