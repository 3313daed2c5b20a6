#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "support/scripted_server.h"
#include "unit/http/driver.h"

namespace inferwire::http {
namespace {

using std::chrono::milliseconds;

// The failure of a request to an upstream that reads it, gives these bytes and closes.
void Fails(const std::string& answer, Failure failure, int status = 0, std::string body = "",
           bool reset = false) {
  Driver driver;
  Recorder recorder;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(answer);
    if (reset) peer.Reset();
  });
  driver.transfers.Start(driver.To(server.Url()), recorder);
  driver.UntilEnd(recorder);
  ASSERT_TRUE(recorder.outcome->failure) << answer;
  EXPECT_EQ(*recorder.outcome->failure, failure) << answer << recorder.outcome->message;
  EXPECT_FALSE(recorder.outcome->provably_unsent) << answer;
  EXPECT_FALSE(recorder.outcome->message.empty());
  EXPECT_EQ(recorder.outcome->message.find("127.0.0.1"), std::string::npos);
  EXPECT_EQ(recorder.outcome->message.find("secret"), std::string::npos);
  EXPECT_EQ(recorder.status, status) << answer;
  EXPECT_EQ(recorder.body, body) << answer;
}

// The failure of a request that never left.
Outcome Unsent(Driver& driver, const std::string& url) {
  Recorder recorder;
  driver.transfers.Start(driver.To(url), recorder);
  EXPECT_FALSE(recorder.ended()) << "never from within Start";
  driver.UntilEnd(recorder);
  EXPECT_TRUE(recorder.outcome->failure);
  EXPECT_TRUE(recorder.outcome->provably_unsent);
  EXPECT_EQ(recorder.header_blocks, 0);
  EXPECT_EQ(recorder.outcome->message.find("secret"), std::string::npos);
  return *recorder.outcome;
}

TEST(TransfersFailures, BeforeTheHeaders) {
  Fails("", Failure::kReset);
  Fails("HTTP/1.1 200 OK\r\nContent-", Failure::kReset);
}

TEST(TransfersFailures, ResetWithoutAnAnswer) { Fails("", Failure::kReset, 0, "", true); }

TEST(TransfersFailures, TruncatedBodies) {
  Fails("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", Failure::kReset, 200, "hello");
  Fails(std::string(kChunkedHead) + Chunk("hello"), Failure::kReset, 200, "hello");
  Fails(std::string(kChunkedHead) + "5\r\nhel", Failure::kReset, 200, "hel");
}

TEST(TransfersFailures, ResetAfterTheHeaders) {
  Driver driver;
  Recorder recorder;
  Signal seen;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(std::string(kChunkedHead) + Chunk("hello"));
    seen.Wait();  // or the reset would overtake the bytes
    peer.Reset();
  });
  driver.transfers.Start(driver.To(server.Url()), recorder);
  driver.Until([&] { return recorder.body == "hello"; });
  seen.Set();
  driver.UntilEnd(recorder);
  EXPECT_EQ(recorder.outcome->failure, Failure::kReset);
  EXPECT_FALSE(recorder.outcome->provably_unsent);
}

TEST(TransfersFailures, NotHttp) {
  Fails("220 mail.example ESMTP\r\n\r\n", Failure::kProtocol);
  Fails(std::string(kChunkedHead) + "zz\r\nhello", Failure::kProtocol, 200);
  Fails("HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\nx", Failure::kProtocol);
  Fails("HTTP/1.1 200 OK\r\nno header\r\nContent-Length: 1\r\n\r\nx", Failure::kProtocol);
}

TEST(TransfersFailures, Refused) {
  Driver driver;
  std::string url;
  {
    Listener closed;
    url = closed.Url();
  }
  const Outcome outcome = Unsent(driver, url);
  EXPECT_EQ(outcome.failure, Failure::kConnect);
  EXPECT_NE(outcome.message.find("refused"), std::string::npos) << outcome.message;
}

TEST(TransfersFailures, UnknownName) {
  Driver driver;
  EXPECT_EQ(Unsent(driver, "http://name.invalid/").failure, Failure::kResolve);
}

// A full queue of connections nobody accepts: Linux drops what comes then, as a black hole would.
TEST(TransfersFailures, ConnectTimeout) {
  Driver driver;
  driver.connect_options.connect_timeout = milliseconds(100);
  Listener full(0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(full.port()));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::vector<Peer> fillers;
  for (int i = 0; i < 4; ++i) {
    fillers.emplace_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    connect(fillers.back().fd(), reinterpret_cast<sockaddr*>(&address), sizeof address);
  }
  EXPECT_EQ(Unsent(driver, full.Url()).failure, Failure::kConnectTimeout);
}

TEST(TransfersFailures, ARequestMayAllowAConnectionLessTime) {
  Driver driver;
  driver.connect_options.connect_timeout = std::chrono::minutes(1);
  Listener silent;
  Recorder recorder;
  Request request = driver.To(silent.Url("https"));
  request.connect_timeout = milliseconds(100);
  driver.transfers.Start(std::move(request), recorder);
  ASSERT_TRUE(driver.UntilEnd(recorder));
  EXPECT_EQ(recorder.outcome->failure, Failure::kConnectTimeout);
}

TEST(TransfersFailures, HandshakeThatNeverAnswersIsAConnectTimeout) {
  Driver driver;
  driver.connect_options.connect_timeout = milliseconds(100);
  Listener silent;
  EXPECT_EQ(Unsent(driver, silent.Url("https")).failure, Failure::kConnectTimeout);
}

