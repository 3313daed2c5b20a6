// A WebSocket over TLS: whose certificate is taken, and what TLS changes.
#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "unit/http/ws_peer.h"

namespace inferwire::http {
namespace {

class WebSocketTls : public testing::Test, protected WsWorld {
 protected:
  // OpenSSL writes without MSG_NOSIGNAL, on both sides.
  void SetUp() override {
    std::signal(SIGPIPE, SIG_IGN);
    driver.connect_options.allow_plain_http = false;
    driver.connect_options.ca_bundle = certificate_.file();
  }

  TestCertificate certificate_;
};

TEST_F(WebSocketTls, CarriesTextBothWays) {
  const std::string large(500'000, 'l');
  std::string heard;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    TlsPeer tls(certificate_, peer);
    ASSERT_TRUE(tls.Accept());
    Agree(tls);
    tls.Send(ServerText("hello") + ServerText(large));
    heard = ReadFrame(tls).payload;
    EXPECT_EQ(ReadCloseAndAnswer(tls), CloseBytes(1000));
  });
  Open(server.Url("https"));
  UntilMessages(2);
  ASSERT_EQ(recorder.messages.size(), 2u);
  EXPECT_EQ(recorder.messages[1], large);
  socket->Send(large);
  driver.Until([&] { return socket->HasRoom(); });
  socket->Close(1000, "");
  UntilEnd();
  EXPECT_EQ(heard, large);
}

// What OpenSSL has decrypted already wakes no epoll: it is read when the reader comes back.
TEST_F(WebSocketTls, PausesWithinOneRecord) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += ServerText(std::to_string(i));
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    TlsPeer tls(certificate_, peer);
    ASSERT_TRUE(tls.Accept());
    Agree(tls);
    tls.Send(many);
    ReadCloseAndAnswer(tls);
  });
  recorder.on_message = [](std::string_view) { return false; };
  Open(server.Url("https"));
  for (size_t taken = 1; taken <= 100; ++taken) {
    UntilMessages(taken);
    ASSERT_EQ(recorder.messages.size(), taken);
    socket->Resume();
  }
  socket->Close(1000, "");
  UntilEnd();
}

// The queue grows between two tries to write, which OpenSSL allows in one of its modes only.
TEST_F(WebSocketTls, WritesWhileUpstreamIsSlow) {
  constexpr int kMessages = 2000;
  const std::string text(6400, 'a');
  Signal read_on;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    TlsPeer tls(certificate_, peer);
    ASSERT_TRUE(tls.Accept());
    Agree(tls);
    read_on.Wait();
    for (int i = 0; i < kMessages; ++i) ASSERT_EQ(ReadFrame(tls).payload, text);
    ReadCloseAndAnswer(tls);
  });
  Open(server.Url("https"));
  UntilOpen();
  int sent = 0;
  const auto send = [&] {
    for (; sent < kMessages && socket->HasRoom(); ++sent) socket->Send(text);
  };
  send();
  EXPECT_LT(sent, kMessages);
  read_on.Set();
  driver.Until([&] {
    send();
    return sent == kMessages;
  });
  socket->Close(1000, "");
  UntilEnd();
  EXPECT_EQ(recorder.end->code, 1000);
}

TEST_F(WebSocketTls, RefusesAnUnknownCertificate) {
  const TestCertificate other;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    TlsPeer tls(other, peer);
    EXPECT_FALSE(tls.Accept() && !tls.ReadHead().empty());
  });
  Open(server.Url("https"));
  UntilEnd();
  ASSERT_TRUE(recorder.outcome);
  EXPECT_EQ(recorder.outcome->failure, Failure::kTls);
  EXPECT_TRUE(recorder.outcome->provably_unsent);
  EXPECT_NE(recorder.outcome->message.find("certificate"), std::string::npos);
}

