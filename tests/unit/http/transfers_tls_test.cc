#include <gtest/gtest.h>

#include <csignal>
#include <string>
#include <vector>

#include "support/scripted_server.h"
#include "unit/http/driver.h"
#include "unit/http/test_certificate.h"

namespace inferwire::http {
namespace {

class TransfersTls : public testing::Test {
 protected:
  // OpenSSL writes without MSG_NOSIGNAL on the server's side; libcurl minds its own.
  void SetUp() override { std::signal(SIGPIPE, SIG_IGN); }

  TestCertificate certificate_;
  Driver driver_;
  Recorder recorder_;
};

TEST_F(TransfersTls, AnswersOverACertificateOfTheBundle) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    TlsPeer tls(certificate_, peer);
    ASSERT_TRUE(tls.Accept());
    EXPECT_TRUE(tls.ReadHead().starts_with("GET /v1/x HTTP/1.1"));
    tls.Send(Answer("secure"));
    tls.Shutdown();
  });
  driver_.connect_options.allow_plain_http = false;
  driver_.connect_options.ca_bundle = certificate_.file();
  driver_.transfers.Start(driver_.To(server.Url("https"), "", "GET"), recorder_);
  driver_.UntilEnd(recorder_);
  ASSERT_TRUE(recorder_.ok()) << recorder_.outcome->message;
  EXPECT_EQ(recorder_.body, "secure");
  EXPECT_GT(recorder_.outcome->tls.count(), 0);
}

// A full handshake costs upstream and us a signature, and the caller a round trip more.
TEST_F(TransfersTls, ANewConnectionOfAnotherHandleResumesTheSession) {
  std::vector<bool> resumed;
  {
    ScriptedServer server([&](Listener& listener) {
      for (int i = 0; i < 2; ++i) {
        Peer peer = listener.Accept();
        TlsPeer tls(certificate_, peer);
        ASSERT_TRUE(tls.Accept());
        resumed.push_back(tls.resumed());
        tls.ReadHead();
        tls.Send(Answer("secure", "Connection: close\r\n"));
        tls.Shutdown();
      }
    });
    Driver driver({.pooled_handles = 0});
    driver.connect_options.ca_bundle = certificate_.file();
    for (int i = 0; i < 2; ++i) {
      Recorder recorder;
      driver.transfers.Start(driver.To(server.Url("https"), "", "GET"), recorder);
      driver.UntilEnd(recorder);
      ASSERT_TRUE(recorder.ok()) << recorder.outcome->message;
    }
  }  // the server has ended
  EXPECT_EQ(resumed, (std::vector<bool>{false, true}));
}

TEST_F(TransfersTls, PausesAndResumes) {
  const std::string body(1'000'000, 'x');
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    TlsPeer tls(certificate_, peer);
    ASSERT_TRUE(tls.Accept());
    tls.ReadHead();
    tls.Send(Answer(body));
  });
  bool take = true;
  recorder_.on_body = [&](std::string_view) { return take = !take, take; };
  driver_.connect_options.ca_bundle = certificate_.file();
  Transfer* transfer =
      driver_.transfers.Start(driver_.To(server.Url("https"), "", "GET"), recorder_);
  driver_.Until([&] {
    if (!recorder_.ended()) driver_.transfers.Resume(transfer);
    return recorder_.ended();
  });
  EXPECT_TRUE(recorder_.ok());
  EXPECT_EQ(recorder_.body, body);
}

// Many servers end without close_notify, and libcurl lets them; a length or a last chunk that is
// missing still tells.
TEST_F(TransfersTls, TruncatedBodyIsAReset) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    TlsPeer tls(certificate_, peer);
    ASSERT_TRUE(tls.Accept());
    tls.ReadHead();
    tls.Send(std::string(kChunkedHead) + Chunk("half"));
  });
  driver_.connect_options.ca_bundle = certificate_.file();
  driver_.transfers.Start(driver_.To(server.Url("https"), "", "GET"), recorder_);
  driver_.UntilEnd(recorder_);
  EXPECT_EQ(recorder_.outcome->failure, Failure::kReset);
  EXPECT_EQ(recorder_.body, "half");
}

