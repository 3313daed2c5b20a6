// Nothing that one transfer leaves behind is felt by the next: after every way in which a transfer
// can end, the same loop with its pooled handles and connections serves a healthy upstream.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "support/scripted_server.h"
#include "unit/http/driver.h"

namespace inferwire::http {
namespace {

using Script = std::function<void(Peer&)>;

// Answers every request on a kept connection, until one goes to /stop.
class HealthyServer {
 public:
  explicit HealthyServer(Driver& driver) : driver_(driver) {}
  ~HealthyServer() { Ask("/stop"); }

  void ExpectAnswer(const std::string& after) {
    for (int i = 0; i < 2; ++i) {  // a new connection and a kept one, at the latest
      const Recorder recorder = Ask("/v1/x");
      ASSERT_TRUE(recorder.ok()) << after << ": " << recorder.outcome->message;
      EXPECT_EQ(recorder.body, "hi") << after;
      EXPECT_TRUE(recorder.outcome->message.empty()) << after;
    }
  }

 private:
  static void Serve(Listener& listener) {
    while (true) {
      Peer peer = listener.Accept();
      for (std::string request; !(request = peer.ReadRequest()).empty();) {
        peer.Send(Answer("hi"));
        if (request.starts_with("POST /stop")) return;
      }
    }
  }

  Recorder Ask(const std::string& path) {
    Recorder recorder;
    driver_.transfers.Start(driver_.To(server_.Url("http", path)), recorder);
    driver_.UntilEnd(recorder);
    return recorder;
  }

  Driver& driver_;
  ScriptedServer server_{Serve};
};

// A transfer that ends by itself, as it should.
void Ends(Driver& driver, Request request, std::optional<Failure> failure) {
  Recorder recorder;
  driver.transfers.Start(std::move(request), recorder);
  driver.UntilEnd(recorder);
  EXPECT_EQ(recorder.outcome->failure, failure) << recorder.outcome->message;
}

// Does not get its connection in time.
void TimesOut(Driver& driver, const std::string& url) {
  ConnectOptions connect_options = driver.connect_options;
  connect_options.connect_timeout = std::chrono::milliseconds(100);
  Request request = driver.To(url);
  request.connect_options = &connect_options;
  Ends(driver, std::move(request), Failure::kConnectTimeout);
}

// Fails at an upstream that does this with the request.
void FailsAt(Driver& driver, const Script& script, Failure failure,
             const std::string& scheme = "http", bool read = true) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    read ? peer.ReadRequest() : peer.ReadBytes(1);
    script(peer);
  });
  Ends(driver, driver.To(server.Url(scheme)), failure);
}

Script Says(std::string bytes, bool reset = false) {
  return [bytes = std::move(bytes), reset](Peer& peer) {
    peer.Send(bytes);
    if (reset) peer.Reset();
  };
}

// Cancelled as soon as `when` holds.
void CancelledWhen(Driver& driver, Request request,
                   const std::function<bool(const Recorder&)>& when, bool pause = false) {
  Recorder recorder;
  if (pause) recorder.on_body = [](std::string_view) { return false; };
  Transfer* transfer = driver.transfers.Start(std::move(request), recorder);
  driver.Until([&] { return recorder.ended() || when(recorder); });
  if (!recorder.ended()) driver.transfers.Cancel(transfer);
}

// At an upstream that says this and waits for the end.
void CancelledAt(Driver& driver, const std::string& bytes,
                 const std::function<bool(const Recorder&)>& when, bool pause = false) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(bytes);
    EXPECT_TRUE(peer.SawClose());
  });
  CancelledWhen(driver, driver.To(server.Url()), when, pause);
}

// A listener whose queue is full: nobody gets through.
class BlackHole {
 public:
  BlackHole() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(full_.port()));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int i = 0; i < 4; ++i) {
      fillers_.emplace_back(socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
      connect(fillers_.back().fd(), reinterpret_cast<sockaddr*>(&address), sizeof address);
    }
  }
  std::string Url() const { return full_.Url(); }

 private:
  Listener full_{0};
  std::vector<Peer> fillers_;
};

std::string ClosedPort() {
  Listener closed;
  return closed.Url();
}

bool AtOnce(const Recorder&) { return true; }

struct Way {
  std::string name;
  std::function<void(Driver&)> happen;
};

