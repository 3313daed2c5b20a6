// Routes: their keys, and what of them cannot work.
#include "config_fixture.h"

namespace inferwire::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

// Three upstreams: two of the simulator, one that names models in paths. The routes begin in
// line 6.
const std::string kUpstreams =
    kLocal +
    "upstreams:\n"
    "  - {name: near, simulator: true, tags: [eu, zdr]}\n"
    "  - {name: far, simulator: true, models: [m]}\n"
    "  - {name: az, dialect: azure, base_url: \"https://h/openai\", api_version: 2024-10-21, "
    "api_key: none, models: [d]}\n";

std::string With(const std::string& routes) { return kUpstreams + "routes:\n" + routes; }
// A route of one line with these targets and further keys.
std::string Of(const std::string& targets, const std::string& more = "") {
  return With("  - {name: a, targets: [" + targets + "]" + (more.empty() ? "" : ", ") + more +
              "}\n");
}

TEST(Routes, ReadEveryKey) {
  const Config config =
      Parsed(With("  - name: gpt-4.1\n"
                  "    also: [fast, b/c]\n"
                  "    strategy: cheapest\n"
                  "    sticky: caller\n"
                  "    targets:\n"
                  "      - {upstream: near, weight: 95}\n"
                  "      - {upstream: far, model: m, group: 2, weight: 10000, tags: [eu]}\n"
                  "    resend: anything\n"
                  "    max_attempts: 6\n"
                  "    also_on: [unsupported_parameter, content_filter]\n"
                  "    require_tags: [eu]\n"
                  "    overrides: [tags, affinity]\n"
                  "    affinity: {bound: 200, slack: 0}\n"
                  "    shadow: {upstream: near, model: s, percent: 7, in_flight: 9}\n"
                  "    hedge: {after: 800ms, most: 5}\n"));
  ASSERT_EQ(config.routes.size(), 1u);
  const RouteConfig& route = config.routes[0];
  EXPECT_EQ(route.name, "gpt-4.1");
  EXPECT_THAT(route.also, ElementsAre("fast", "b/c"));
  EXPECT_EQ(route.strategy, RouteStrategy::kCheapest);
  EXPECT_EQ(route.sticky, RouteSticky::kCaller);
  ASSERT_EQ(route.targets.size(), 2u);
  EXPECT_EQ(route.targets[0].upstream, "near");
  EXPECT_EQ(route.targets[0].model, "");
  EXPECT_EQ(route.targets[0].weight, 95);
  EXPECT_EQ(route.targets[1].model, "m");
  EXPECT_EQ(route.targets[1].group, 2);
  EXPECT_EQ(route.targets[1].weight, 10'000);
  EXPECT_THAT(route.targets[1].tags, ElementsAre("eu"));
  EXPECT_EQ(route.resend, Resend::kAnything);
  EXPECT_EQ(route.max_attempts, 6);
  EXPECT_THAT(route.also_on, ElementsAre(AlsoOn::kUnsupportedParameter, AlsoOn::kContentFilter));
  EXPECT_THAT(route.require_tags, ElementsAre("eu"));
  EXPECT_THAT(route.overrides, ElementsAre(RouteOverride::kTags, RouteOverride::kAffinity));
  EXPECT_EQ(route.affinity.bound, 200);
  EXPECT_EQ(route.affinity.slack, 0);
  ASSERT_TRUE(route.shadow);
  EXPECT_EQ(route.shadow->upstream, "near");
  EXPECT_EQ(route.shadow->model, "s");
  EXPECT_EQ(route.shadow->percent, 7);
  EXPECT_EQ(route.shadow->in_flight, 9);
  ASSERT_TRUE(route.hedge);
  EXPECT_EQ(route.hedge->after, "800ms");
  EXPECT_EQ(route.hedge->most, 5);
}

TEST(Routes, HaveAHedgeOnlyIfTheySaySo) {
  constexpr const char* kTwo = "{upstream: near}, {upstream: far, model: m}";
  EXPECT_FALSE(Parsed(Of(kTwo)).routes[0].hedge);
  const Config config = Parsed(Of(kTwo, "hedge: {}"));
  ASSERT_TRUE(config.routes[0].hedge);
  EXPECT_EQ(config.routes[0].hedge->after, "p95");
  EXPECT_EQ(config.routes[0].hedge->most, 2);
  for (const char* after : {"p95", "1ms", "800ms", "10m"}) {
    EXPECT_THAT(FaultsOf(Of(kTwo, std::string("hedge: {after: ") + after + "}")), IsEmpty());
  }
  for (const char* after : {"p99", "0ms", "11m", "1", "soon"}) {
    EXPECT_THAT(FaultsOf(Of(kTwo, std::string("hedge: {after: ") + after + "}")),
                ElementsAre(AllOf(StartsWith("routes[0].hedge.after (line 7)"),
                                  HasSubstr("must be p95, or a duration from 1ms to 10m"))));
  }
  for (const char* most : {"0", "51"}) {
    EXPECT_THAT(FaultsOf(Of(kTwo, std::string("hedge: {most: ") + most + "}")),
                ElementsAre(HasSubstr("routes[0].hedge.most")));
  }
}

TEST(Routes, HedgeOnlyWhereThereIsSomewhereElse) {
  EXPECT_THAT(FaultsOf(Of("{upstream: near}", "hedge: {}")),
              ElementsAre(AllOf(StartsWith("routes[0].hedge (line 7)"),
                                HasSubstr("has nowhere to send a late call to"))));
  const std::string several =
      kLocal +
      "upstreams:\n"
      "  - {name: vllm, dialect: vllm, base_url: \"http://vllm/v1\", allow_plain_http: true, "
      "api_key: none, endpoints: {list: [\"10.0.0.7:80\", \"10.0.0.8:80\"]}}\n"
      "routes:\n"
      "  - {name: a, targets: [{upstream: vllm}], hedge: {}}\n";
  EXPECT_THAT(FaultsOf(several), IsEmpty());
  EXPECT_THAT(FaultsOf(Of("{upstream: near}, {upstream: far}", "hedge: {}, max_attempts: 1")),
              ElementsAre(HasSubstr("counts as an attempt, and max_attempts is 1")));
}

TEST(Routes, HaveAShadowThatIsNoTarget) {
  EXPECT_FALSE(Parsed(Of("{upstream: near}")).routes[0].shadow);
  EXPECT_EQ(Parsed(Of("{upstream: near}", "shadow: {upstream: far}")).routes[0].shadow->percent, 1);
  EXPECT_THAT(FaultsOf(Of("{upstream: near}", "shadow: {percent: 5}")),
              ElementsAre("routes[0].shadow.upstream (line 7): is missing"));
  EXPECT_THAT(FaultsOf(Of("{upstream: near}", "shadow: {upstream: fa}")),
              ElementsAre(AllOf(StartsWith("routes[0].shadow.upstream (line 7): is the name of no"),
                                HasSubstr("did you mean far?"))));
  EXPECT_THAT(FaultsOf(Of("{upstream: near, model: m}, {upstream: far}",
                          "shadow: {upstream: near, model: m}")),
              ElementsAre(HasSubstr("routes[0].shadow (line 7): is a target of this route")));
  EXPECT_THAT(FaultsOf(Of("{upstream: near}", "shadow: {upstream: near}")),
              ElementsAre(HasSubstr("is a target of this route")))
      << "the route's name";
  EXPECT_THAT(FaultsOf(Of("{upstream: near}", "require_tags: [eu], shadow: {upstream: far}")),
              ElementsAre(HasSubstr("does not have the tag eu")));
  for (const char* percent : {"0", "101"}) {
    EXPECT_THAT(FaultsOf(Of("{upstream: near}",
                            std::string("shadow: {upstream: far, percent: ") + percent + "}")),
                ElementsAre(HasSubstr("routes[0].shadow.percent")));
  }
}

TEST(Routes, NeedANameAndATarget) {
  EXPECT_THAT(Parsed(kUpstreams + "routes: []\n").routes, IsEmpty());
  const Config config = Parsed(Of("{upstream: near}"));
  EXPECT_EQ(config.routes[0].overrides.size(), 5u);
  EXPECT_EQ(config.routes[0].targets[0].weight, 100);
  EXPECT_EQ(config.routes[0].resend, Resend::kFailed);
  EXPECT_THAT(FaultsOf(With("  - {also: [b]}\n")),
              ElementsAre("routes[0].name (line 7): is missing",
                          StartsWith("routes[0].targets (line 7): is missing")));
  EXPECT_THAT(FaultsOf(Of("{model: m}")),
              ElementsAre("routes[0].targets[0].upstream (line 7): is missing"));
  EXPECT_THAT(FaultsOf(Of("")), ElementsAre(HasSubstr("is an empty list")));
}

TEST(Routes, TakeNamesAndBeginningsOfThem) {
  const auto named = [](const std::string& name) {
    return With("  - {name: \"" + name + "\", targets: [{upstream: near}]}\n");
  };
  for (const char* name : {"gpt-4.1", "a/b:c", "gpt-*", "*"}) {
    EXPECT_THAT(FaultsOf(named(name)), IsEmpty()) << name;
  }
  for (const char* name : {"*-mini", "gpt-?", "gpt-**", "a b", ""}) {
    EXPECT_THAT(FaultsOf(named(name)), ElementsAre(StartsWith("routes[0].name (line 7): ")))
        << name;
  }
  EXPECT_THAT(FaultsOf(Of("{upstream: near}", "also: [\"b*\"]")),
              ElementsAre(HasSubstr("routes[0].also[0] (line 7): must be a model's whole name")));
  EXPECT_THAT(FaultsOf(Of("{upstream: near, model: \"m*\"}")),
              ElementsAre(HasSubstr("whole name")));
  EXPECT_TRUE(Parsed(named("gpt-*")).routes[0].is_prefix());
  EXPECT_EQ(Parsed(named("gpt-*")).routes[0].prefix(), "gpt-");
  EXPECT_FALSE(Parsed(named("gpt-4.1")).routes[0].is_prefix());
}

TEST(Routes, TakeTheirBoundsAndNothingBeyond) {
  for (const char* good :
       {"max_attempts: 1", "affinity: {bound: 100, slack: 1000}", "affinity: {bound: 1000}",
        "overrides: []", "also_on: []", "require_tags: []", "also: []"}) {
    EXPECT_THAT(FaultsOf(Of("{upstream: near}", good)), IsEmpty()) << good;
  }
  for (const char* wrong :
       {"max_attempts: 0", "max_attempts: 7", "affinity: {bound: 99}", "affinity: {bound: 1001}",
        "affinity: {slack: -1}", "affinity: {slack: 1001}", "strategy: random", "sticky: yes",
        "resend: always", "overrides: [model]", "overrides: [tags, tags]", "overrides: tags",
        "also_on: [[content_filter]]", "require_tags: [EU]", "also: [b, b]"}) {
    EXPECT_EQ(FaultsOf(Of("{upstream: near}", wrong)).size(), 1u) << wrong;
  }
  EXPECT_THAT(FaultsOf(Of("{upstream: near}", "overrides: [tagz]")),
              ElementsAre("routes[0].overrides[0] (line 7): must be one of upstream, tags, "
                          "fallback, exclude, affinity, not 'tagz'"));
  for (const char* wrong :
       {"group: 0", "group: 10", "weight: -1", "weight: 10001", "tags: [a_b]"}) {
    EXPECT_THAT(FaultsOf(Of("{upstream: near, " + std::string(wrong) + "}")),
                testing::Contains(StartsWith("routes[0].targets[0].")))
        << wrong;
  }
}

TEST(Routes, LeadToUpstreamsThatExist) {
  EXPECT_THAT(
      FaultsOf(Of("{upstream: near}, {upstream: fax}")),
      ElementsAre(
          "routes[0].targets[1].upstream (line 7): is the name of no upstream; did you mean "
          "far?"));
  EXPECT_THAT(FaultsOf(Of("{upstream: elsewhere-at-all}")),
              ElementsAre("routes[0].targets[0].upstream (line 7): is the name of no upstream"));
}

TEST(Routes, HaveEachTargetOnce) {
  EXPECT_THAT(FaultsOf(Of("{upstream: near}, {upstream: near, model: a, group: 2}")),
              ElementsAre(StartsWith("routes[0].targets[1] (line 7): is a target of this route "
                                     "already")));
  EXPECT_THAT(FaultsOf(Of("{upstream: near}, {upstream: near, model: b}, {upstream: far}")),
              IsEmpty());
}

TEST(Routes, CountGroupsFromOneWithoutAGap) {
  EXPECT_THAT(FaultsOf(Of("{upstream: near, group: 3}, {upstream: far}")),
              ElementsAre("routes[0].targets[0].group (line 7): is 3, but there is no group 2: "
                          "groups count from 1 without a gap"));
  EXPECT_THAT(FaultsOf(Of("{upstream: near, group: 2}")),
              ElementsAre(HasSubstr("there is no group 1")));
  EXPECT_THAT(FaultsOf(Of("{upstream: near, group: 2}, {upstream: far}")), IsEmpty());
}

TEST(Routes, HaveSomebodyWhoTakesTheCallsOfAGroup) {
  EXPECT_THAT(
      FaultsOf(Of("{upstream: near, weight: 0}, {upstream: far, group: 2, weight: 0}, {upstream: "
                  "near, model: b, weight: 1}")),
      ElementsAre(StartsWith("routes[0].targets[1].weight (line 7): is 0, as are all weights of "
                             "group 2")));
}

TEST(Routes, HaveNamesOfTheirOwn) {
  EXPECT_THAT(FaultsOf(With("  - {name: a, also: [b, a], targets: [{upstream: near}]}\n"
                            "  - {name: b, also: [c], targets: [{upstream: near}]}\n"
                            "  - {name: \"x*\", also: [c], targets: [{upstream: near}]}\n"
                            "  - {name: \"x*\", targets: [{upstream: near}]}\n")),
              ElementsAre("routes[0].also[1] (line 7): is a name that routes[0] has already",
                          "routes[1].name (line 8): is a name that routes[0] has already",
                          "routes[2].also[0] (line 9): is a name that routes[1] has already",
                          "routes[3].name (line 10): is a name that routes[2] has already"));
}

TEST(Routes, RequireOnlyTagsThatATargetHas) {
  EXPECT_THAT(FaultsOf(Of("{upstream: near}, {upstream: far}", "require_tags: [eu, zdr]")),
              IsEmpty());
  EXPECT_THAT(
      FaultsOf(Of("{upstream: far, tags: [eu]}", "require_tags: [eu, us, zdr]")),
      ElementsAre("routes[0].require_tags[1] (line 7): is a tag that no target of the route "
                  "has",
                  StartsWith("routes[0].require_tags[2]")));
  EXPECT_THAT(
      FaultsOf(Of("{upstream: near}, {upstream: far, tags: [us]}", "require_tags: [eu, us]")),
      ElementsAre("routes[0].require_tags (line 7): are tags of which no target of the "
                  "route has all"));
  EXPECT_THAT(FaultsOf(Of("{upstream: near, tags: [nobody-asks]}")), IsEmpty());
}

TEST(Routes, OfManyNamesNameTheDeploymentTheyMean) {
  const auto many = [](const std::string& target) {
    return FaultsOf(With("  - {name: \"gpt-*\", targets: [" + target + "]}\n"));
  };
  EXPECT_THAT(many("{upstream: az}"),
              ElementsAre(AllOf(StartsWith("routes[0].targets[0].model (line 7): is "
                                           "missing"),
                                HasSubstr("a deployment"))));
  EXPECT_THAT(many("{upstream: az, model: d}"), IsEmpty());
  EXPECT_THAT(many("{upstream: near}"), IsEmpty());
  EXPECT_THAT(FaultsOf(Of("{upstream: az}")), IsEmpty()) << "its name is that of the deployment";
  // Azure's newer API names models in the body.
  EXPECT_THAT(
      FaultsOf(kLocal + "upstreams: [{name: az, dialect: azure, base_url: \"https://h/openai/v1\", "
                        "api_key: none}]\n"
                        "routes: [{name: \"gpt-*\", targets: [{upstream: az}]}]\n"),
      IsEmpty());
}

// The route decides, so that both may say what they serve.
TEST(Routes, GiveAModelSeveralUpstreams) {
  const std::string twice = kLocal +
                            "upstreams:\n"
                            "  - {name: a, simulator: true, models: [gpt-5, m]}\n"
                            "  - {name: b, simulator: true, models: [gpt-5, n]}\n";
  const auto route = [](const std::string& name) {
    return "routes: [{name: " + name + ", targets: [{upstream: a}, {upstream: b}]}]\n";
  };
  EXPECT_THAT(FaultsOf(twice), ElementsAre("upstreams[1].models[0] (line 4): names a model that "
                                           "upstreams[0] names already; a route can have it at "
                                           "both"));
  EXPECT_THAT(FaultsOf(twice + route("gpt-5")), IsEmpty());
  EXPECT_THAT(FaultsOf(twice + route("\"gpt-*\"")), IsEmpty());
  EXPECT_THAT(FaultsOf(twice + route("x, also: [gpt-5]")), IsEmpty());
  EXPECT_EQ(FaultsOf(twice + route("gpt")).size(), 1u);
}

}  // namespace
}  // namespace inferwire::config
