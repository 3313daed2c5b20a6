// How connections end: who is waited for, and what reaches a caller who sends on.
#include <openssl/ssl.h>

#include <thread>

#include "peer.h"
#include "rpc/http2/socket.h"
#include "rpc/http2/tls.h"
#include "rpc/listener/lingering_close.h"
#include "support/certificates.h"

namespace inferwire::rpc::http2 {
namespace {

using namespace std::chrono_literals;

class Http2Closing : public Http2Test {
 protected:
  void ExpectClosed(int gently, int at_once) {
    EXPECT_EQ(closer.gently, gently);
    EXPECT_EQ(closer.at_once, at_once);
  }
};

TEST_F(Http2Closing, WhoWasAskedToLeaveIsWaitedFor) {
  NewPeer();
  Settle();
  host->LeaveAll();
  Advance(1s);
  ExpectClosed(1, 0);
}

TEST_F(Http2Closing, WhoPingsTooOftenIsWaitedForAsItHasToReadThat) {
  Peer& peer = NewPeer();
  for (int i = 0; i < 10; ++i) {
    peer.Ping();
    Settle();
  }
  Advance(1s);
  EXPECT_EQ(peer.goaway_text, "too_many_pings");
  ExpectClosed(1, 0);
}

TEST_F(Http2Closing, WhoFloodsIsNotWaitedFor) {
  limits.idle_frames = 10;
  limits.idle_frames_per_second = 1;
  Peer& peer = NewPeer();
  Settle();
  for (int i = 0; i < 50; ++i)
    nghttp2_submit_settings(peer.session(), NGHTTP2_FLAG_NONE, nullptr, 0);
  Settle();
  EXPECT_THAT(peer.goaways, ::testing::Contains(NGHTTP2_ENHANCE_YOUR_CALM));
  ExpectClosed(0, 1);
}

TEST_F(Http2Closing, WhoDoesNotSpeakHttp2IsNotWaitedFor) {
  NewPeer().SendRaw("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  Turn();
  ExpectClosed(0, 1);
}

TEST_F(Http2Closing, WhoIsSilentIsNotWaitedFor) {
  NewPeer();
  Turn();
  clock.Advance(limits.preface);
  Turn();
  ExpectClosed(0, 1);
}

TEST_F(Http2Closing, WhatComesAfterItsEndIsNoMatterForTheHost) {
  closer.lingers = true;
  Peer& peer = NewPeer();
  Settle();
  host->LeaveAll();
  Advance(1s);
  ASSERT_EQ(closer.open.size(), 1u);
  peer.SendRaw("more");
  EXPECT_FALSE(host->Turn(load)) << "it has nothing to do with it any more";
}

// Over TLS, the caller sees a good end too.
TEST(TlsClosing, ACallerWhoSendsOnReadsItAll) {
  const testing_support::Certificates files;
  const auto tls = Tls::Load({files.path("server.pem"), files.path("server.key"), "", {}});
  ASSERT_TRUE(tls) << tls.error().message;
  const ManualClock clock;
  telemetry::Metrics metrics;
  LingeringClose lingering(clock, metrics.Of<telemetry::ConnectionMetrics>());
  std::array<int, 2> fds{};
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds.data()), 0);
  auto server = std::make_unique<Socket>(fds[0], (*tls)->NewConnection(), lingering);

  const std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context(SSL_CTX_new(TLS_client_method()),
                                                             SSL_CTX_free);
  SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>("\2h2"), 3);
  const Ssl client(SSL_new(context.get()), SSL_free);
  SSL_set_fd(client.get(), fds[1]);
  std::thread handshake([&] { EXPECT_EQ(SSL_connect(client.get()), 1); });
  EXPECT_EQ(server->Handshake(), Socket::State::kGood);  // the sockets wait
  handshake.join();

  size_t size = 0;
  EXPECT_EQ(server->Write("the end", 7, size), Socket::State::kGood);
  server->ShutDown();
  server.reset();
  EXPECT_EQ(lingering.open(), 1u);
  EXPECT_EQ(SSL_write(client.get(), "acknowledged", 12), 12);
  lingering.Poll();
  std::array<char, 100> text{};
  EXPECT_EQ(SSL_read(client.get(), text.data(), text.size()), 7);
  const int end = SSL_read(client.get(), text.data(), text.size());
  EXPECT_EQ(SSL_get_error(client.get(), end), SSL_ERROR_ZERO_RETURN);
  close(fds[1]);
  EXPECT_EQ(lingering.Poll(), 1u);
}

}  // namespace
}  // namespace inferwire::rpc::http2