std::vector<Way> NoConnection() {
  return {
      {"name not resolved",
       [](Driver& d) { Ends(d, d.To("http://name.invalid/"), Failure::kResolve); }},
      {"proxy's name not resolved",
       [](Driver& d) {
         ConnectOptions connect_options = d.connect_options;
         connect_options.proxy = "http://proxy.invalid:3128";
         Request request = d.To("https://127.0.0.1:1/");
         request.connect_options = &connect_options;
         Ends(d, std::move(request), Failure::kResolve);
       }},
      {"bad URL", [](Driver& d) { Ends(d, d.To("http://[::bad/"), Failure::kInternal); }},
      {"no URL", [](Driver& d) { Ends(d, d.To(""), Failure::kInternal); }},
      {"another scheme", [](Driver& d) { Ends(d, d.To("file:///etc/hosts"), Failure::kInternal); }},
      {"an option that libcurl refuses",
       [](Driver& d) {
         Ends(d, d.To("http://127.0.0.1:9/" + std::string(9'000'000, 'u')), Failure::kInternal);
       }},
      {"not a method",
       [](Driver& d) {
         Ends(d, d.To("http://127.0.0.1:9/", "{}", "no method"), Failure::kInternal);
       }},
      {"refused", [](Driver& d) { Ends(d, d.To(ClosedPort()), Failure::kConnect); }},
      {"connect timeout",
       [](Driver& d) {
         const BlackHole hole;
         TimesOut(d, hole.Url());
       }},
      {"silent TLS handshake",
       [](Driver& d) {
         const Listener silent;
         TimesOut(d, silent.Url("https"));
       }},
      {"no TLS",
       [](Driver& d) {
         FailsAt(d, Says("HTTP/1.1 400 No\r\n\r\n"), Failure::kTls, "https", /*read=*/false);
       }},
      {"TLS handshake reset",
       [](Driver& d) { FailsAt(d, Says("", true), Failure::kTls, "https", /*read=*/false); }},
      {"missing CA bundle",
       [](Driver& d) {
         const Listener listener;
         ConnectOptions connect_options = d.connect_options;
         connect_options.ca_bundle = "/nowhere/ca.pem";
         Request request = d.To(listener.Url("https"));
         request.connect_options = &connect_options;
         Ends(d, std::move(request), Failure::kTls);
       }},
      {"proxy refuses",
       [](Driver& d) {
         ScriptedServer proxy([](Listener& listener) {
           Peer peer = listener.Accept();
           peer.ReadRequest();
           peer.Send("HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n");
         });
         ConnectOptions connect_options = d.connect_options;
         connect_options.proxy = proxy.Url("http", "");
         Request request = d.To("https://upstream.invalid/");
         request.connect_options = &connect_options;
         Ends(d, std::move(request), Failure::kConnect);
       }},
      {"out of descriptors",
       [](Driver& d) {
         const Listener listener;
         rlimit before{};
         getrlimit(RLIMIT_NOFILE, &before);
         const int lowest_free = dup(0);
         close(lowest_free);
         const rlimit none{static_cast<rlim_t>(lowest_free), before.rlim_max};
         setrlimit(RLIMIT_NOFILE, &none);
         Recorder recorder;
         d.transfers.Start(d.To(listener.Url()), recorder);
         while (!recorder.ended()) d.transfers.Poll();
         setrlimit(RLIMIT_NOFILE, &before);
         EXPECT_EQ(recorder.outcome->failure, Failure::kDescriptors);
       }},
  };
}

