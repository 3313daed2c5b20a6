#include <gtest/gtest.h>

#include <atomic>

#include "simulator/rate_limits.h"
#include "unit/simulator/http_client.h"

namespace inferwire::simulator::testing {
namespace {

using std::chrono::seconds;

class FaultTest : public ::testing::Test {
 protected:
  FaultTest() : simulator(std::move(*Simulator::Start())) {}
  Response Unary(const std::string& words) {
    return Chat(*simulator, Ask(), {{"x-simulator", words}});
  }
  Response Stream(const std::string& words) {
    Json body = Ask();
    body["stream"] = true;
    return Chat(*simulator, body, {{"x-simulator", words}});
  }
  std::unique_ptr<Simulator> simulator;
};

TEST_F(FaultTest, AnswersWithTheStatusAndItsRealBody) {
  struct Expected {
    const char *words, *code, *type;
    int status;
  };
  for (const Expected& expected : std::initializer_list<Expected>{
           {"status=429", "rate_limit_exceeded", "requests", 429},
           {"status=429; code=insufficient_quota", "insufficient_quota", "insufficient_quota", 429},
           {"status=500", "null", "server_error", 500},
           {"status=503; code=slow_down", "slow_down", "service_unavailable_error", 503},
           {"status=401", "invalid_api_key", "invalid_request_error", 401},
           {"status=403", "unsupported_country_region_territory", "request_forbidden", 403},
           {"status=404", "model_not_found", "invalid_request_error", 404},
           {"status=418; code=teapot", "teapot", "invalid_request_error", 418}}) {
    const Response response = Unary(expected.words);
    EXPECT_EQ(response.status, expected.status);
    EXPECT_EQ(ErrorCode(response), expected.code);
    EXPECT_EQ(response.json()["error"]["type"], expected.type);
  }
  EXPECT_EQ(Unary("status=429; retry_after=7").Header("retry-after"), "7");
}

TEST_F(FaultTest, HidesAnErrorInA200) {
  const Response response = Unary("error_in_200; status=502");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(ErrorCode(response), "null");
  EXPECT_EQ(response.json()["error"]["type"], "server_error");
}

TEST_F(FaultTest, ResetsBeforeTheHeaders) {
  const Response response = Unary("reset");
  EXPECT_EQ(response.status, 0);
  EXPECT_TRUE(response.reset);
  EXPECT_EQ(simulator->stats().faults, 1u);
  EXPECT_EQ(simulator->stats().aborts, 0u);
}

TEST_F(FaultTest, ResetsAfterSomeBytes) {
  const Response stream = Stream("reset_after=500");
  EXPECT_EQ(stream.status, 200);
  EXPECT_FALSE(stream.complete);
  EXPECT_TRUE(stream.reset);
  const Response unary = Unary("reset_after=50");
  EXPECT_FALSE(unary.complete);
  EXPECT_EQ(unary.body.size(), 50u);
}

TEST_F(FaultTest, Stalls) {
  Connection before(simulator->port()), after(simulator->port());
  const auto text = [](const char* words) {
    Json body = Ask();
    body["stream"] = true;
    return PostText("/v1/chat/completions", Dump(body), {{"x-simulator", words}});
  };
  before.Send(text("stall"));
  after.Send(text("stall=2"));
  ASSERT_TRUE(simulator->WaitFor([](const Stats& s) { return s.faults == 2; }, seconds(20)));
  EXPECT_EQ(DataLines(after.ReadBytes(300)).size(), 2u);
  EXPECT_EQ(simulator->stats().completed, 0u);
  EXPECT_EQ(simulator->stats().open_streams, 2u);
}

TEST_F(FaultTest, SendsHeadersSlowly) {
  const auto start = std::chrono::steady_clock::now();
  const Response response = Unary("slow_headers=1ms");
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.complete);
  EXPECT_GE(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(200));
}

TEST_F(FaultTest, SendsGarbage) {
  const Response html = Unary("garbage; status=502");
  EXPECT_EQ(html.status, 502);
  EXPECT_EQ(html.Header("content-type"), "text/html");
  EXPECT_TRUE(html.body.starts_with("<html>"));
  const Response json = Unary("garbage=json");
  EXPECT_EQ(json.status, 200);
  EXPECT_FALSE(Json::accept(json.body));
  const Response type = Unary("garbage=content_type");
  EXPECT_EQ(type.Header("content-type"), "application/octet-stream");
  EXPECT_TRUE(type.json().contains("choices"));
}

TEST_F(FaultTest, LiesAboutTheLength) {
  const Response longer = Unary("wrong_content_length=10");
  EXPECT_FALSE(longer.complete);
  EXPECT_TRUE(longer.json().contains("choices"));
  const Response shorter = Unary("wrong_content_length=-5");
  EXPECT_FALSE(Json::accept(shorter.body));
}

TEST_F(FaultTest, SendsBrokenTextInUnaryAnswers) {
  EXPECT_NE(Unary("lone_surrogate").body.find("\\ud83d"), std::string::npos);
  EXPECT_NE(Unary("invalid_utf8").body.find("\xff\xfe"), std::string::npos);
  EXPECT_FALSE(Unary("usage=none").json().contains("usage"));
}

TEST_F(FaultTest, ExplainsWordsItDoesNotKnow) {
  const Response response = Unary("colour=red");
  EXPECT_EQ(response.status, 400);
  EXPECT_NE(response.body.find("reset_after"), std::string::npos);
  EXPECT_EQ(Chat(*simulator, Ask("Hi", "gpt-4.1-mini+colour=red")).status, 400);
}

TEST_F(FaultTest, FollowsRulesThatChange) {
  ASSERT_TRUE(simulator->SetRules({{.times = 1, .set = "status=503"}}).ok());
  EXPECT_EQ(Unary("").status, 503);
  EXPECT_EQ(Unary("").status, 200);
  ASSERT_TRUE(simulator->SetRules({{.path = "/v1/models*", .set = "status=500"}}).ok());
  EXPECT_EQ(Unary("").status, 200);
  EXPECT_EQ(Get(*simulator, "/v1/models").status, 500);
  ASSERT_TRUE(simulator->SetRules({{.set = "status=500"}}).ok());
  EXPECT_EQ(Unary("status=429").status, 429) << "the header is closer than the rule";
}

class FakeClock final : public Clock {
 public:
  SteadyTime Now() const override { return SteadyTime(now_.load()); }
  WallTime WallNow() const override { return WallTime(seconds(1'750'000'000)); }
  void Advance(Duration by) { now_ = now_.load() + by; }

 private:
  std::atomic<Duration> now_{seconds(1000)};
};

TEST(Limits, AreShownAndEnforced) {
  FakeClock clock;
  Options options;
  options.clock = &clock;
  options.tier = Tier::kFree;
  options.enforce_limits = true;
  auto simulator = std::move(*Simulator::Start(options));
  const Response first = Chat(*simulator, Ask());
  EXPECT_EQ(first.json()["created"], 1'750'000'000);
  EXPECT_EQ(first.Header("x-ratelimit-limit-requests"), "3");
  EXPECT_EQ(first.Header("x-ratelimit-remaining-requests"), "2");
  EXPECT_EQ(first.Header("x-ratelimit-reset-requests"), "20s");
  EXPECT_EQ(first.Header("x-ratelimit-limit-tokens"), "40000");
  EXPECT_EQ(Chat(*simulator, Ask()).status, 200);
  EXPECT_EQ(Chat(*simulator, Ask()).status, 200);
  const Response refused = Chat(*simulator, Ask());
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(ErrorCode(refused), "rate_limit_exceeded");
  EXPECT_EQ(refused.json()["error"]["type"], "requests");
  EXPECT_EQ(refused.Header("retry-after"), "20");
  EXPECT_NE(refused.body.find("try again in 20s"), std::string::npos);
  clock.Advance(seconds(20));
  EXPECT_EQ(Chat(*simulator, Ask()).status, 200);
}

TEST(Limits, CountTokensAndTakeExplicitLimits) {
  FakeClock clock;
  Options options;
  options.clock = &clock;
  options.limits.tokens_per_minute = 100;
  options.enforce_limits = true;
  auto simulator = std::move(*Simulator::Start(options));
  Json body = Ask();
  body["max_tokens"] = 80;
  EXPECT_EQ(Chat(*simulator, body).status, 200);
  const Response refused = Chat(*simulator, body);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.json()["error"]["type"], "tokens");
}

Response ChatWithKey(Simulator& simulator, const std::string& key) {
  return Chat(simulator, Ask(), {{"authorization", "Bearer " + key}});
}

TEST(Limits, EachKeyHasTheScriptsLimits) {
  FakeClock clock;
  Options options;
  options.clock = &clock;
  auto simulator = std::move(*Simulator::Start(options));
  ASSERT_TRUE(simulator->SetRules({{.key = "sk-small*", .set = "rpm=60; limit_window=2s"},
                                   {.key = "sk-large*", .set = "rpm=600; tpm=100"}}));
  const Response first = ChatWithKey(*simulator, "sk-small-1");
  EXPECT_EQ(first.Header("x-ratelimit-limit-requests"), "60");
  EXPECT_EQ(first.Header("x-ratelimit-remaining-requests"), "1") << "a bucket of 2 s";
  EXPECT_EQ(first.Header("x-ratelimit-reset-requests"), "1s");
  EXPECT_EQ(ChatWithKey(*simulator, "sk-small-1").status, 200);
  const Response refused = ChatWithKey(*simulator, "sk-small-1");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.Header("retry-after"), "1");
  EXPECT_EQ(ChatWithKey(*simulator, "sk-small-2").status, 200) << "whose limit is its own";
  EXPECT_EQ(ChatWithKey(*simulator, "sk-other").Header("x-ratelimit-limit-requests"), "30000");
  clock.Advance(seconds(1));
  EXPECT_EQ(ChatWithKey(*simulator, "sk-small-1").status, 200);

  Json body = Ask();
  body["max_tokens"] = 200;
  const Response large = Chat(*simulator, body, {{"authorization", "Bearer sk-large"}});
  EXPECT_EQ(large.status, 429);
  EXPECT_NE(large.body.find("Request too large"), std::string::npos);
  EXPECT_EQ(large.Header("retry-after"), "") << "no waiting helps";
  EXPECT_EQ(ChatWithKey(*simulator, "sk-large").status, 200);
}

TEST(Rules, FailOneKeyOrOneModelAndSayWhetherToRetry) {
  auto simulator = std::move(*Simulator::Start());
  ASSERT_TRUE(simulator->SetRules(
      {{.model = "gpt-4.1", .key = "sk-a", .set = "status=403; code=model_not_found"},
       {.key = "sk-b", .set = "status=500; should_retry=false"}}));
  EXPECT_EQ(ChatWithKey(*simulator, "sk-a").status, 200) << "another model";
  Json other = Ask();
  other["model"] = "gpt-4.1";
  const Response refused = Chat(*simulator, other, {{"authorization", "Bearer sk-a"}});
  EXPECT_EQ(refused.status, 403);
  EXPECT_EQ(ErrorCode(refused), "model_not_found");
  const Response failed = ChatWithKey(*simulator, "sk-b");
  EXPECT_EQ(failed.status, 500);
  EXPECT_EQ(failed.Header("x-should-retry"), "false");
  EXPECT_EQ(Chat(*simulator, other, {{"api-key", "sk-a"}}).status, 403) << "Azure's header";
}

TEST(Limits, AreOffUnlessAskedFor) {
  auto simulator = std::move(*Simulator::Start());
  for (int i = 0; i < 5; ++i) {
    const Response response = Chat(*simulator, Ask());
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.Header("x-ratelimit-remaining-requests"), "29999");
  }
}

TEST(Limits, ShareOneBucketBeyondTheBound) {
  FakeClock clock;
  Limits one;
  one.requests_per_minute = 1;
  RateLimits limits(Tier::kTier1, one, true, clock);
  HeaderList headers;
  for (size_t i = 0; i < kMaxLimitedModels; ++i) {
    EXPECT_FALSE(limits.Take("model-" + std::to_string(i), 1, headers));
  }
  EXPECT_FALSE(limits.Take("one more", 1, headers));
  EXPECT_TRUE(limits.Take("and another", 1, headers));
}

TEST(Limits, SpellDurationsAsGoDoes) {
  EXPECT_EQ(GoDuration(0), "0s");
  EXPECT_EQ(GoDuration(0.006), "6ms");
  EXPECT_EQ(GoDuration(8.64), "8.64s");
  EXPECT_EQ(GoDuration(86.4), "1m26.4s");
  EXPECT_EQ(GoDuration(60), "1m0s");
  EXPECT_EQ(GoDuration(3600), "1h0m0s");
}

TEST(Models, AreListedAndFound) {
  auto simulator = std::move(*Simulator::Start());
  const Json list = Get(*simulator, "/v1/models").json();
  EXPECT_EQ(list["data"].size(), Models().size());
  EXPECT_EQ(Get(*simulator, "/v1/models/gpt-5").json()["id"], "gpt-5");
  const Response missing = Get(*simulator, "/v1/models/gpt-9");
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(ErrorCode(missing), "model_not_found");
}

TEST(Embeddings, AreUnitVectorsInBothEncodings) {
  auto simulator = std::move(*Simulator::Start());
  Json request = {{"model", "text-embedding-3-small"}, {"input", {"a", "b"}}, {"dimensions", 6}};
  const Json floats = Post(*simulator, "/v1/embeddings", request).json();
  ASSERT_EQ(floats["data"].size(), 2u);
  double square = 0;
  for (const Json& value : floats["data"][0]["embedding"])
    square += value.get<double>() * value.get<double>();
  EXPECT_NEAR(square, 1, 1e-6);
  EXPECT_NE(floats["data"][0]["embedding"], floats["data"][1]["embedding"]);
  EXPECT_EQ(floats["usage"]["prompt_tokens"], 2);
  request["encoding_format"] = "base64";
  const Json packed = Post(*simulator, "/v1/embeddings", request).json();
  EXPECT_EQ(packed["data"][0]["embedding"].get<std::string>().size(), 32u);  // 24 bytes
  EXPECT_EQ(packed, Post(*simulator, "/v1/embeddings", request).json());
}

TEST(Embeddings, RefuseBadRequests) {
  auto simulator = std::move(*Simulator::Start());
  const auto status = [&](Json body) { return Post(*simulator, "/v1/embeddings", body).status; };
  EXPECT_EQ(status({{"input", "x"}}), 400);
  EXPECT_EQ(status({{"model", "text-embedding-3-small"}}), 400);
  EXPECT_EQ(status({{"model", "text-embedding-3-small"}, {"input", Json::array()}}), 400);
  EXPECT_EQ(status({{"model", "text-embedding-3-small"}, {"input", "x"}, {"dimensions", 0}}), 400);
  EXPECT_EQ(
      status({{"model", "text-embedding-3-small"}, {"input", std::vector<std::string>(2049, "x")}}),
      400);
  EXPECT_EQ(status({{"model", "gpt-5"}, {"input", "x"}}), 404);
}

TEST(Moderations, FlagTheCategoriesNamed) {
  auto simulator = std::move(*Simulator::Start());
  const Json body =
      Post(*simulator, "/v1/moderations", {{"input", {"kind words", "some violence"}}}).json();
  ASSERT_EQ(body["results"].size(), 2u);
  EXPECT_EQ(body["results"][0]["flagged"], false);
  EXPECT_EQ(body["results"][1]["categories"]["violence"], true);
  EXPECT_EQ(body["results"][1]["categories"]["hate"], false);
  EXPECT_GT(body["results"][1]["category_scores"]["violence"].get<double>(), 0.5);
}

}  // namespace
}  // namespace inferwire::simulator::testing
