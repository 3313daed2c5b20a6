#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <memory>

#include "unit/simulator/http_client.h"

namespace inferwire::simulator::testing {
namespace {

using std::chrono::seconds;

std::unique_ptr<Simulator> Start(Options options = {}) {
  return std::move(*Simulator::Start(options));
}

std::string StreamText(std::string_view words) {
  Json body = Ask();
  body["stream"] = true;
  return PostText("/v1/chat/completions", Dump(body), {{"x-simulator", std::string(words)}});
}

TEST(Server, SaysWhereItListens) {
  auto simulator = Start();
  EXPECT_EQ(simulator->base_url(), "http://127.0.0.1:" + std::to_string(simulator->port()) + "/v1");
  Options taken;
  taken.listen = "127.0.0.1:" + std::to_string(simulator->port());
  EXPECT_FALSE(Simulator::Start(taken).ok());
  for (const char* bad : {"nowhere", "127.0.0.1:x", "127.0.0.1:", "host:1"}) {
    Options options;
    options.listen = bad;
    EXPECT_FALSE(Simulator::Start(options).ok()) << bad;
  }
}

TEST(Server, KeepsConnectionsAlive) {
  auto simulator = Start();
  Connection connection(simulator->port());
  for (int i = 0; i < 3; ++i) {
    connection.Send(i == 1 ? StreamText("tokens=3")
                           : PostText("/v1/chat/completions", Dump(Ask())));
    const Response response = connection.Read();
    EXPECT_EQ(response.status, 200);
    EXPECT_TRUE(response.complete);
  }
  EXPECT_EQ(simulator->stats().connections, 1u);
  EXPECT_EQ(simulator->stats().requests, 3u);
}

TEST(Server, AnswersPipelinedRequestsInOrder) {
  auto simulator = Start();
  Connection connection(simulator->port());
  connection.Send(StreamText("tokens=3; rate=100") +
                  PostText("/v1/chat/completions", Dump(Ask("second")), {{"x-simulator", "echo"}}) +
                  "GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n");
  EXPECT_EQ(Chunks(connection.Read().body).size(), 5u);
  EXPECT_EQ(connection.Read().json()["choices"][0]["message"]["content"], "second");
  EXPECT_EQ(connection.Read().json()["object"], "list");
}

TEST(Server, ReadsOnWhenItHasPausedForPipelinedRequests) {
  constexpr int kRequests = 1500;
  auto simulator = Start();
  Connection connection(simulator->port());
  const std::string one =
      "GET /simulator/health HTTP/1.1\r\nhost: x\r\nfiller: " + std::string(100, 'x') + "\r\n\r\n";
  std::string all;
  for (int i = 0; i < kRequests; ++i) all += one;
  ASSERT_GT(all.size(), 128u << 10) << "more than the simulator keeps";
  connection.Send(all);
  int answered = 0;
  while (answered < kRequests && connection.Read().status == 200) ++answered;
  EXPECT_EQ(answered, kRequests);
}

TEST(Server, ReadsChunkedBodiesByteByByte) {
  auto simulator = Start();
  Connection connection(simulator->port());
  const std::string body = Dump(Ask("chunked"));
  std::string text =
      "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nx-simulator: echo\r\n"
      "transfer-encoding: chunked\r\n\r\n";
  for (const char c : body) text += "1\r\n" + std::string(1, c) + "\r\n";
  text += "0\r\n\r\n";
  for (const char c : text) connection.Send({&c, 1});
  EXPECT_EQ(connection.Read().json()["choices"][0]["message"]["content"], "chunked");
}

TEST(Server, SaysContinueBeforeTheBody) {
  auto simulator = Start();
  Connection connection(simulator->port());
  const std::string body = Dump(Ask());
  connection.Send(
      "POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\n"
      "content-length: " +
      std::to_string(body.size()) + "\r\n\r\n");
  EXPECT_EQ(connection.Read().status, 100);
  connection.Send(body);
  EXPECT_EQ(connection.Read().status, 200);
}

TEST(Server, SpeaksHttp10) {
  auto simulator = Start();
  const std::string body =
      StreamText("tokens=3").substr(StreamText("tokens=3").find("\r\n\r\n") + 4);
  Connection connection(simulator->port());
  connection.Send("POST /v1/chat/completions HTTP/1.0\r\ncontent-length: " +
                  std::to_string(body.size()) + "\r\n\r\n" + body);
  const Response response = connection.Read();
  EXPECT_EQ(response.Header("transfer-encoding"), "");
  EXPECT_EQ(response.Header("connection"), "close");
  EXPECT_EQ(DataLines(response.body).back(), "[DONE]");
}

TEST(Server, RefusesWhatIsTooLargeOrNotHttp) {
  Options options;
  options.max_request_bytes = 1000;
  options.max_header_bytes = 500;
  auto simulator = Start(options);
  const auto status = [&](const std::string& text) {
    Connection connection(simulator->port());
    connection.Send(text);
    const int status = connection.Read().status;
    EXPECT_TRUE(connection.AtEnd());
    return status;
  };
  EXPECT_EQ(status(PostText("/v1/chat/completions", std::string(1001, 'x'))), 413);
  std::string chunked = "POST /v1/chat/completions HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n";
  for (int i = 0; i < 20; ++i) chunked += "64\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_EQ(status(chunked), 413);
  EXPECT_EQ(status("GET / HTTP/1.1\r\nlong: " + std::string(600, 'x') + "\r\n\r\n"), 431);
  EXPECT_EQ(status("hello\r\n\r\n"), 400);
}

TEST(Server, RefusesBodiesThatAreNotJsonObjects) {
  auto simulator = Start();
  for (const char* body : {"", "{", "[]", "\"x\"", "{\"a\":\"\xff\"}"}) {
    Connection connection(simulator->port());
    connection.Send(PostText("/v1/chat/completions", body));
    EXPECT_EQ(connection.Read().status, 400) << body;
  }
}

TEST(Server, KnowsItsRoutes) {
  auto simulator = Start();
  EXPECT_EQ(Get(*simulator, "/v1/embeddings").status, 405);
  EXPECT_EQ(Get(*simulator, "/v1/images").status, 404);
  EXPECT_EQ(Get(*simulator, "/v1/models?limit=2").status, 200);
  EXPECT_EQ(Get(*simulator, "/simulator/health").status, 200);
  ASSERT_TRUE(
      simulator->WaitFor([](const Stats& s) { return s.open_connections == 0; }, seconds(20)));
  EXPECT_EQ(Get(*simulator, "/simulator/stats").json()["open_connections"], 1);
}

TEST(Server, ChecksTheKey) {
  Options options;
  options.api_key = "sk-simulator-0123456789";
  auto simulator = Start(options);
  EXPECT_EQ(Get(*simulator, "/v1/models").status, 401);
  const Response wrong =
      Get(*simulator, "/v1/models", {{"authorization", "Bearer sk-wrong-123456789"}});
  EXPECT_EQ(wrong.status, 401);
  EXPECT_EQ(ErrorCode(wrong), "invalid_api_key");
  EXPECT_EQ(wrong.body.find("sk-wrong-123456789"), std::string::npos);
  EXPECT_EQ(
      Get(*simulator, "/v1/models", {{"authorization", "Bearer sk-simulator-0123456789"}}).status,
      200);
}

TEST(Server, CountsAbortsBeforeAndAfterTheFirstByte) {
  auto simulator = Start();
  {
    Connection before(simulator->port()), after(simulator->port());
    before.Send(StreamText("ttft=60s"));
    after.Send(StreamText("stall=2"));
    after.ReadBytes(500);
    ASSERT_TRUE(
        simulator->WaitFor([](const Stats& s) { return s.open_streams == 2; }, seconds(20)));
  }
  EXPECT_TRUE(simulator->WaitFor(
      [](const Stats& s) {
        return s.aborts == 2 && s.aborts_before_first_byte == 1 && s.aborts_mid_answer == 1 &&
               s.open_streams == 0 && s.open_connections == 0;
      },
      seconds(20)));
  EXPECT_TRUE(simulator->stats().last_abort);
}

TEST(Server, WaitForGivesUp) {
  auto simulator = Start();
  EXPECT_FALSE(simulator->WaitFor([](const Stats& s) { return s.requests > 0; },
                                  std::chrono::milliseconds(5)));
}

TEST(Server, StopsWritingForASlowReader) {
  constexpr size_t kBytes = 2'000'000;
  Options options;
  options.send_buffer_bytes = 16 << 10;
  auto simulator = Start(options);
  Connection slow(simulator->port(), 16 << 10), fast(simulator->port());
  slow.Send(StreamText("big=2000000; chunk_bytes=1000"));
  ASSERT_TRUE(simulator->WaitFor([](const Stats& s) { return s.open_streams == 1; }, seconds(20)));
  // Streams take turns: by the time a second one is over, the first has had the chance to send as
  // much.
  fast.Send(StreamText("big=2000000; chunk_bytes=1000"));
  const Response complete = fast.Read();
  EXPECT_TRUE(complete.complete);
  ASSERT_TRUE(simulator->WaitFor([](const Stats& s) { return s.completed == 1; }, seconds(20)));
  const Stats stats = simulator->stats();
  EXPECT_EQ(stats.open_streams, 1u);
  EXPECT_LT(stats.bytes_out, complete.body.size() + kBytes / 4);
  EXPECT_GT(stats.bytes_pending, 0u);
  EXPECT_LT(stats.bytes_pending, 10'000u) << "more than one event is held";
  const Response response = slow.Read();
  EXPECT_TRUE(response.complete);
  EXPECT_EQ(ContentOf(Chunks(response.body)).size(), kBytes);
  EXPECT_TRUE(simulator->WaitFor([](const Stats& s) { return s.bytes_pending == 0; }, seconds(20)));
}

TEST(Server, CarriesTwoThousandPacedStreamsOnOneThread) {
  constexpr size_t kStreams = 2000;
  rlimit limit{};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  limit.rlim_cur = limit.rlim_max;
  ASSERT_EQ(setrlimit(RLIMIT_NOFILE, &limit), 0);
  ASSERT_GT(limit.rlim_cur, 2 * kStreams + 100);
  auto simulator = Start();
  std::vector<std::unique_ptr<Connection>> connections;
  for (size_t i = 0; i < kStreams; ++i) {
    connections.push_back(std::make_unique<Connection>(simulator->port()));
  }
  // None ends by itself, however long it takes until all have begun.
  for (const auto& connection : connections) connection->Send(StreamText("tokens=10000; rate=0.5"));
  ASSERT_TRUE(
      simulator->WaitFor([](const Stats& s) { return s.open_streams == kStreams; }, seconds(50)));
  for (const auto& connection : connections) {
    // The role, a token at once, and one that is due two seconds later.
    size_t seen = 0;
    while (DataLines(connection->ReadBytes(seen + 1)).size() < 3) {
      const size_t now = connection->ReadBytes(0).size();
      ASSERT_GT(now, seen) << "the stream has ended";
      seen = now;
    }
  }
  EXPECT_EQ(simulator->stats().aborts, 0u);
  connections.clear();
  EXPECT_TRUE(simulator->WaitFor(
      [](const Stats& s) { return s.aborts_mid_answer == kStreams && s.open_streams == 0; },
      seconds(50)));
}

TEST(Server, BoundsConnectionsAndTheLog) {
  Options options;
  options.max_connections = 1;
  options.recorded_requests = 2;
  options.recorded_bytes = 1000;
  auto simulator = Start(options);
  Connection first(simulator->port());
  const auto get = [&] {
    first.Send("GET /v1/models HTTP/1.1\r\nhost: x\r\n\r\n");
    return first.Read().status;
  };
  EXPECT_EQ(get(), 200);
  Connection second(simulator->port());
  EXPECT_TRUE(second.AtEnd());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get(), 200);
  EXPECT_EQ(simulator->TakeRequests().size(), 2u);
  first.Send(PostText("/v1/chat/completions", Dump(Ask(std::string(2000, 'x')))));
  EXPECT_EQ(first.Read().status, 200);
  EXPECT_EQ(simulator->TakeRequests().size(), 0u);
}

TEST(StatsBoard, BoundsTheModelNames) {
  StatsBoard board;
  for (size_t i = 0; i < kMaxModelNames + 10; ++i)
    board.Count("model-" + std::to_string(i), {.requests = 1});
  const Stats stats = board.Snapshot();
  EXPECT_EQ(stats.models.size(), kMaxModelNames + 1);
  EXPECT_EQ(stats.models.at("other").requests, 10u);
}

TEST(Server, ClosesIdleConnections) {
  Options options;
  options.idle_timeout = std::chrono::milliseconds(20);
  auto simulator = Start(options);
  Connection idle(simulator->port());
  EXPECT_TRUE(idle.AtEnd());
}

TEST(Server, StopsWithStreamsOpen) {
  auto simulator = Start();
  Connection connection(simulator->port());
  connection.Send(StreamText("ttft=60s"));
  ASSERT_TRUE(simulator->WaitFor([](const Stats& s) { return s.open_streams == 1; }, seconds(20)));
  simulator.reset();
  EXPECT_TRUE(connection.AtEnd());
}

}  // namespace
}  // namespace inferwire::simulator::testing
