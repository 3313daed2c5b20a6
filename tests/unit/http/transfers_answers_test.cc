// What reaches the upstream and what comes back when nothing goes wrong.
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <utility>

#include "support/scripted_server.h"
#include "unit/http/driver.h"

namespace inferwire::http {
namespace {

// Sends one request to a server that gives this answer; what the server read goes to `seen`.
void Exchange(Driver& driver, Request request, Recorder& recorder, std::string answer,
              std::string* seen = nullptr) {
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    const std::string read = peer.ReadRequest();
    if (seen) *seen = read;
    peer.Send(answer);
  });
  request.url = server.Url();
  driver.transfers.Start(std::move(request), recorder);
  driver.UntilEnd(recorder);
}

TEST(TransfersAnswers, Unary) {
  Driver driver;
  Recorder recorder;
  std::string seen;
  const std::string answer = Answer("{\"ok\":true}", "X-Request-ID: r1\r\nX-Empty:\r\n");
  Exchange(driver, driver.To("", "{\"q\":1}"), recorder, answer, &seen);
  ASSERT_TRUE(recorder.ok()) << recorder.outcome->message;
  EXPECT_EQ(recorder.status, 200);
  EXPECT_EQ(recorder.header_blocks, 1);
  EXPECT_EQ(recorder.headers.Get("x-request-id"), "r1");
  EXPECT_TRUE(recorder.headers.Has("x-empty"));
  EXPECT_EQ(recorder.body, "{\"ok\":true}");
  EXPECT_TRUE(seen.starts_with("POST /v1/x HTTP/1.1\r\n")) << seen;
  EXPECT_TRUE(seen.ends_with("\r\n\r\n{\"q\":1}")) << seen;
  EXPECT_NE(seen.find("Authorization: Bearer secret\r\n"), std::string::npos);
  EXPECT_NE(seen.find("Content-Type: application/json\r\n"), std::string::npos);
  EXPECT_NE(seen.find("\r\nAccept-Encoding: identity\r\n"), std::string::npos);
  for (const char* unwanted : {"Expect:", "User-Agent:", "urlencoded"}) {
    EXPECT_EQ(seen.find(unwanted), std::string::npos) << unwanted;
  }
  const Outcome& outcome = *recorder.outcome;
  EXPECT_EQ(outcome.bytes_sent, static_cast<int64_t>(seen.size()));
  EXPECT_EQ(outcome.bytes_received, static_cast<int64_t>(answer.size()));
  EXPECT_FALSE(outcome.reused_connection);
  EXPECT_GT(outcome.connect.count(), 0);
  EXPECT_GT(outcome.first_byte.count(), 0);
  EXPECT_GE(outcome.total, outcome.connect + outcome.first_byte);
  EXPECT_EQ(outcome.tls.count(), 0);
  EXPECT_EQ(driver.transfers.active(), 0u);
}

// Heads are put together by our wrapped_curl.cc up to a length, and beyond it by libcurl.
TEST(TransfersAnswers, HeadersOfEveryLengthArriveAsTheyAre) {
  Driver driver;
  for (const size_t length : {0u, 1u, 2000u, 2037u, 2038u, 2039u, 2040u, 20'000u}) {
    Request request = driver.To("", "{}");
    const std::string value = length == 0 ? "%s%d%%n" : std::string(length, 'v');
    request.headers.push_back("X-Long: " + value);
    Recorder recorder;
    std::string seen;
    Exchange(driver, std::move(request), recorder, Answer("x"), &seen);
    EXPECT_TRUE(recorder.ok()) << length;
    EXPECT_NE(seen.find("\r\nX-Long: " + value + "\r\n"), std::string::npos) << length;
    EXPECT_TRUE(seen.ends_with("\r\nContent-Length: 2\r\n\r\n{}")) << seen;
  }
}

TEST(TransfersAnswers, StreamArrivesAsItIsSent) {
  Driver driver;
  Recorder recorder;
  Signal next;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send(kChunkedHead);
    peer.Send(Chunk("data: 1\n\n"));
    next.Wait();  // only the first event makes the test ask for the second
    peer.Send(Chunk("data: 2\n\n"));
    peer.Send("0\r\nX-Trailer: t\r\n\r\n");
  });
  driver.transfers.Start(driver.To(server.Url()), recorder);
  driver.Until([&] { return recorder.body == "data: 1\n\n"; });
  EXPECT_FALSE(recorder.ended());
  next.Set();
  driver.UntilEnd(recorder);
  EXPECT_TRUE(recorder.ok());
  EXPECT_EQ(recorder.body, "data: 1\n\ndata: 2\n\n");
  EXPECT_EQ(recorder.header_blocks, 1);
  EXPECT_FALSE(recorder.headers.Has("x-trailer"));
}