TEST(TransfersFailures, PlainHttpOnlyWhereItIsAllowed) {
  Driver driver;
  driver.connect_options.allow_plain_http = false;
  Listener listener;
  EXPECT_EQ(Unsent(driver, listener.Url()).failure, Failure::kInternal);
  EXPECT_EQ(Unsent(driver, "file:///etc/passwd").failure, Failure::kInternal);
  EXPECT_FALSE(listener.HasPending());
}

TEST(TransfersFailures, ARequestThatCouldSmuggleIsRefused) {
  Driver driver;
  Listener listener;
  const auto refused = [&](Request request) {
    Recorder recorder;
    driver.transfers.Start(std::move(request), recorder);
    EXPECT_FALSE(recorder.ended());
    driver.UntilEnd(recorder);
    EXPECT_EQ(recorder.outcome->failure, Failure::kInternal);
    EXPECT_TRUE(recorder.outcome->provably_unsent);
    EXPECT_EQ(recorder.outcome->message.find("Evil"), std::string::npos);
  };
  Request header = driver.To(listener.Url());
  header.headers.push_back("X-A: 1\r\nX-Evil: 1");
  refused(std::move(header));
  refused(driver.To(listener.Url(), "", "GET / HTTP/1.1\r\nX-Evil: 1\r\n"));
  refused(driver.To(listener.Url("http", "/\r\nX-Evil: 1")));
  EXPECT_FALSE(listener.HasPending());
}

TEST(TransfersFailures, ARefusedTransferCanBeCancelled) {
  Driver driver;
  Recorder recorder;
  Request request = driver.To("http://127.0.0.1:9/");
  request.headers = {"a: \n"};
  driver.transfers.Cancel(driver.transfers.Start(std::move(request), recorder));
  driver.transfers.Poll();
  EXPECT_FALSE(recorder.ended());
}

TEST(TransfersFailures, ProxyThatRefuses) {
  Driver driver;
  for (const std::string answer : {"HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n", ""}) {
    ScriptedServer proxy([&](Listener& listener) {
      Peer peer = listener.Accept();
      EXPECT_TRUE(peer.ReadRequest().starts_with("CONNECT upstream.invalid:443 HTTP/1.1\r\n"));
      peer.Send(answer);
    });
    driver.connect_options.proxy = "http://user:secret@127.0.0.1:" + std::to_string(proxy.port());
    EXPECT_EQ(Unsent(driver, "https://upstream.invalid/").failure, Failure::kConnect);
  }
  driver.connect_options.proxy = "bad://user:secret@127.0.0.1";
  EXPECT_TRUE(Unsent(driver, "https://upstream.invalid/").failure);
}

TEST(TransfersFailures, OutOfDescriptorsIsOurFault) {
  Driver driver;
  Listener listener;
  rlimit before{};
  getrlimit(RLIMIT_NOFILE, &before);
  const int lowest_free = dup(0);
  close(lowest_free);
  const rlimit none{static_cast<rlim_t>(lowest_free), before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &none);
  Recorder recorder;
  driver.transfers.Start(driver.To(listener.Url()), recorder);
  for (int i = 0; i < 1000 && !recorder.ended(); ++i) driver.transfers.Poll();
  setrlimit(RLIMIT_NOFILE, &before);
  ASSERT_TRUE(recorder.ended());
  EXPECT_EQ(recorder.outcome->failure, Failure::kDescriptors);
  EXPECT_EQ(recorder.outcome->message, "out of descriptors");
  EXPECT_TRUE(recorder.outcome->provably_unsent);
}

TEST(TransfersFailures, DescriptorsAboveTheBoundAreLeftToOthers) {
  const int lowest_free = dup(0);
  close(lowest_free);
  TransferLimits limits;
  limits.max_descriptor = lowest_free;
  Driver driver(limits);
  Listener listener;
  const Outcome outcome = Unsent(driver, listener.Url());
  EXPECT_EQ(outcome.failure, Failure::kDescriptors);
  EXPECT_FALSE(listener.HasPending());
}

// libcurl gives a multi handle up for good when its callbacks fail: every transfer hears of it and
// the next one works.
TEST(TransfersFailures, BrokenMultiHandleIsReplaced) {
  Driver driver;
  Signal next;
  ScriptedServer server([&](Listener& listener) {
    Peer first = listener.Accept();
    first.ReadRequest();
    first.Send(kChunkedHead);
    first.Send(Chunk("x"));
    EXPECT_TRUE(first.SawClose());
    next.Wait();
    while (true) {  // the second may have connected before it failed
      Peer peer = listener.Accept();
      if (peer.ReadRequest().empty()) continue;
      peer.Send(Answer("back"));
      return;
    }
  });
  Recorder streaming, starting, after;
  driver.transfers.Start(driver.To(server.Url()), streaming);
  driver.Until([&] { return !streaming.body.empty(); });
  const int epoll = driver.transfers.epoll_fd();
  const int saved = dup(epoll);
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  dup2(null, epoll);
  driver.transfers.Start(driver.To(server.Url()), starting);
  driver.Until([&] { return streaming.ended() && starting.ended(); });
  dup2(saved, epoll);
  close(saved);
  close(null);
  EXPECT_EQ(streaming.outcome->failure, Failure::kInternal);
  EXPECT_FALSE(streaming.outcome->provably_unsent);
  EXPECT_EQ(starting.outcome->failure, Failure::kInternal);
  EXPECT_TRUE(starting.outcome->provably_unsent);
  EXPECT_EQ(driver.transfers.active(), 0u);
  next.Set();
  driver.transfers.Start(driver.To(server.Url()), after);
  driver.UntilEnd(after);
  EXPECT_EQ(after.body, "back");
}

}  // namespace
}  // namespace inferwire::http
