// Bytes that nobody asked for never become the answer to somebody's request.
#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <string>
#include <vector>

#include "support/scripted_server.h"
#include "unit/http/driver.h"
#include "unit/http/test_certificate.h"

namespace inferwire::http {
namespace {

const std::string kAnswer = Answer("for alice");
const std::string kSecond = Answer("again for alice");
const std::string kLate408 =
    "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
const std::string kStream =
    std::string(kChunkedHead) + Chunk("for alice") + std::string(kLastChunk);

struct Case {
  std::string name;
  std::string first;    // what the server says to the first request
  std::string late{};   // what it says of itself once the first has ended
  int unsolicited = 1;  // connections closed for it, seen by either transfer
  bool kept = false;    // the second request goes on the same connection
  bool closes = false;  // the server closes after the late bytes
  std::string method = "POST";
  size_t receive_bytes = kReceiveBytes;
};

std::vector<Case> Cases() {
  const std::string no_content = "HTTP/1.1 204 No Content\r\n\r\n";
  const std::string not_modified = "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n";
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
  const std::string empty = Answer("");
  const std::string interim = "HTTP/1.1 100 Continue\r\n\r\n";
  std::vector<Case> cases = {
      {.name = "nothing", .first = kAnswer, .unsolicited = 0, .kept = true},
      {.name = "nothing after a stream", .first = kStream, .unsolicited = 0, .kept = true},
      {.name = "interim answers before",
       .first = interim + interim + kAnswer,
       .unsolicited = 0,
       .kept = true},
      {.name = "a second answer, later", .first = kAnswer, .late = kSecond},
      {.name = "half of a second answer", .first = kAnswer, .late = "HTTP/1.1 20"},
      {.name = "one byte", .first = kAnswer, .late = "\n"},
      {.name = "a late 408", .first = kAnswer, .late = kLate408, .closes = true},
      {.name = "an interim answer", .first = kAnswer, .late = interim},
      {.name = "a second answer, glued", .first = kAnswer + kSecond},
      {.name = "half of it glued, the rest later",
       .first = kAnswer + "HTTP/1.1 2",
       .late = "00 OK\r\n\r\n"},
      {.name = "CRLF behind the body", .first = kAnswer + "\r\n"},
      {.name = "after a stream, later", .first = kStream, .late = kSecond},
      {.name = "after a stream, glued", .first = kStream + kSecond},
      {.name = "a second end of chunks", .first = kStream + std::string(kLastChunk)},
      {.name = "after 204, glued", .first = no_content + kSecond},
      {.name = "after 204, later", .first = no_content, .late = kSecond},
      {.name = "a body with 204", .first = no_content + "body"},
      {.name = "after 304, later", .first = not_modified, .late = kSecond},
      {.name = "a body with 304", .first = not_modified + "body!"},
      {.name = "after an empty body, glued", .first = empty + kSecond},
      {.name = "after HEAD, later", .first = head, .late = kSecond, .method = "HEAD"},
      {.name = "a body with HEAD", .first = head + "for alice", .method = "HEAD"},
      {.name = "a closed connection", .first = kAnswer, .unsolicited = 0, .closes = true},
  };
  const size_t count = cases.size();
  for (size_t i = 0; i < count; ++i) {
    cases.push_back(cases[i]);
    cases.back().name += " (small reads)";
    cases.back().receive_bytes = kStreamReceiveBytes;
  }
  return cases;
}

// One side of a plain or a TLS connection.
class Side {
 public:
  Side(Listener& listener, const TestCertificate* certificate) : peer_(listener.Accept()) {
    if (certificate == nullptr) return;
    tls_.emplace(*certificate, peer_);
    EXPECT_TRUE(tls_->Accept());
  }
  // True if a request came.
  bool Read() { return !(tls_ ? tls_->ReadHead() : peer_.ReadRequest()).empty(); }
  void Send(const std::string& bytes) {
    if (bytes.empty()) return;
    if (tls_) tls_->Send(bytes);
    if (!tls_) peer_.Send(bytes);
  }
  SSL* ssl() { return tls_->ssl(); }

 private:
  Peer peer_;
  std::optional<TlsPeer> tls_;
};

class TransfersUnsolicited : public testing::Test {
 protected:
  void SetUp() override { std::signal(SIGPIPE, SIG_IGN); }

