// One upstream's keys, and what several must not do together.
#include "config_fixture.h"
#include "openai/dialect.h"

namespace inferwire::config {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using testing::StartsWith;

// An upstream with these further lines, each indented by four.
std::string With(const std::string& lines) { return kLocal + "upstreams:\n  - name: up\n" + lines; }
const std::string kUrl = "    base_url: https://api.openai.com/v1\n";
const std::string kKey = "    api_key: none\n";

TEST(Upstreams, ReadEveryKey) {
  const Config config = Parsed(
      With("    dialect: auto\n"
           "    base_url: http://10.0.0.9:8000/v1//\n"
           "    allow_plain_http: true\n"
           "    api_key: {file: /run/secrets/key}\n"
           "    organization: org\n"
           "    project: proj\n"
           "    headers: {X-Title: a title}\n"
           "    models: [a/b, c]\n"
           "    aliases: {fast: a/b}\n"
           "    timeouts: {connect: 1s, first_byte: 5m, between_events: 500ms, after_finish: 2s}\n"
           "    proxy: http://proxy:3128\n"
           "    ca_bundle: /etc/passwd\n"
           "    tags: [eu, zdr]\n"
           "    billed: false\n"
           "    max_retries: 0\n"
           "    resend: anything\n"
           "    retry_budget: {ratio: 20, least: 3}\n"
           "    breaker: {failures: 3, ratio: 40, of: 10, out: 5s, out_most: 1m, most_out: 30, "
           "warm_up: 0ms}\n"
           "    health: {path: /../health, every: 1s, timeout: 500ms, check: all}\n"
           "    limits: {in_flight: 9, first_byte_target: 2s, queue: 5, queue_wait: 300ms,\n"
           "             tier: tier-1, models: [{model: gpt-5, rpm: 7}], use: 90}\n"
           "    default: true\n"));
  ASSERT_EQ(config.upstreams.size(), 1u);
  const UpstreamConfig& up = config.upstreams[0];
  EXPECT_EQ(up.name, "up");
  EXPECT_EQ(up.dialect, "auto");
  EXPECT_EQ(up.base_url, "http://10.0.0.9:8000/v1");
  EXPECT_TRUE(up.allow_plain_http);
  EXPECT_EQ(up.api_key.kind, KeySource::Kind::kFile);
  EXPECT_EQ(up.api_key.name, "/run/secrets/key");
  EXPECT_EQ(up.organization + up.project, "orgproj");
  EXPECT_THAT(up.headers, ElementsAre(Pair("X-Title", "a title")));
  EXPECT_THAT(up.models, ElementsAre("a/b", "c"));
  EXPECT_THAT(up.aliases, ElementsAre(Pair("fast", "a/b")));
  EXPECT_EQ(up.timeouts.connect, std::chrono::seconds(1));
  EXPECT_EQ(up.timeouts.first_byte, std::chrono::minutes(5));
  EXPECT_EQ(up.timeouts.between_events, std::chrono::milliseconds(500));
  EXPECT_EQ(up.timeouts.after_finish, std::chrono::seconds(2));
  EXPECT_EQ(up.proxy, "http://proxy:3128");
  EXPECT_EQ(up.ca_bundle, "/etc/passwd");
  EXPECT_THAT(up.tags, ElementsAre("eu", "zdr"));
  EXPECT_FALSE(up.billed);
  EXPECT_EQ(up.max_retries, 0);
  EXPECT_EQ(up.resend, Resend::kAnything);
  EXPECT_EQ(up.retry_budget, (RetryBudgetConfig{20, 3}));
  EXPECT_EQ(up.breaker, (BreakerConfig{3, 40, 10, std::chrono::seconds(5), std::chrono::minutes(1),
                                       30, std::chrono::milliseconds(0)}));
  EXPECT_EQ(up.limits, (UpstreamLimitsConfig{9,
                                             std::chrono::seconds(2),
                                             5,
                                             std::chrono::milliseconds(300),
                                             "tier-1",
                                             {{"gpt-5", {.rpm = 7}}},
                                             90}));
  EXPECT_TRUE(up.is_default);
}

TEST(Upstreams, NeedNameUrlAndAWordAboutTheKey) {
  EXPECT_THAT(FaultsOf(kLocal + "upstreams:\n  - dialect: openai\n"),
              ElementsAre("upstreams[0].name (line 3): is missing",
                          "upstreams[0].base_url (line 3): is missing",
                          StartsWith("upstreams[0].api_key (line 3): is missing")));
  EXPECT_THAT(FaultsOf(kLocal + "upstreams:\n  - {name: Up_1, simulator: true}\n"),
              ElementsAre(HasSubstr("1 to 63 of a-z, 0-9 and '-'")));
}

TEST(Upstreams, AreReachedOverHttpsUnlessToldOtherwise) {
  const std::string http = "    base_url: http://vllm:8000/v1\n" + kKey;
  EXPECT_THAT(FaultsOf(With(http)), ElementsAre(AllOf(StartsWith("upstreams[0].base_url (line 4)"),
                                                      HasSubstr("allow_plain_http: true"))));
  EXPECT_THAT(FaultsOf(With(http + "    allow_plain_http: true\n")), IsEmpty());
  for (const char* url :
       {"https://user:pw@host/v1", "https://host/v1?key=1", "ftp://host", "host"}) {
    EXPECT_THAT(FaultsOf(With("    base_url: " + std::string(url) + "\n" + kKey)),
                ElementsAre(AllOf(HasSubstr("must be a URL"), Not(HasSubstr("pw")))));
  }
}

TEST(Upstreams, TakeAKeyByItsPlaceOnlyAndNeverRepeatIt) {
  EXPECT_EQ(Parsed(With(kUrl + "    api_key: {env: MY_KEY}\n")).upstreams[0].api_key.name,
            "MY_KEY");
  EXPECT_EQ(Parsed(With(kUrl + kKey)).upstreams[0].api_key.kind, KeySource::Kind::kNone);
  for (const char* key : {"sk-canary", "[sk-canary]", "{env: A, file: sk-canary}", "{}", "",
                          "{env: sk-canary}", "{env: ''}", "{file: ''}"}) {
    const auto faults = FaultsOf(With(kUrl + "    api_key: " + key + "\n"));
    EXPECT_THAT(faults, Not(IsEmpty())) << key;
    EXPECT_THAT(faults, Each(AllOf(StartsWith("upstreams[0].api_key"), Not(HasSubstr("canary")))));
  }
}

TEST(Upstreams, TakeAPoolOfKeysInsteadOfOne) {
  const std::string keys =
      "    keys:\n"
      "      - {name: a, env: KEY_A}\n"
      "      - {name: b, file: /run/b, weight: 30}\n";
  const UpstreamConfig up = Parsed(With(kUrl + keys)).upstreams[0];
  ASSERT_EQ(up.keys.size(), 2u);
  EXPECT_EQ(up.keys[0].name, "a");
  EXPECT_EQ(up.keys[0].source(), (KeySource{KeySource::Kind::kEnv, "KEY_A"}));
  EXPECT_EQ(up.keys[0].weight, 100);
  EXPECT_EQ(up.keys[1].source(), (KeySource{KeySource::Kind::kFile, "/run/b"}));
  EXPECT_EQ(up.keys[1].weight, 30);
  EXPECT_EQ(up.api_key.kind, KeySource::Kind::kNone);
  EXPECT_THAT(FaultsOf(With(kUrl + kKey + keys)),
              ElementsAre("upstreams[0].keys (line 6): stands beside api_key, which it takes the "
                          "place of"));
  EXPECT_THAT(FaultsOf(With("    simulator: true\n" + keys)),
              ElementsAre("upstreams[0].keys (line 5): has no meaning for the simulator"));
  EXPECT_THAT(FaultsOf(With(kUrl + keys + "      - {name: a, env: KEY_C}\n")),
              ElementsAre("upstreams[0].keys[2].name (line 8): is the name of another key of this "
                          "upstream too"));
  EXPECT_THAT(FaultsOf(With(kUrl + "    keys: []\n")), ElementsAre(HasSubstr("is an empty list")));
}

TEST(Upstreams, TakeTheKeysOfAPoolByTheirPlaceOnlyAndNeverRepeatThem) {
  for (const char* key :
       {"sk-canary", "{name: a}", "{name: a, env: A, file: sk-canary}", "{name: a, env: sk-canary}",
        "{env: A}", "{name: sk_canary, env: A}", "{name: a, env: A, weight: 0}",
        "{name: a, env: A, weight: 1001}", "{name: a, file: ''}", "{name: a, key: sk-canary}"}) {
    const auto faults = FaultsOf(With(kUrl + "    keys: [" + key + "]\n"));
    EXPECT_THAT(faults, Not(IsEmpty())) << key;
    EXPECT_THAT(faults, Each(AllOf(StartsWith("upstreams[0].keys[0]"), Not(HasSubstr("canary")))));
  }
}

TEST(Upstreams, TakeAddressesOrAName) {
  const UpstreamConfig listed =
      Parsed(With(kUrl + kKey +
                  "    endpoints: {list: ['10.0.0.7:8000', '[fd00::7]:8000', 'vllm-0.vllm:80']}\n"
                  "    balance: affinity\n"
                  "    affinity: {bound: 150, slack: 4}\n"))
          .upstreams[0];
  ASSERT_TRUE(listed.endpoints);
  EXPECT_THAT(listed.endpoints->list,
              ElementsAre("10.0.0.7:8000", "[fd00::7]:8000", "vllm-0.vllm:80"));
  EXPECT_EQ(listed.balance, RouteStrategy::kAffinity);
  EXPECT_EQ(listed.affinity.bound, 150);
  const UpstreamConfig named =
      Parsed(With(kUrl + kKey + "    endpoints: {dns: vllm.models.svc, port: 8000, every: 10s}\n"))
          .upstreams[0];
  ASSERT_TRUE(named.endpoints);
  EXPECT_EQ(named.endpoints->dns, "vllm.models.svc");
  EXPECT_EQ(named.endpoints->port, 8000);
  EXPECT_EQ(named.endpoints->every, std::chrono::seconds(10));
  EXPECT_EQ(named.balance, RouteStrategy::kLeastInFlight);
  EXPECT_FALSE(Parsed(With(kUrl + kKey)).upstreams[0].endpoints);
}

TEST(Upstreams, RefuseEndpointsThatCannotBe) {
  const auto with = [](const std::string& endpoints) {
    return FaultsOf(With(kUrl + kKey + "    endpoints: " + endpoints + "\n"));
  };
  for (const char* neither : {"{}", "{port: 8000}", "{list: ['a:1'], dns: a}"}) {
    EXPECT_THAT(with(neither), ElementsAre("upstreams[0].endpoints (line 6): must have one of list "
                                           "and dns"));
  }
  for (const char* bad : {"{list: [10.0.0.7]}", "{list: ['10.0.0.7:0']}", "{list: ['http://a:1']}",
                          "{dns: 'a:1'}", "{dns: a, port: 70000}", "{dns: a, every: 10ms}"}) {
    EXPECT_THAT(with(bad), Not(IsEmpty())) << bad;
  }
  EXPECT_THAT(
      FaultsOf(With(kUrl + kKey + "    proxy: http://proxy:3128\n    endpoints: {dns: a}\n")),
      ElementsAre(HasSubstr("stands beside proxy")));
  EXPECT_THAT(FaultsOf(With("    simulator: true\n    endpoints: {dns: a}\n")),
              ElementsAre(HasSubstr("has no meaning for the simulator")));
  EXPECT_THAT(FaultsOf(With("    base_url: https://10.0.0.1/v1\n" + kKey +
                            "    endpoints: {list: ['10.0.0.7:443']}\n")),
              ElementsAre(HasSubstr("certificate")));
}

TEST(Upstreams, AreBilledAsTheirDialectSays) {
  for (const openai::Dialect& dialect : openai::Dialects()) {
    const std::string of = "    dialect: " + std::string(dialect.name) + "\n";
    EXPECT_EQ(Parsed(With(kUrl + kKey + of)).upstreams[0].billed, dialect.billed) << of;
    EXPECT_TRUE(Parsed(With(kUrl + kKey + of + "    billed: true\n")).upstreams[0].billed);
  }
  EXPECT_FALSE(openai::FindDialect("vllm")->billed);
  EXPECT_TRUE(openai::FindDialect("auto")->billed);
}

TEST(Upstreams, HaveBoundsForWhatTheyGetAfterFailures) {
  EXPECT_THAT(Parsed(With(kUrl + kKey + "    tags: []\n")).upstreams[0].tags, IsEmpty());
  for (const char* wrong :
       {"tags: [EU]", "tags: [eu, eu]", "tags: eu", "breaker: {failures: -1}",
        "breaker: {ratio: 101}", "breaker: {of: 0}", "breaker: {out: 99ms}", "breaker: {out: 10m}",
        "breaker: {warm_up: 61m}", "retry_budget: {ratio: 101}", "retry_budget: {least: 1001}",
        "resend: never", "billed: free"}) {
    EXPECT_EQ(FaultsOf(With(kUrl + kKey + "    " + wrong + "\n")).size(), 1u) << wrong;
  }
  std::string tags = "t0";
  for (int i = 1; i <= 16; ++i) tags += ", t" + std::to_string(i);
  EXPECT_THAT(FaultsOf(With(kUrl + kKey + "    tags: [" + tags + "]\n")),
              ElementsAre(HasSubstr("has more than 16 elements")));
}

TEST(Upstreams, SetNoHeaderThatIsTheGatewaysOrASecret) {
  for (const char* header : {"Authorization: x", "HOST: x", "content-length: 1", "api-key: x",
                             "Cookie: x", "transfer-encoding: x", "\"a b\": x", "\"a:\": x",
                             "X-A: \"a\\r\\nX-Evil: 1\"", "X-A: \"\"", "X-A: [x]"}) {
    EXPECT_THAT(FaultsOf(With(kUrl + kKey + "    headers:\n      " + header + "\n")),
                ElementsAre(StartsWith("upstreams[0].headers.")))
        << header;
  }
  EXPECT_THAT(FaultsOf(With(kUrl + kKey + "    organization: \"a\\nb\"\n")),
              ElementsAre(StartsWith("upstreams[0].organization")));
}

TEST(Upstreams, ServeEveryModelUnlessToldOtherwise) {
  EXPECT_THAT(Parsed(With(kUrl + kKey)).upstreams[0].models, ElementsAre("*"));
  EXPECT_THAT(Parsed(With(kUrl + kKey + "    models: \"*\"\n")).upstreams[0].models,
              ElementsAre("*"));
  EXPECT_THAT(Parsed(With(kUrl + kKey + "    models: [\"*\", a]\n")).upstreams[0].models,
              ElementsAre("*", "a"));
  EXPECT_THAT(FaultsOf(With(kUrl + kKey + "    models: []\n")),
              ElementsAre(HasSubstr("is an empty list")));
  EXPECT_THAT(FaultsOf(With(kUrl + kKey + "    models: a\n")),
              ElementsAre(HasSubstr("must be a list")));
  EXPECT_THAT(FaultsOf(With(kUrl + kKey + "    models: [a, \"b c\", a]\n")),
              ElementsAre(HasSubstr("models[1]"), HasSubstr("models[2]")));
}

TEST(Upstreams, ClaimEachModelOnce) {
  EXPECT_THAT(FaultsOf(kLocal + "upstreams:\n"
                                "  - {name: a, simulator: true, models: [m1, m2]}\n"
                                "  - {name: b, simulator: true, models: [m2, \"*\"]}\n"
                                "  - name: c\n"
                                "    simulator: true\n"
                                "    aliases:\n"
                                "      m1: x\n"
                                "      y.z: m1\n"),
              ElementsAre("upstreams[1].models[0] (line 4): names a model that upstreams[0] names "
                          "already; a route can have it at both",
                          "upstreams[2].aliases.m1 (line 8): names a model that upstreams[0] names "
                          "already; a route can have it at both",
                          "upstreams[2].aliases.y.z (line 9): is an alias of an alias"));
}

TEST(Upstreams, HaveNamesOfTheirOwnAndOneDefault) {
  EXPECT_THAT(FaultsOf(kLocal + "upstreams:\n"
                                "  - {name: a, simulator: true, default: true}\n"
                                "  - {name: a, simulator: true}\n"
                                "  - {name: b, simulator: true, default: true}\n"),
              ElementsAre(StartsWith("upstreams[1].name (line 4)"),
                          StartsWith("upstreams[2].default (line 5)")));
  const Config first = Parsed(kLocal +
                              "upstreams:\n"
                              "  - {name: a, simulator: true}\n"
                              "  - {name: b, simulator: true}\n");
  EXPECT_TRUE(first.upstreams[0].is_default);
  EXPECT_FALSE(first.upstreams[1].is_default);
  const Config second = Parsed(kLocal +
                               "upstreams:\n"
                               "  - {name: a, simulator: true}\n"
                               "  - {name: b, simulator: true, default: true}\n");
  EXPECT_FALSE(second.upstreams[0].is_default);
  EXPECT_TRUE(second.upstreams[1].is_default);
}

TEST(Upstreams, OfTheSimulatorAreNowhere) {
  EXPECT_THAT(FaultsOf(With("    simulator: true\n" + kUrl + kKey)),
              ElementsAre(StartsWith("upstreams[0].base_url (line 5): has no meaning"),
                          StartsWith("upstreams[0].api_key (line 6): has no meaning")));
}

TEST(Upstreams, NameFilesThatCanBeRead) {
  EXPECT_THAT(FaultsOf(With(kUrl + kKey + "    ca_bundle: /nowhere/ca.crt\n")),
              ElementsAre("upstreams[0].ca_bundle (line 6): names no readable file"));
}

}  // namespace
}  // namespace inferwire::config