TEST_F(TransfersTls, UnknownCertificateIsRefused) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    TlsPeer tls(certificate_, peer);
    EXPECT_FALSE(tls.Accept() && !tls.ReadHead().empty());
  });
  driver_.transfers.Start(driver_.To(server.Url("https")), recorder_);
  driver_.UntilEnd(recorder_);
  EXPECT_EQ(recorder_.outcome->failure, Failure::kTls);
  EXPECT_TRUE(recorder_.outcome->provably_unsent);
  EXPECT_NE(recorder_.outcome->message.find("certificate"), std::string::npos);
}

TEST_F(TransfersTls, CertificateOfAnotherHostIsRefused) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    TlsPeer tls(certificate_, peer);
    EXPECT_FALSE(tls.Accept() && !tls.ReadHead().empty());
  });
  driver_.connect_options.ca_bundle = certificate_.file();
  const std::string url = "https://localhost:" + std::to_string(server.port()) + "/";
  driver_.transfers.Start(driver_.To(url), recorder_);
  driver_.UntilEnd(recorder_);
  EXPECT_EQ(recorder_.outcome->failure, Failure::kTls) << recorder_.outcome->message;
  EXPECT_TRUE(recorder_.outcome->provably_unsent);
}

TEST_F(TransfersTls, PlainServerIsATlsFailure) {
  ScriptedServer server([](Listener& listener) {
    Peer peer = listener.Accept();
    peer.Send("HTTP/1.1 400 Bad Request\r\n\r\n");
    peer.SawClose();
  });
  driver_.transfers.Start(driver_.To(server.Url("https")), recorder_);
  driver_.UntilEnd(recorder_);
  EXPECT_EQ(recorder_.outcome->failure, Failure::kTls);
  EXPECT_TRUE(recorder_.outcome->provably_unsent);
}

TEST_F(TransfersTls, MissingBundleIsATlsFailure) {
  Listener listener;
  driver_.connect_options.ca_bundle = "/nowhere/ca.pem";
  driver_.transfers.Start(driver_.To(listener.Url("https")), recorder_);
  driver_.UntilEnd(recorder_);
  EXPECT_EQ(recorder_.outcome->failure, Failure::kTls);
  EXPECT_TRUE(recorder_.outcome->provably_unsent);
}

// The proxy's own answer to CONNECT is not the upstream's: it is neither delivered nor counted.
TEST_F(TransfersTls, ThroughAProxy) {
  ScriptedServer proxy([&](Listener& listener) {
    Peer peer = listener.Accept();
    const std::string connect = peer.ReadRequest();
    EXPECT_TRUE(connect.starts_with("CONNECT 127.0.0.1:1 HTTP/1.1\r\n"));
    EXPECT_EQ(connect.find("Authorization: Bearer"), std::string::npos) << "the key is not its";
    peer.Send("HTTP/1.1 200 Connected\r\nX-Proxy: 1\r\n\r\n");
    TlsPeer tls(certificate_, peer);
    ASSERT_TRUE(tls.Accept());
    tls.ReadHead();
    tls.Send(Answer("behind the proxy"));
  });
  driver_.connect_options.ca_bundle = certificate_.file();
  driver_.connect_options.proxy = proxy.Url("http", "");
  driver_.transfers.Start(driver_.To("https://127.0.0.1:1/v1/x", "", "GET"), recorder_);
  driver_.UntilEnd(recorder_);
  ASSERT_TRUE(recorder_.ok()) << recorder_.outcome->message;
  EXPECT_EQ(recorder_.header_blocks, 1);
  EXPECT_FALSE(recorder_.headers.Has("x-proxy"));
  EXPECT_EQ(recorder_.body, "behind the proxy");
}

}  // namespace
}  // namespace inferwire::http