TEST_F(WebSocketTls, RefusesTheCertificateOfAnotherHost) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    TlsPeer tls(certificate_, peer);
    EXPECT_FALSE(tls.Accept() && !tls.ReadHead().empty());
  });
  Open("https://localhost:" + std::to_string(server.port()) + "/");
  UntilEnd();
  ASSERT_TRUE(recorder.outcome);
  EXPECT_EQ(recorder.outcome->failure, Failure::kTls);
  EXPECT_NE(recorder.outcome->message.find("mismatch"), std::string::npos)
      << recorder.outcome->message;
}

TEST_F(WebSocketTls, RefusesAServerWithoutTls) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.Send("HTTP/1.1 400 Bad Request\r\n\r\n");
    peer.SawClose();
  });
  Open(server.Url("https"));
  UntilEnd();
  ASSERT_TRUE(recorder.outcome);
  EXPECT_EQ(recorder.outcome->failure, Failure::kTls);
}

TEST_F(WebSocketTls, RefusesABundleThatIsNone) {
  driver.connect_options.ca_bundle = "/nonexistent/ca.pem";
  ScriptedServer server([&](Listener& listener) { listener.Accept().SawClose(); });
  Open(server.Url("https"));
  UntilEnd();
  ASSERT_TRUE(recorder.outcome);
  EXPECT_EQ(recorder.outcome->failure, Failure::kTls);
  EXPECT_NE(recorder.outcome->message.find("/nonexistent/ca.pem"), std::string::npos);
}

TEST_F(WebSocketTls, ResumesTheSessionOfTheOneBefore) {
  std::vector<bool> resumed;
  ScriptedServer server([&](Listener& listener) {
    for (int i = 0; i < 3; ++i) {
      Peer peer = listener.Accept();
      TlsPeer tls(certificate_, peer);
      ASSERT_TRUE(tls.Accept());
      resumed.push_back(tls.resumed());
      Agree(tls);
      tls.Send(ServerText("ready"));
      ReadCloseAndAnswer(tls);
      tls.Shutdown();
    }
  });
  for (size_t i = 0; i < 3; ++i) {
    recorder = {};
    Open(server.Url("https"));
    UntilMessages(1);
    socket->Close(1000, "");
    UntilEnd();
  }
  socket.reset();
  EXPECT_EQ(resumed, (std::vector<bool>{false, true, true}));
}

TEST_F(WebSocketTls, GoesThroughAProxysTunnel) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    EXPECT_TRUE(peer.ReadHead().starts_with("CONNECT 127.0.0.1:9 "));
    peer.Send("HTTP/1.1 200 Connected\r\n\r\n");
    TlsPeer tls(certificate_, peer);
    ASSERT_TRUE(tls.Accept());
    Agree(tls);
    tls.Send(ServerText("through"));
    ReadCloseAndAnswer(tls);
  });
  driver.connect_options.proxy = server.Url("http", "");
  Open("https://127.0.0.1:9/v1/realtime");
  UntilMessages(1);
  EXPECT_EQ(recorder.messages, (std::vector<std::string>{"through"}));
  socket->Close(1000, "");
  UntilEnd();
}

// Offering HTTP/2 might be taken up, and there is no upgrade in it.
TEST_F(WebSocketTls, OffersOnlyHttp1) {
  std::string offered;
  SSL_CTX_set_alpn_select_cb(
      certificate_.context(),
      [](SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in,
         unsigned int in_size, void* text) {
        static_cast<std::string*>(text)->assign(reinterpret_cast<const char*>(in), in_size);
        *out = in + 1;
        *size = in[0];
        return SSL_TLSEXT_ERR_OK;
      },
      &offered);
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    TlsPeer tls(certificate_, peer);
    ASSERT_TRUE(tls.Accept());
    Agree(tls);
    ReadCloseAndAnswer(tls);
  });
  Open(server.Url("https"));
  UntilOpen();
  socket->Close(1000, "");
  UntilEnd();
  EXPECT_EQ(offered, "\x08http/1.1");
}

}  // namespace
}  // namespace inferwire::http