  Recorder Ask(Driver& driver, const std::string& url, const Case& one, const std::string& method) {
    Request request = driver.To(url, "", method);
    request.receive_bytes = one.receive_bytes;
    Recorder recorder;
    driver.transfers.Start(std::move(request), recorder);
    driver.UntilEnd(recorder);
    return recorder;
  }

  // Alice's request is answered by the case, and then comes Bob's.
  void Run(const Case& one, const TestCertificate* certificate) {
    Driver driver;
    if (certificate) driver.connect_options.ca_bundle = certificate->file();
    Signal first_over, said;
    ScriptedServer server([&](Listener& listener) {
      std::optional<Side> side(std::in_place, listener, certificate);
      EXPECT_TRUE(side->Read());
      side->Send(one.first);
      first_over.Wait();
      side->Send(one.late);
      if (one.closes) side.reset();
      said.Set();
      if (side && side->Read()) {
        EXPECT_TRUE(one.kept) << "it was used again";
        return side->Send(Answer("for bob"));
      }
      EXPECT_FALSE(one.kept);
      side.emplace(listener, certificate);
      EXPECT_TRUE(side->Read());
      side->Send(Answer("for bob"));
    });
    const std::string url = server.Url(certificate ? "https" : "http");
    const Recorder alice = Ask(driver, url, one, one.method);
    ASSERT_TRUE(alice.ok()) << alice.outcome->message;
    first_over.Set();
    said.Wait();
    if (!one.late.empty() || one.closes) WaitForBytesFrom(server.port());
    const Recorder bob = Ask(driver, url, one, "GET");
    ASSERT_TRUE(bob.ok()) << bob.outcome->message;
    EXPECT_EQ(bob.body, "for bob");
    EXPECT_EQ(bob.outcome->reused_connection, one.kept);
    EXPECT_EQ(alice.outcome->unsolicited + bob.outcome->unsolicited, one.unsolicited);
  }
};

TEST_F(TransfersUnsolicited, PlainConnections) {
  for (const Case& one : Cases()) {
    SCOPED_TRACE(one.name);
    Run(one, nullptr);
  }
}

TEST_F(TransfersUnsolicited, TlsConnections) {
  const TestCertificate certificate;
  for (const Case& one : Cases()) {
    SCOPED_TRACE(one.name);
    Run(one, &certificate);
  }
}

// Readable bytes that are nothing sent to us.
TEST_F(TransfersUnsolicited, TlsRecordsWithoutDataLeaveTheConnectionUsable) {
  const TestCertificate certificate;
  const auto ticket = [](SSL* ssl) { SSL_new_session_ticket(ssl); };
  const auto own_keys = [](SSL* ssl) { SSL_key_update(ssl, SSL_KEY_UPDATE_NOT_REQUESTED); };
  const auto all_keys = [](SSL* ssl) { SSL_key_update(ssl, SSL_KEY_UPDATE_REQUESTED); };
  for (const bool dirty : {false, true}) {
    for (const std::function<void(SSL*)>& prepare :
         std::vector<std::function<void(SSL*)>>{ticket, own_keys, all_keys}) {
      Driver driver;
      driver.connect_options.ca_bundle = certificate.file();
      Signal first_over;
      ScriptedServer server([&](Listener& listener) {
        std::optional<Side> side(std::in_place, listener, &certificate);
        EXPECT_TRUE(side->Read());
        side->Send(kAnswer);
        first_over.Wait();
        if (dirty) side->Send(kSecond);
        prepare(side->ssl());
        SSL_do_handshake(side->ssl());
        if (dirty) side.emplace(listener, &certificate);
        EXPECT_TRUE(side->Read());
        side->Send(Answer("for bob"));
      });
      const Case one;
      ASSERT_TRUE(Ask(driver, server.Url("https"), one, "POST").ok());
      first_over.Set();
      ASSERT_TRUE(WaitForBytesFrom(server.port()));
      const Recorder bob = Ask(driver, server.Url("https"), one, "GET");
      ASSERT_TRUE(bob.ok()) << bob.outcome->message;
      EXPECT_EQ(bob.body, "for bob");
      EXPECT_EQ(bob.outcome->reused_connection, !dirty);
      EXPECT_EQ(bob.outcome->unsolicited, dirty ? 1 : 0);
    }
  }
}

}  // namespace
}  // namespace inferwire::http