TEST(TransfersAnswers, LargeBodiesBothWays) {
  Driver driver;
  Recorder recorder;
  std::string seen;
  const std::string body(3'000'000, 'q');
  Exchange(driver, driver.To("", body), recorder, Answer(std::string(5'000'000, 'a')), &seen);
  ASSERT_TRUE(recorder.ok());
  EXPECT_EQ(recorder.body, std::string(5'000'000, 'a'));
  EXPECT_TRUE(seen.ends_with("\r\n\r\n" + body));
  EXPECT_EQ(seen.find("Expect:"), std::string::npos);
  EXPECT_EQ(recorder.outcome->bytes_sent, static_cast<int64_t>(seen.size()));
}

TEST(TransfersAnswers, BodyUntilTheConnectionCloses) {
  Driver driver;
  Recorder recorder;
  Exchange(driver, driver.To(""), recorder, "HTTP/1.0 200 OK\r\n\r\nhello");
  EXPECT_TRUE(recorder.ok());
  EXPECT_EQ(recorder.body, "hello");
}

TEST(TransfersAnswers, EveryMethodWithAndWithoutBody) {
  using Case = std::pair<std::string, std::string>;
  for (const auto& [method, body] :
       {Case{"GET", ""}, Case{"GET", "b"}, Case{"DELETE", ""}, Case{"DELETE", "b"},
        Case{"POST", ""}, Case{"POST", "b"}, Case{"PUT", "b"}, Case{"PATCH", "b"}}) {
    Driver driver;
    Recorder recorder;
    std::string seen;
    Exchange(driver, driver.To("", body, method), recorder, Answer("x"), &seen);
    EXPECT_TRUE(recorder.ok()) << method;
    EXPECT_EQ(recorder.body, "x");
    EXPECT_TRUE(seen.starts_with(method + " /v1/x HTTP/1.1\r\n")) << seen;
    EXPECT_TRUE(seen.ends_with("\r\n\r\n" + body)) << seen;
    const bool has_length = seen.find("Content-Length:") != std::string::npos;
    EXPECT_EQ(has_length, !body.empty() || method == "POST") << seen;
  }
}

TEST(TransfersAnswers, OneHandleServesEveryMethodInTurn) {
  Driver driver;
  for (const std::string method :
       {"POST", "GET", "HEAD", "POST", "DELETE", "GET", "PUT", "HEAD", "GET"}) {
    Recorder recorder;
    std::string seen;
    const bool with_body = method == "POST" || method == "PUT";
    const bool head = method == "HEAD";
    Exchange(driver, driver.To("", with_body ? "b" : "", method), recorder,
             head ? Answer("") : Answer("x"), &seen);
    EXPECT_TRUE(recorder.ok()) << method;
    EXPECT_TRUE(seen.starts_with(method + " /v1/x HTTP/1.1\r\n")) << seen;
    EXPECT_TRUE(seen.ends_with(with_body ? "\r\n\r\nb" : "\r\n\r\n")) << seen;
    EXPECT_EQ(recorder.body, head ? "" : "x");
    EXPECT_EQ(driver.transfers.pooled(), 1u);
  }
}