std::vector<Way> BrokenAnswers() {
  const std::string chunked(kChunkedHead);
  const auto fails = [](const std::string& name, std::string answer, Failure failure,
                        bool reset = false) {
    return Way{name, [=](Driver& d) { FailsAt(d, Says(answer, reset), failure); }};
  };
  return {
      fails("no answer", "", Failure::kReset),
      fails("reset", "", Failure::kReset, true),
      fails("cut head", "HTTP/1.1 200 OK\r\nContent-", Failure::kReset),
      fails("cut body", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf", Failure::kReset),
      fails("cut chunks", chunked + Chunk("half"), Failure::kReset),
      fails("not HTTP", "220 mail.example ESMTP\r\n\r\n", Failure::kProtocol),
      fails("bad chunk", chunked + "zz\r\nx", Failure::kProtocol),
      fails("bad length", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n", Failure::kProtocol),
      fails("too many headers",
            "HTTP/1.1 200 OK\r\n" + std::string("X: ") + std::string(70'000, 'x') + "\r\n\r\n",
            Failure::kProtocol),
      fails("broken coding", Answer("\x1fno gzip", "Content-Encoding: gzip\r\n"),
            Failure::kProtocol),
      fails("cut coding", Answer("\x1f\x8b\x08", "Content-Encoding: gzip\r\n"), Failure::kProtocol),
      {"a kept connection that ends after the request",
       [](Driver& d) {
         ScriptedServer server([](Listener& listener) {
           Peer peer = listener.Accept();
           peer.ReadRequest();
           peer.Send(Answer("1"));
           peer.ReadRequest();
         });
         Ends(d, d.To(server.Url()), std::nullopt);
         Ends(d, d.To(server.Url()), Failure::kReset);
       }},
      {"an unsolicited answer",
       [](Driver& d) {
         Signal over;
         ScriptedServer server([&](Listener& listener) {
           {
             Peer peer = listener.Accept();
             peer.ReadRequest();
             peer.Send(Answer("1"));
             peer.ReadRequest();
             peer.Send(Answer("2"));
             over.Wait();
             peer.Send(Answer("3"));
             EXPECT_TRUE(peer.SawClose());
           }
           Peer peer = listener.Accept();
           peer.ReadRequest();
         });
         Ends(d, d.To(server.Url()), std::nullopt);
         Ends(d, d.To(server.Url()), std::nullopt);
         over.Set();
         WaitForBytesFrom(server.port());
         Ends(d, d.To(server.Url()), Failure::kReset);
       }},
      {"a body that fails",
       [](Driver& d) {
         class Failing final : public BodySource {
           int64_t Read(char*, size_t) override { return kFailed; }
         };
         ScriptedServer server([](Listener& listener) {
           Peer peer = listener.Accept();
           EXPECT_FALSE(peer.ReadHead().empty());
           EXPECT_TRUE(peer.SawClose());
         });
         Request request = d.To(server.Url(), "");
         request.source = std::make_shared<Failing>();
         request.source_bytes = 10;
         Ends(d, std::move(request), Failure::kInternal);
       }},
      {"a broken multi handle",
       [](Driver& d) {
         const Listener listener;
         Recorder recorder;
         const int epoll = d.transfers.epoll_fd();
         const int saved = dup(epoll);
         const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
         dup2(null, epoll);
         d.transfers.Start(d.To(listener.Url()), recorder);
         d.UntilEnd(recorder);
         dup2(saved, epoll);
         close(saved);
         close(null);
         EXPECT_EQ(recorder.outcome->failure, Failure::kInternal);
       }},
  };
}

std::vector<Way> Cancels() {
  const std::string half = std::string(kChunkedHead) + Chunk("half");
  return {
      {"cancelled at once", [](Driver& d) { CancelledWhen(d, d.To(ClosedPort()), AtOnce); }},
      {"cancelled while the name is resolved",
       [](Driver& d) {
         Recorder recorder;
         Transfer* transfer = d.transfers.Start(d.To("http://name.invalid/"), recorder);
         d.transfers.Poll();
         if (!recorder.ended()) d.transfers.Cancel(transfer);
       }},
      {"cancelled while it connects",
       [](Driver& d) {
         const BlackHole hole;
         Recorder recorder;
         Transfer* transfer = d.transfers.Start(d.To(hole.Url()), recorder);
         d.transfers.Poll();
         ASSERT_FALSE(recorder.ended());
         d.transfers.Cancel(transfer);
       }},
      {"cancelled in the TLS handshake",
       [](Driver& d) {
         Signal greeted;
         ScriptedServer server([&](Listener& listener) {
           Peer peer = listener.Accept();
           EXPECT_FALSE(peer.ReadBytes(1).empty());
           greeted.Set();
           EXPECT_TRUE(peer.SawClose());
         });
         CancelledWhen(d, d.To(server.Url("https")),
                       [&](const Recorder&) { return greeted.IsSet(); });
       }},
      {"cancelled while it waits for a connection",
       [](Driver& d) {
         Signal over;
         ScriptedServer server([&](Listener& listener) {
           Peer peer = listener.Accept();
           peer.ReadRequest();
           peer.Send(kChunkedHead);
           EXPECT_TRUE(peer.SawClose());
           over.Wait();
           EXPECT_FALSE(listener.HasPending());
         });
         Recorder first, second;
         Transfer* holds = d.transfers.Start(d.To(server.Url()), first);
         d.Until([&] { return first.header_blocks == 1; });
         Transfer* waits = d.transfers.Start(d.To(server.Url()), second);
         d.transfers.Poll();
         d.transfers.Cancel(waits);
         d.transfers.Cancel(holds);
         over.Set();
       }},
      {"cancelled before the head",
       [](Driver& d) {
         Signal read;
         ScriptedServer server([&](Listener& listener) {
           Peer peer = listener.Accept();
           peer.ReadRequest();
           read.Set();
           EXPECT_TRUE(peer.SawClose());
         });
         CancelledWhen(d, d.To(server.Url()), [&](const Recorder&) { return read.IsSet(); });
       }},
      {"cancelled after the head",
       [](Driver& d) {
         CancelledAt(d, std::string(kChunkedHead),
                     [](const Recorder& r) { return r.header_blocks == 1; });
       }},
      {"cancelled in the body",
       [half](Driver& d) {
         CancelledAt(d, half, [](const Recorder& r) { return !r.body.empty(); });
       }},
      {"cancelled while paused",
       [half](Driver& d) {
         CancelledAt(
             d, half, [](const Recorder& r) { return r.header_blocks == 1; }, true);
       }},
      {"cancelled while it is refused",
       [](Driver& d) {
         Recorder recorder;
         d.transfers.Cancel(d.transfers.Start(d.To("http://h/", "{}", "no method"), recorder));
       }},
      {"cancelled during the upload",
       [](Driver& d) {
         class Starving final : public BodySource {
           int64_t Read(char*, size_t) override { return kNothingNow; }
         };
         Signal begun;
         ScriptedServer server([&](Listener& listener) {
           Peer peer = listener.Accept();
           EXPECT_FALSE(peer.ReadHead().empty());
           begun.Set();
           EXPECT_TRUE(peer.SawClose());
         });
         Request request = d.To(server.Url(), "");
         request.source = std::make_shared<Starving>();
         CancelledWhen(d, std::move(request), [&](const Recorder&) { return begun.IsSet(); });
       }},
      {"cancelled from within its head",
       [half](Driver& d) {
         ScriptedServer server([&](Listener& listener) {
           Peer peer = listener.Accept();
           peer.ReadRequest();
           peer.Send(half);
           EXPECT_TRUE(peer.SawClose());
         });
         Recorder recorder;
         Transfer* transfer = d.transfers.Start(d.To(server.Url()), recorder);
         recorder.on_headers = [&] { d.transfers.Cancel(transfer); };
         d.Until([&] { return recorder.header_blocks == 1; });
       }},
  };
}

TEST(TransfersRecovery, AfterEveryEndTheSameLoopServesAHealthyUpstream) {
  TransferLimits limits;
  limits.max_host_connections = 1;
  limits.max_connections = 3;
  Driver driver(limits);
  driver.connect_options.connect_timeout = kPatience;
  HealthyServer healthy(driver);
  healthy.ExpectAnswer("the start");
  for (const auto& ways : {NoConnection(), BrokenAnswers(), Cancels()}) {
    for (const Way& way : ways) {
      SCOPED_TRACE(way.name);
      way.happen(driver);
      EXPECT_EQ(driver.transfers.active(), 0u);
      healthy.ExpectAnswer(way.name);
      ASSERT_FALSE(testing::Test::HasFatalFailure());
    }
  }
}

// As many failures as there are places for connections, all at once.
TEST(TransfersRecovery, AfterACrowdOfFailures) {
  constexpr int kCrowd = 20;
  TransferLimits limits;
  limits.max_connections = limits.max_host_connections = 4;
  Driver driver(limits);
  HealthyServer healthy(driver);
  for (const std::string& url : {std::string("http://name.invalid/"), ClosedPort()}) {
    std::vector<Recorder> recorders(kCrowd);
    for (Recorder& recorder : recorders) driver.transfers.Start(driver.To(url), recorder);
    for (Recorder& recorder : recorders) driver.UntilEnd(recorder);
    healthy.ExpectAnswer(url);
  }
}

}  // namespace
}  // namespace inferwire::http
