#include "config/forms.h"
#include "config/reader.h"
#include "config/sections.h"

namespace inferwire::config {

using namespace std::chrono_literals;

Keys KeysOf(AffinityConfig& affinity) {
  Keys keys;
  keys.Integer(
      "bound", affinity.bound, 100, 1000,
      "With more calls in flight than so many % of the mean, and slack more, one hands its "
      "conversations on.");
  keys.Integer("slack", affinity.slack, 0, 1000);
  return keys;
}

void ResendKey(Keys& keys, Resend& resend, std::string_view about) {
  keys.Choice(
      "resend", resend,
      {{"refused", Resend::kRefused}, {"failed", Resend::kFailed}, {"anything", Resend::kAnything}},
      about);
}

Keys KeysOf(BreakerConfig& breaker) {
  Keys keys;
  keys.Integer("failures", breaker.failures, 0, 1000,
               "So many failures in a row, and half a second without an answer; 0: off.");
  keys.Integer("ratio", breaker.ratio, 0, 100,
               "Or so many % of at least so many calls in 10 s; ratio 0: off.");
  keys.Integer("of", breaker.of, 1, 100'000);
  keys.Time("out", breaker.out, 100ms, 1h,
            "How long it takes no calls then: twice as long each time, at most out_most. Where "
            "there is nothing else to ask, it is 1 s, at most 5 s.");
  keys.Time("out_most", breaker.out_most, 100ms, 24h);
  keys.Integer(
      "most_out", breaker.most_out, 0, 100,
      "Of several endpoints so many %, rounded down, are left alone at once; more are used "
      "although they fail, as long as others do not: those could not carry it all.");
  keys.Time("warm_up", breaker.warm_up, 0ms, 1h,
            "How long it takes afterwards from a tenth of its weight to all of it.");
  return keys;
}

Keys KeysOf(HealthConfig& health) {
  Keys keys;
  keys.Text("path", health.path, kUrlPath,
            "Below base_url; a /.. at its beginning takes a part of base_url away: /../health.");
  keys.Time("every", health.every, 100ms, 1h,
            "Between two checks of an endpoint, a fifth more or less.");
  keys.Time("timeout", health.timeout, 10ms, 1min, "For the whole answer.");
  keys.Choice("check", health.check, {{"out", HealthOf::kOut}, {"all", HealthOf::kAll}},
              "Those that are out, to have them back sooner; or all, so that one that goes dark is "
              "left alone after two failed checks, unless it answers calls.");
  return keys;
}

Keys KeysOf(DiscoveryConfig& discovery) {
  Keys keys;
  keys.Text("path", discovery.path, kUrlPath,
            "Below base_url, with its query: where lists come in pages, ask for a long one.");
  keys.Time("every", discovery.every, 1min, 24h,
            "Between two questions, a fifth more or less; after a failure a minute.");
  keys.Time("timeout", discovery.timeout, 100ms, 5min, "For the whole answer.");
  return keys;
}

Keys KeysOf(RetryBudgetConfig& budget) {
  Keys keys;
  keys.Integer("ratio", budget.ratio, 0, 100,
               "In % of its requests, and at least so many a second.");
  keys.Integer("least", budget.least, 0, 1000);
  return keys;
}

// Without a word of their own, so that a target fits on a line: KeysOf(RouteConfig&) has it.
Keys KeysOf(RouteTargetConfig& target) {
  Keys keys;
  keys.Text("upstream", target.upstream, kLabel, {}, {.missing = "is missing"});
  keys.Text("model", target.model, kModelName);
  keys.Integer("group", target.group, 1, 9);
  keys.Integer("weight", target.weight, 0, 10'000);
  keys.Texts("tags", target.tags, 16, kLabel, {});
  return keys;
}

Keys KeysOf(ShadowConfig& shadow) {
  Keys keys;
  keys.Text("upstream", shadow.upstream, kLabel, {}, {.missing = "is missing"});
  keys.Text("model", shadow.model, kModelName);
  keys.Integer("percent", shadow.percent, 1, 100, "Of the route's calls, by their request ids.");
  keys.Integer("in_flight", shadow.in_flight, 1, 1000,
               "So many at a time, for the whole process; a call that finds no room has no copy.");
  return keys;
}

Keys KeysOf(HedgeConfig& hedge) {
  Keys keys;
  keys.Text(
      "after", hedge.after, kHedgeAfter,
      "Once the first byte is so late: a duration (1ms to 10m), or p95, later than that of 19 "
      "of 20 recent calls to the target.");
  keys.Integer("most", hedge.most, 1, 50, "Of the route's calls, in %.");
  return keys;
}

Keys KeysOf(RouteConfig& route) {
  using Strategy = RouteStrategy;
  using Sticky = RouteSticky;
  using Override = RouteOverride;
  Keys keys;
  keys.Text("name", route.name, kRouteName,
            "A model's name, or the beginning of names and '*': gpt-*. A whole name goes before a "
            "beginning, a longer beginning before a shorter one.",
            {.missing = "is missing"});
  keys.Texts("also", route.also, 100, kModelName, "Further names, each a whole one.",
             {.instead = "none"});
  keys.Choice("strategy", route.strategy,
              {{"weighted", Strategy::kWeighted},
               {"least_in_flight", Strategy::kLeastInFlight},
               {"latency", Strategy::kLatency},
               {"cheapest", Strategy::kCheapest},
               {"affinity", Strategy::kAffinity}},
              "How one target of a group is chosen: by weight alone; by the calls in flight or "
              "the time to the first byte, both by weight; by the catalogue's prices; or by the "
              "conversation, whose beginning a provider then has in its cache.");
  keys.Choice(
      "sticky", route.sticky,
      {{"none", Sticky::kNone}, {"affinity", Sticky::kAffinity}, {"caller", Sticky::kCaller}},
      "Of weighted: whether a conversation, or a caller, stays where it was.");
  keys.List("targets", route.targets, 1, 32,
            "Where calls go: an upstream, and the model there (by default the route's name, or of "
            "a beginning the name that was asked for). The lowest group (1 to 9) with a target "
            "that can take the call is used; weight (0 to 10000, by default 100) is that within "
            "the group; tags are its own besides the upstream's.",
            {.missing = "is missing: at least one target is needed"});
  ResendKey(keys, route.resend,
            "What of a failed request may be sent again, here or to another target, before any "
            "output: as for upstreams.");
  keys.Integer("max_attempts", route.max_attempts, 1, 6,
               "Of one call; the same request with another key does not count.");
  keys.Choices<AlsoOn>("also_on", route.also_on,
                       {{"content_filter", AlsoOn::kContentFilter},
                        {"unsupported_parameter", AlsoOn::kUnsupportedParameter}},
                       "Answers after which the next target is asked too.", {.instead = "none"});
  keys.Texts("require_tags", route.require_tags, 16, kLabel,
             "What each target has to have; the others are not used.", {.instead = "none"});
  keys.Choices<Override>("overrides", route.overrides,
                         {{"upstream", Override::kUpstream},
                          {"tags", Override::kTags},
                          {"fallback", Override::kFallback},
                          {"exclude", Override::kExclude},
                          {"affinity", Override::kAffinity}},
                         "What callers may ask for (CallOptions.route); anything else is refused.");
  keys.Sub("affinity", KeysOf(route.affinity));
  keys.Optional("shadow", route.shadow,
                "Also sends a part of the calls to an upstream and model that are none of the "
                "targets, to learn how they would do. Nobody waits for the answers: they are read "
                "for what they used and thrown away, and cost no caller anything. Tags hold for "
                "it; calls with `store` or a file are not sent.",
                {.instead = "none"});
  keys.Optional("hedge", route.hedge,
                "Sends a call whose first byte is late to another target or endpoint too, if its "
                "caller asks for it (RoutePreferences.hedge). Whichever has it first answers, the "
                "other one is given up, and both may be billed. Counts as an attempt; not while "
                "the gateway has too much to do, nor with less than half of the call's time left.",
                {.instead = "none"});
  return keys;
}

}  // namespace inferwire::config
