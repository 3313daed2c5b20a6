#include "admin/admin_server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace inferwire::admin {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// A raw HTTP client: what it sends is exactly what the test says.
class Client {
 public:
  explicit Client(int port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_port = htons(static_cast<uint16_t>(port));
    inet_pton(AF_INET, "127.0.0.1", &name.sin_addr);
    EXPECT_EQ(connect(fd_, reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
  }
  Client(Client&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  ~Client() {
    if (fd_ >= 0) {
      close(fd_);
    }
  }

  bool Send(std::string_view bytes) {
    return send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(bytes.size());
  }

  // Everything up to the end of the connection.
  std::string ReadAll() {
    while (Receive()) {
    }
    return std::exchange(buffer_, {});
  }

  // One answer with a Content-Length; the connection stays.
  std::string ReadOne() {
    size_t end = 0;
    while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
      if (!Receive()) return {};
    }
    const std::string key = "Content-Length: ";
    const size_t length = std::stoul(buffer_.substr(buffer_.find(key) + key.size()));
    while (buffer_.size() < end + 4 + length) {
      if (!Receive()) return {};
    }
    std::string answer = buffer_.substr(0, end + 4 + length);
    buffer_.erase(0, answer.size());
    return answer;
  }

  // True as soon as the server has closed; waits at most this long.
  bool WaitForClose(milliseconds patience) {
    pollfd poll_fd{fd_, POLLIN, 0};
    return poll(&poll_fd, 1, static_cast<int>(patience.count())) == 1 && !Receive();
  }

 private:
  bool Receive() {
    pollfd poll_fd{fd_, POLLIN, 0};
    char bytes[4096];
    if (poll(&poll_fd, 1, 10000) != 1) return false;
    const ssize_t length = recv(fd_, bytes, sizeof bytes, 0);
    if (length <= 0) return false;
    buffer_.append(bytes, static_cast<size_t>(length));
    return true;
  }

  int fd_;
  std::string buffer_;
};

class AdminServerTest : public testing::Test {
 protected:
  void SetUp() override {
    auto started = AdminServer::Start("127.0.0.1:0", Pages());
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }

  AdminPages Pages() {
    return {.metrics =
                [](bool open_metrics) {
                  return std::string("inferwire_draining 0\n") + (open_metrics ? "# EOF\n" : "");
                },
            .live =
                [this] {
                  return Health{live_, live_ ? "ok" : "loop 1 has not ticked"};
                },
            .ready =
                [this] {
                  return Health{ready_, ready_ ? "ok" : "draining"};
                },
            .config = [] { return std::string("api_key: '***'\n"); },
            .routes = [] { return std::string("{\"routes\":[]}"); },
            .limits = [] { return std::string("{\"limits\":[]}"); },
            .calls = [] { return std::string("{\"calls\":[]}"); },
            .history = [] { return std::string("{\"step_s\":10}"); },
            .models = [] { return std::string("{\"models\":[]}"); }};
  }

  // With the box in which models can be tried.
  void StartWithTryBox() {
    AdminPages pages = Pages();
    pages.try_it =
        TryPages{.begin =
                     [this](std::string_view authorization, std::string_view body) {
                       tried_.emplace_back(std::string(authorization) + "|" + std::string(body));
                       return TryAnswer{202, "{\"ticket\":\"7\"}"};
                     },
                 .take =
                     [](std::string_view ticket) {
                       return TryAnswer{200, "\"" + std::string(ticket) + "\""};
                     }};
    auto started = AdminServer::Start("127.0.0.1:0", std::move(pages));
    ASSERT_TRUE(started) << started.error().message;
    server_ = std::move(*started);
  }

  std::string Post(const std::string& headers, const std::string& body) {
    Client client(server_->port());
    EXPECT_TRUE(client.Send("POST /try HTTP/1.1\r\nContent-Length: " + std::to_string(body.size()) +
                            "\r\n" + headers + "\r\n" + body));
    return client.ReadAll();
  }

  // The answer to one request on a connection of its own.
  std::string Ask(const std::string& method, const std::string& path,
                  const std::string& headers = "") {
    Client client(server_->port());
    client.Send(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
                headers + "\r\n");
    return client.ReadAll();
  }

  std::atomic<bool> live_ = true, ready_ = true;
  std::vector<std::string> tried_;  // by the admin port's thread; read after its answer
  std::unique_ptr<AdminServer> server_;
};

TEST_F(AdminServerTest, ServesALivePageThatLoadsNothingFromElsewhere) {
  const std::string page = Ask("GET", "/");
  EXPECT_THAT(page, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(page, HasSubstr("Content-Type: text/html; charset=utf-8\r\n"));
  EXPECT_THAT(page, HasSubstr("Content-Security-Policy: default-src 'none'; script-src 'self'"));
  EXPECT_THAT(page, HasSubstr("X-Content-Type-Options: nosniff\r\n"));
  EXPECT_THAT(page, EndsWith("</html>\n"));
  const std::string style = Ask("GET", "/page.css"), script = Ask("GET", "/page.js");
  EXPECT_THAT(style, HasSubstr("Content-Type: text/css"));
  EXPECT_THAT(script, HasSubstr("Content-Type: text/javascript"));
  for (const std::string& each : {page, style, script}) {
    EXPECT_THAT(each, Not(HasSubstr("://")));
    EXPECT_THAT(each, Not(HasSubstr("eval(")));
    EXPECT_THAT(each, Not(HasSubstr("innerHTML"))) << "labels come from callers";
    EXPECT_THAT(each, Not(HasSubstr(" style="))) << "the policy forbids it";
  }
}

TEST_F(AdminServerTest, ServesItsPages) {
  const std::string metrics = Ask("GET", "/metrics");
  EXPECT_THAT(metrics, StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(metrics, HasSubstr("Content-Type: text/plain; version=0.0.4"));
  EXPECT_THAT(metrics, EndsWith("\r\n\r\ninferwire_draining 0\n"));
  EXPECT_THAT(Ask("GET", "/config"), EndsWith("\r\n\r\napi_key: '***'\n"));
  EXPECT_THAT(Ask("GET", "/routes"), HasSubstr("Content-Type: application/json\r\n"));
  EXPECT_THAT(Ask("GET", "/routes"), EndsWith("\r\n\r\n{\"routes\":[]}"));
  EXPECT_THAT(Ask("GET", "/limits"), EndsWith("\r\n\r\n{\"limits\":[]}"));
  EXPECT_THAT(Ask("GET", "/calls"), EndsWith("\r\n\r\n{\"calls\":[]}"));
  EXPECT_THAT(Ask("GET", "/history"), EndsWith("\r\n\r\n{\"step_s\":10}"));
  EXPECT_THAT(Ask("GET", "/models"), EndsWith("\r\n\r\n{\"models\":[]}"));
  EXPECT_THAT(Ask("GET", "/livez"), EndsWith("\r\n\r\nok\n"));
  EXPECT_THAT(Ask("GET", "/readyz?verbose"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

// Hundreds of kilobytes that repeat themselves; Prometheus always asks for it.
TEST_F(AdminServerTest, MetricsComeInTheFormatThatIsAskedFor) {
  for (const char* accept :
       {"application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
        "text/plain;q=0.5, Application/OpenMetrics-Text; version=1.0.0"}) {
    const std::string open = Ask("GET", "/metrics", std::string("Accept: ") + accept + "\r\n");
    EXPECT_THAT(open, HasSubstr("Content-Type: application/openmetrics-text; version=1.0.0"));
    EXPECT_THAT(open, testing::EndsWith("# EOF\n"));
  }
  for (const char* accept :
       {"*/*", "text/plain", "application/openmetrics-text;version=1.0.0; q=0, text/plain"}) {
    const std::string text = Ask("GET", "/metrics", std::string("Accept: ") + accept + "\r\n");
    EXPECT_THAT(text, HasSubstr("Content-Type: text/plain; version=0.0.4"));
    EXPECT_THAT(text, testing::Not(HasSubstr("EOF")));
  }
}

TEST_F(AdminServerTest, MetricsAreCompressedForThoseWhoTakeIt) {
  const std::string answer = Ask("GET", "/metrics", "Accept-Encoding: gzip\r\n");
  EXPECT_THAT(answer, HasSubstr("Content-Encoding: gzip\r\n"));
  std::string body = answer.substr(answer.find("\r\n\r\n") + 4), text(1000, '\0');
  z_stream stream{};
  ASSERT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
  stream.next_in = reinterpret_cast<Bytef*>(body.data());
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
  text.resize(stream.total_out);
  inflateEnd(&stream);
  EXPECT_EQ(text, "inferwire_draining 0\n");
  EXPECT_THAT(Ask("GET", "/metrics"), Not(HasSubstr("Content-Encoding")));
}

TEST_F(AdminServerTest, SaysWhyItIsNotHealthy) {
  live_ = ready_ = false;
  const std::string live = Ask("GET", "/livez");
  EXPECT_THAT(live, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(live, EndsWith("\r\n\r\nloop 1 has not ticked\n"));
  EXPECT_THAT(Ask("GET", "/readyz"), EndsWith("\r\n\r\ndraining\n"));
}

TEST_F(AdminServerTest, HeadHasNoBody) {
  ready_ = false;
  const std::string answer = Ask("HEAD", "/readyz");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
  EXPECT_THAT(answer, HasSubstr("Content-Length: 9\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n"));
}

TEST_F(AdminServerTest, OtherMethodsAreNotAllowed) {
  for (const char* method : {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"}) {
    const std::string answer = Ask(method, "/metrics", "Content-Length: 0\r\n");
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 405 ")) << method;
    EXPECT_THAT(answer, HasSubstr("Allow: GET, HEAD\r\n")) << method;
  }
}

TEST_F(AdminServerTest, OtherPathsAreNotFound) {
  for (const char* path :
       {"/page", "/page/page.js", "/metrics/", "/livez/x", "/../../../../etc/passwd", "/etc/passwd",
        "/%2e%2e/%2e%2e/etc/passwd", "/index.html"}) {
    const std::string answer = Ask("GET", path);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 404 ")) << path;
    EXPECT_THAT(answer, Not(HasSubstr("root:"))) << path;
  }
}

TEST_F(AdminServerTest, KeepsAConnectionForTheNextRequest) {
  Client client(server_->port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.Send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"));
    EXPECT_THAT(client.ReadOne(), StartsWith("HTTP/1.1 200 OK\r\n")) << i;
  }
}

TEST_F(AdminServerTest, TakesNoRequestOverItsSize) {
  Client client(server_->port());
  client.Send("GET /livez HTTP/1.1\r\nHost: localhost\r\nX-Long: ");
  client.Send(std::string(kMaxRequestBytes, 'x'));
  const std::string answer = client.ReadAll();
  EXPECT_THAT(answer, Not(HasSubstr(" 200 ")));
  EXPECT_THAT(Ask("GET", "/livez"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(AdminServerTest, SurvivesWhatIsNoHttp) {
  for (const std::string& bytes :
       {std::string("\x16\x03\x01\x02\x00\x01", 6), std::string("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
        std::string("GET\r\n\r\n"), std::string(64, '\0'),
        std::string("GET http://[::1 HTTP/1.1\r\n\r\n")}) {
    Client client(server_->port());
    client.Send(bytes);
    EXPECT_THAT(client.ReadAll(), Not(HasSubstr(" 200 ")));
  }
  EXPECT_THAT(Ask("GET", "/livez"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(AdminServerTest, ABodyIsNotWaitedFor) {
  Client client(server_->port());
  client.Send("POST /livez HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\nabc");
  EXPECT_THAT(client.ReadAll(), StartsWith("HTTP/1.1 405 "));
}

constexpr const char* kJson = "Content-Type: application/json\r\n";

TEST_F(AdminServerTest, ModelsCannotBeTriedUnlessItIsWanted) {
  EXPECT_THAT(Ask("GET", "/try"), EndsWith("\r\n\r\n{\"on\":false}"));
  EXPECT_THAT(Post(kJson, "{}"), StartsWith("HTTP/1.1 404 "));
  EXPECT_THAT(Ask("GET", "/try/7"), StartsWith("HTTP/1.1 404 "));
}

TEST_F(AdminServerTest, TriesAModelForItsOwnPage) {
  StartWithTryBox();
  EXPECT_THAT(Ask("GET", "/try"), EndsWith("\r\n\r\n{\"on\":true}"));
  const std::string own =
      "Host: localhost:9464\r\nOrigin: http://localhost:9464\r\nSec-Fetch-Site: same-origin\r\n"
      "Authorization: Bearer iwk_1\r\n";
  const std::string answer = Post(own + kJson, "{\"params\":{}}");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 202 Accepted\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n{\"ticket\":\"7\"}"));
  EXPECT_EQ(tried_, std::vector<std::string>{"Bearer iwk_1|{\"params\":{}}"});
  EXPECT_THAT(Ask("GET", "/try/7"), EndsWith("\r\n\r\n\"7\""));
  EXPECT_THAT(Ask("POST", "/try/7", "Content-Length: 0\r\n"), StartsWith("HTTP/1.1 405 "));
}

TEST_F(AdminServerTest, TriesNothingForAnotherSite) {
  StartWithTryBox();
  const std::string type = kJson, host = "Host: localhost:9464\r\n";
  for (const std::string& headers :
       {host, host + "Content-Type: text/plain\r\n",
        host + "Content-Type: application/x-www-form-urlencoded\r\n",
        host + type + "Origin: http://evil.example\r\n",
        host + type + "Origin: http://localhost:9465\r\n", host + type + "Origin: null\r\n",
        host + type + "Origin: http://localhost:9464.evil.example\r\n",
        host + type + "Sec-Fetch-Site: cross-site\r\n",
        host + type + "Sec-Fetch-Site: same-site\r\n",
        std::string("Host: evil.example\r\nOrigin: http://evil.example\r\n") + type}) {
    EXPECT_THAT(Post(headers, "{}"), StartsWith("HTTP/1.1 403 ")) << headers;
  }
  EXPECT_TRUE(tried_.empty());
  // What asks whether it may is told nothing that would let it.
  EXPECT_THAT(Ask("OPTIONS", "/try"), Not(HasSubstr("Access-Control")));
}

TEST_F(AdminServerTest, WaitsForABodyInPieces) {
  StartWithTryBox();
  Client client(server_->port());
  client.Send(std::string("POST /try HTTP/1.1\r\nContent-Length: 4\r\n") + kJson + "\r\n{ ");
  EXPECT_THAT(Ask("GET", "/livez"), StartsWith("HTTP/1.1 200 "));
  client.Send(" }");
  EXPECT_THAT(client.ReadAll(), StartsWith("HTTP/1.1 202 "));
  EXPECT_EQ(tried_, std::vector<std::string>{"|{  }"});
}

TEST_F(AdminServerTest, TakesNoLongBody) {
  StartWithTryBox();
  EXPECT_THAT(Post(kJson, std::string(kMaxTryBytes + 1, ' ')), StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(Post(kJson, std::string(kMaxTryBytes, ' ')), StartsWith("HTTP/1.1 202 "));
  EXPECT_EQ(tried_.size(), 1u);
}

// Silent, half-sent, dripping and never-reading ones: none of them is waited for.
TEST_F(AdminServerTest, SlowClientsDelayNoProbe) {
  std::vector<Client> slow;
  for (int i = 0; i < 200; ++i) {
    slow.emplace_back(server_->port());
    if (i % 4 == 1) slow.back().Send("GET /metr");
    if (i % 4 == 2) slow.back().Send("GET /metrics HTTP/1.1\r\nHost: localhost\r\n");
    if (i % 4 == 3) slow.back().Send("GET /metrics HTTP/1.1\r\n\r\nGET /metrics HTTP/1.1\r\n\r\n");
    const auto begin = steady_clock::now();
    EXPECT_THAT(Ask("GET", "/livez"), StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_LT(steady_clock::now() - begin, milliseconds(kSlowClientMs)) << i;
  }
}

TEST_F(AdminServerTest, AFurtherClientTakesThePlaceOfTheSlowestOne) {
  std::vector<Client> silent;
  for (size_t i = 0; i < kMaxAdminConnections; ++i) silent.emplace_back(server_->port());
  EXPECT_THAT(Ask("GET", "/livez"), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(silent.front().WaitForClose(milliseconds(4 * kSlowClientMs)));
}

TEST_F(AdminServerTest, RequestsInOnePacketAreAnsweredInTurn) {
  Client client(server_->port());
  client.Send("GET /livez HTTP/1.1\r\n\r\nHEAD /readyz HTTP/1.1\r\nConnection: close\r\n\r\n");
  const std::string answers = client.ReadAll();
  EXPECT_THAT(answers, HasSubstr("\r\n\r\nok\nHTTP/1.1 200 OK\r\n"));
}

// A page in a browser of this machine may have its own name resolve to it.
TEST_F(AdminServerTest, OnLoopbackItAnswersToThisMachinesNamesOnly) {
  const auto ask = [this](const std::string& host) {
    Client client(server_->port());
    client.Send("GET /config HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    return client.ReadAll();
  };
  for (const char* host : {"localhost", "LOCALHOST:9464", "127.0.0.1:1", "[::1]:1", "10.1.2.3"}) {
    EXPECT_THAT(ask(host), StartsWith("HTTP/1.1 200 OK\r\n")) << host;
  }
  for (const char* host : {"evil.example", "localhost.evil.example:9464", "a"}) {
    EXPECT_THAT(ask(host), StartsWith("HTTP/1.1 403 ")) << host;
  }
}

TEST_F(AdminServerTest, AClientThatDripsIsCutOff) {
  Client client(server_->port());
  const auto begin = steady_clock::now();
  bool closed = false;
  while (!closed && steady_clock::now() - begin < seconds(5)) {
    closed = !client.Send("G") || client.WaitForClose(milliseconds(kSlowClientMs / 5));
  }
  EXPECT_TRUE(closed);
  EXPECT_LT(steady_clock::now() - begin, milliseconds(4 * kSlowClientMs));
}

TEST_F(AdminServerTest, AnIdleConnectionIsClosed) {
  Client client(server_->port());
  client.Send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_THAT(client.ReadOne(), StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_TRUE(client.WaitForClose(milliseconds(4 * kSlowClientMs)));
}

TEST_F(AdminServerTest, SaysWhyItCannotListen) {
  const std::string taken = "127.0.0.1:" + std::to_string(server_->port());
  for (const std::string& address :
       {taken, std::string("127.0.0.1"), std::string("nonsense"), std::string("127.0.0.1:1s"),
        std::string("127.0.0.1:0,127.0.0.1:0"), std::string("127.0.0.1:99999"), std::string()}) {
    auto started = AdminServer::Start(address, Pages());
    ASSERT_FALSE(started) << address;
    EXPECT_THAT(started.error().message, HasSubstr(address));
  }
}

TEST_F(AdminServerTest, ListensOnIpv6AndOnEveryInterface) {
  auto any = AdminServer::Start("0.0.0.0:0", Pages());
  ASSERT_TRUE(any) << any.error().message;
  EXPECT_NE((*any)->port(), 0);
  auto v6 = AdminServer::Start("[::]:0", Pages());
  if (v6) {
    EXPECT_NE((*v6)->port(), 0);
  }
}

TEST_F(AdminServerTest, StopsSoon) {
  Client client(server_->port());
  client.Send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
  client.ReadOne();
  const auto begin = steady_clock::now();
  server_.reset();
  EXPECT_LT(steady_clock::now() - begin, milliseconds(2 * kSlowClientMs));
}

TEST_F(AdminServerTest, AnswersManyAtOnce) {
  std::vector<std::thread> threads;
  std::atomic<int> good = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 25; ++i) {
        good += Ask("GET", "/metrics").ends_with("inferwire_draining 0\n") ? 1 : 0;
      }
    });
  }
  for (auto& thread : threads) {
    thread.join();
  }
  EXPECT_EQ(good, 200);
}

}  // namespace
}  // namespace inferwire::admin