TEST(TransfersAnswers, InterimAnswersAreSkipped) {
  Driver driver;
  Recorder recorder;
  Exchange(
      driver, driver.To(""), recorder,
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n" + Answer("x"));
  EXPECT_TRUE(recorder.ok());
  EXPECT_EQ(recorder.status, 200);
  EXPECT_EQ(recorder.header_blocks, 1);
  EXPECT_FALSE(recorder.headers.Has("link"));
  EXPECT_EQ(recorder.body, "x");
}

TEST(TransfersAnswers, FoldedHeaderLinesNeitherEndTheBlockNorMakeHeaders) {
  Driver driver;
  Recorder recorder;
  Exchange(driver, driver.To(""), recorder, Answer("x", "X-A: 1\r\n x-b: 2\r\nX-C: 3\r\n"));
  EXPECT_TRUE(recorder.ok());
  EXPECT_FALSE(recorder.headers.Has("x-b"));
  EXPECT_EQ(recorder.headers.Get("x-c"), "3");
}

TEST(TransfersAnswers, ErrorBeforeTheUploadIsReadIsAnAnswer) {
  Driver driver;
  Recorder recorder;
  ScriptedServer server([](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadHead();
    peer.Send("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\nConnection: close\r\n\r\nbig");
    EXPECT_TRUE(peer.SawClose());
  });
  driver.transfers.Start(driver.To(server.Url(), std::string(20'000'000, 'q')), recorder);
  driver.UntilEnd(recorder);
  EXPECT_TRUE(recorder.ok()) << recorder.outcome->message;
  EXPECT_EQ(recorder.status, 413);
  EXPECT_EQ(recorder.body, "big");
}

TEST(TransfersAnswers, ALongAnswerFreesItsRequestWhenItBegins) {
  Driver driver;
  Signal seen;
  std::string again;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\na");
    seen.Wait();
    peer.Send("b");
    again = peer.ReadRequest();
    peer.Send(Answer("c"));
  });
  Recorder recorder, second;
  Request request = driver.To(server.Url());
  request.long_answer = true;
  const std::weak_ptr<const std::string> body = request.body;
  driver.transfers.Start(std::move(request), recorder);
  ASSERT_TRUE(driver.Until([&] { return recorder.body == "a"; }));
  EXPECT_TRUE(body.expired());
  seen.Set();
  driver.UntilEnd(recorder);
  EXPECT_TRUE(recorder.ok());
  EXPECT_EQ(recorder.body, "ab");
  // The same handle, the same connection.
  driver.transfers.Start(driver.To(server.Url(), "{\"again\":1}"), second);
  driver.UntilEnd(second);
  EXPECT_TRUE(second.ok());
  EXPECT_NE(again.find("Authorization: Bearer secret\r\n"), std::string::npos) << again;
  EXPECT_TRUE(again.ends_with("\r\n\r\n{\"again\":1}")) << again;
}

TEST(TransfersAnswers, ALongAnswerThatBeginsTooEarlyKeepsItsRequest) {
  Driver driver;
  Recorder recorder;
  const std::string body(20'000'000, 'q');
  std::string seen;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    const std::string head = peer.ReadHead();
    peer.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
    seen = peer.ReadBytes(body.size());
    peer.Send("0\r\n\r\n");
  });
  Request request = driver.To(server.Url(), body);
  request.long_answer = true;
  driver.transfers.Start(std::move(request), recorder);
  driver.UntilEnd(recorder);
  EXPECT_TRUE(recorder.ok()) << recorder.outcome->message;
  EXPECT_EQ(recorder.body, "a");
  EXPECT_TRUE(seen == body);
}

TEST(TransfersAnswers, RedirectIsNotFollowed) {
  Driver driver;
  Recorder recorder;
  Signal ended;
  ScriptedServer server([&](Listener& listener) {
    Peer peer = listener.Accept();
    peer.ReadRequest();
    peer.Send("HTTP/1.1 307 Go\r\nLocation: " + listener.Url() + "\r\nContent-Length: 0\r\n\r\n");
    ended.Wait();
    EXPECT_FALSE(peer.Readable() || listener.HasPending());
  });
  driver.transfers.Start(driver.To(server.Url()), recorder);
  driver.UntilEnd(recorder);
  ended.Set();
  EXPECT_TRUE(recorder.ok());
  EXPECT_EQ(recorder.status, 307);
  EXPECT_TRUE(recorder.headers.Has("location"));
}

// Proxies of the environment are not ours, whatever the variables are called.
TEST(TransfersAnswers, ProxiesOfTheEnvironmentAreIgnored) {
  for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}) {
    setenv(name, "http://127.0.0.1:1", 1);
  }
  Driver driver;
  Recorder recorder;
  Exchange(driver, driver.To(""), recorder, Answer("x"));
  EXPECT_TRUE(recorder.ok()) << recorder.outcome->message;
  for (const char* name : {"http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"}) unsetenv(name);
}

TEST(TransfersAnswers, ConfiguredProxyIsUsedWhateverTheEnvironmentExcludes) {
  setenv("no_proxy", "*", 1);
  Driver driver;
  Recorder recorder;
  std::string seen;
  ScriptedServer proxy([&](Listener& listener) {
    Peer peer = listener.Accept();
    seen = peer.ReadRequest();
    peer.Send(Answer("from the proxy"));
  });
  driver.connect_options.proxy = proxy.Url("http", "");
  driver.transfers.Start(driver.To("http://upstream.invalid/v1/x"), recorder);
  driver.UntilEnd(recorder);
  EXPECT_EQ(recorder.body, "from the proxy");
  EXPECT_TRUE(seen.starts_with("POST http://upstream.invalid/v1/x HTTP/1.1\r\n")) << seen;
  unsetenv("no_proxy");
}

}  // namespace
}  // namespace inferwire::http
