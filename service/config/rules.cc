#include "config/rules.h"

#include <algorithm>
#include <limits>
#include <string>

#include "config/values.h"
#include "openai/dialect.h"

namespace inferwire::config {
namespace {

enum class Unit { kTime, kBytes, kCount };
enum class Relation { kAtLeast, kAtMost };
enum class Weight { kFault, kWarning };

// What the rules look at.
struct S {
  const Config& config;
  const UpstreamConfig& upstream;  // only for rules of upstreams
};

struct Rule {
  const char* key;
  int64_t (*value)(const S&);
  Relation relation;
  const char* bound;  // the other key, or what is reckoned from it
  int64_t (*limit)(const S&);
  Unit unit;
  Weight weight;
  const char* why;
};

constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

// Backoffs double from half a second, so that three seconds are more than the most retries wait on
// average.
constexpr std::chrono::milliseconds kBackoffs{3000};

int64_t Of(std::chrono::milliseconds time) { return time.count(); }
int64_t Of(size_t bytes) { return static_cast<int64_t>(bytes); }
int64_t Of(int count) { return count; }

bool WorksItsBatchesHere(const UpstreamConfig& upstream) {
  using By = UpstreamBatchesConfig::By;
  if (upstream.batches.by != By::kDialect) return upstream.batches.by == By::kGateway;
  const openai::Dialect* dialect = openai::FindDialect(upstream.dialect);
  return dialect != nullptr && !dialect->batches;
}

int64_t LargestMessage(const S& s) {
  return Of(std::max(s.config.server.max_request_bytes, s.config.server.max_response_bytes));
}

constexpr auto kAtLeast = Relation::kAtLeast;
constexpr auto kAtMost = Relation::kAtMost;

const Rule kRules[] = {
    // Times.
    {"deadlines.max", [](const S& s) -> int64_t { return Of(s.config.deadlines.max); }, kAtLeast,
     "deadlines.unary", [](const S& s) -> int64_t { return Of(s.config.deadlines.unary); },
     Unit::kTime, Weight::kFault, "it is the bound of every call"},
    {"deadlines.max", [](const S& s) -> int64_t { return Of(s.config.deadlines.max); }, kAtLeast,
     "deadlines.stream", [](const S& s) -> int64_t { return Of(s.config.deadlines.stream); },
     Unit::kTime, Weight::kFault, "it is the bound of every call"},
    {"server.max_connection_age_grace",
     [](const S& s) -> int64_t { return Of(s.config.server.max_connection_age_grace); }, kAtLeast,
     "the larger of deadlines.max and deadlines.session + deadlines.delivery",
     [](const S& s) -> int64_t { return Of(LongestCall(s.config.deadlines)); }, Unit::kTime,
     Weight::kWarning,
     "a connection's end would cut calls that their deadline allows, so this is taken instead"},
    // gRPC spreads the age by 10 %.
    {"drain.connection_wait",
     [](const S& s) -> int64_t { return Of(s.config.drain.connection_wait); }, kAtLeast,
     "1.1 x server.max_connection_age",
     [](const S& s) -> int64_t { return Of(s.config.server.max_connection_age) * 11 / 10; },
     Unit::kTime, Weight::kFault,
     "until then connections leave by themselves without losing a call"},
    {"drain.calls", [](const S& s) -> int64_t { return Of(s.config.drain.calls); }, kAtLeast,
     "deadlines.max", [](const S& s) -> int64_t { return Of(s.config.deadlines.max); }, Unit::kTime,
     Weight::kWarning, "a shutdown would cut calls that their deadline allows"},
    {"drain.last_call", [](const S& s) -> int64_t { return Of(s.config.drain.last_call); }, kAtMost,
     "drain.calls",
     [](const S& s) -> int64_t {
       return s.config.drain.calls.count() == 0 ? kNoLimit : Of(s.config.drain.calls);
     },
     Unit::kTime, Weight::kWarning, "it is the end of that time"},
    {"batches.poll_min", [](const S& s) -> int64_t { return Of(s.config.batches.poll_min); },
     kAtMost, "batches.poll_max",
     [](const S& s) -> int64_t { return Of(s.config.batches.poll_max); }, Unit::kTime,
     Weight::kFault, "it is the first one"},
    {"batches.retry_min", [](const S& s) -> int64_t { return Of(s.config.batches.retry_min); },
     kAtMost, "batches.retry_max",
     [](const S& s) -> int64_t { return Of(s.config.batches.retry_max); }, Unit::kTime,
     Weight::kFault, "it is the first one"},
    {"batches.claim_interval",
     [](const S& s) -> int64_t { return Of(s.config.batches.claim_interval); }, kAtMost,
     "batches.lease", [](const S& s) -> int64_t { return Of(s.config.batches.lease); }, Unit::kTime,
     Weight::kFault, "a lease would end before it is renewed"},
    {"store.wait", [](const S& s) -> int64_t { return Of(s.config.store.wait); }, kAtMost,
     "batches.lease",
     [](const S& s) -> int64_t {
       return s.config.store.configured() ? Of(s.config.batches.lease) : kNoLimit;
     },
     Unit::kTime, Weight::kWarning, "a replica that waits for the store would lose its batches"},
    // Sizes.
    {"limits.sse_event_bytes",
     [](const S& s) -> int64_t { return Of(s.config.limits.sse_event_bytes); }, kAtMost,
     "limits.stream_bytes", [](const S& s) -> int64_t { return Of(s.config.limits.stream_bytes); },
     Unit::kBytes, Weight::kFault, "an event is a part of a stream"},
    {"limits.sse_event_bytes",
     [](const S& s) -> int64_t { return Of(s.config.limits.sse_event_bytes); }, kAtMost,
     "server.max_response_bytes",
     [](const S& s) -> int64_t { return Of(s.config.server.max_response_bytes); }, Unit::kBytes,
     Weight::kWarning, "what does not fit into a message cannot be passed on"},
    {"limits.stream_bytes", [](const S& s) -> int64_t { return Of(s.config.limits.stream_bytes); },
     kAtLeast, "server.max_response_bytes",
     [](const S& s) -> int64_t { return Of(s.config.server.max_response_bytes); }, Unit::kBytes,
     Weight::kWarning, "an answer that is taken whole would be refused as a stream"},
    {"limits.large_answer_bytes",
     [](const S& s) -> int64_t { return Of(s.config.limits.large_answer_bytes); }, kAtLeast,
     "server.max_response_bytes",
     [](const S& s) -> int64_t { return Of(s.config.server.max_response_bytes); }, Unit::kBytes,
     Weight::kWarning, "embeddings and images that fit into a response would be refused"},
    {"limits.json.string", [](const S& s) -> int64_t { return Of(s.config.limits.json.string); },
     kAtLeast, "the larger of server.max_request_bytes and server.max_response_bytes",
     [](const S& s) -> int64_t { return LargestMessage(s); }, Unit::kBytes, Weight::kWarning,
     "messages within their bound would be refused for one long text in them"},
    {"server.memory_quota", [](const S& s) -> int64_t { return Of(s.config.server.memory_quota); },
     kAtLeast, "the larger of server.max_request_bytes and server.max_response_bytes",
     [](const S& s) -> int64_t { return LargestMessage(s); }, Unit::kBytes, Weight::kFault,
     "a single message would not fit into it"},
    {"batches.max_line_bytes",
     [](const S& s) -> int64_t { return Of(s.config.batches.max_line_bytes); }, kAtLeast,
     "server.max_response_bytes",
     [](const S& s) -> int64_t { return Of(s.config.server.max_response_bytes); }, Unit::kBytes,
     Weight::kWarning, "answers within their bound would be left out of a batch's results"},
    // Counts.
    {"limits.many_max_in_flight",
     [](const S& s) -> int64_t { return Of(s.config.limits.many_max_in_flight); }, kAtMost,
     "limits.max_in_flight",
     [](const S& s) -> int64_t { return Of(s.config.limits.max_in_flight); }, Unit::kCount,
     Weight::kWarning, "it is a part of them"},
    {"server.max_connections_per_peer",
     [](const S& s) -> int64_t { return Of(s.config.server.max_connections_per_peer); }, kAtMost,
     "server.max_connections",
     [](const S& s) -> int64_t { return Of(s.config.server.max_connections); }, Unit::kCount,
     Weight::kWarning, "it is a part of them"},
    {"tracing.batch_spans", [](const S& s) -> int64_t { return Of(s.config.tracing.batch_spans); },
     kAtMost, "tracing.queue_spans",
     [](const S& s) -> int64_t { return Of(s.config.tracing.queue_spans); }, Unit::kCount,
     Weight::kFault, "a message is filled from the queue"},
};

// Below an upstream.
const Rule kUpstreamRules[] = {
    // The first byte of an answer that comes as a whole is there when the model has ended.
    {"timeouts.first_byte",
     [](const S& s) -> int64_t { return Of(s.upstream.timeouts.first_byte); }, kAtLeast,
     "deadlines.unary", [](const S& s) -> int64_t { return Of(s.config.deadlines.unary); },
     Unit::kTime, Weight::kWarning, "calls that their deadline allows would be given up"},
    {"timeouts.first_byte",
     [](const S& s) -> int64_t { return Of(s.upstream.timeouts.first_byte); }, kAtLeast,
     "batches.item_timeout",
     [](const S& s) -> int64_t {
       return WorksItsBatchesHere(s.upstream) ? Of(s.config.batches.item_timeout) : 0;
     },
     Unit::kTime, Weight::kWarning,
     "items that the gateway works on would be given up before their time"},
    {"timeouts.connect", [](const S& s) -> int64_t { return Of(s.upstream.timeouts.connect); },
     kAtMost, "timeouts.first_byte",
     [](const S& s) -> int64_t { return Of(s.upstream.timeouts.first_byte); }, Unit::kTime,
     Weight::kWarning, "connecting is a part of it"},
    {"timeouts.connect", [](const S& s) -> int64_t { return Of(s.upstream.timeouts.connect); },
     kAtMost, "deadlines.unary / (1 + max_retries)",
     [](const S& s) -> int64_t {
       return (Of(s.config.deadlines.unary) - Of(kBackoffs)) / (1 + s.upstream.max_retries);
     },
     Unit::kTime, Weight::kWarning, "the last attempts would never be made"},
    {"breaker.out", [](const S& s) -> int64_t { return Of(s.upstream.breaker.out); }, kAtMost,
     "breaker.out_most", [](const S& s) -> int64_t { return Of(s.upstream.breaker.out_most); },
     Unit::kTime, Weight::kFault, "it is the first one"},
    {"health.timeout",
     [](const S& s) -> int64_t { return s.upstream.health ? Of(s.upstream.health->timeout) : 0; },
     kAtMost, "health.every",
     [](const S& s) -> int64_t { return s.upstream.health ? Of(s.upstream.health->every) : 0; },
     Unit::kTime, Weight::kFault, "a check would begin before the last one has ended"},
    {"discovery.timeout",
     [](const S& s) -> int64_t {
       return s.upstream.discovery ? Of(s.upstream.discovery->timeout) : 0;
     },
     kAtMost, "discovery.every",
     [](const S& s) -> int64_t {
       return s.upstream.discovery ? Of(s.upstream.discovery->every) : 0;
     },
     Unit::kTime, Weight::kFault, "a question would begin before the last one has ended"},
};

std::string Text(Unit unit, int64_t value) {
  if (unit == Unit::kTime)
    return DurationText(std::chrono::milliseconds(std::max<int64_t>(value, 0)));
  if (unit == Unit::kBytes) return SizeText(static_cast<size_t>(value));
  return std::to_string(value);
}

void Check(const Rule& rule, const S& subject, const std::string& prefix, Faults& faults) {
  const int64_t value = rule.value(subject), limit = rule.limit(subject);
  const bool least = rule.relation == Relation::kAtLeast;
  if (least ? value >= limit : value <= limit) return;
  const bool fault = rule.weight == Weight::kFault;
  const std::string text =
      "is " + Text(rule.unit, value) + (fault ? " but must be at " : " but should be at ") +
      (least ? "least " : "most ") + Text(rule.unit, limit) + " (" + rule.bound + "): " + rule.why;
  if (fault) return faults.AddAt(prefix + rule.key, text);
  faults.WarnAt(prefix + rule.key, text);
}

}  // namespace

void CheckRules(const Config& config, Faults& faults) {
  static const UpstreamConfig kNone;
  for (const Rule& rule : kRules) Check(rule, {config, kNone}, "", faults);
  if (config.limits.shared && config.store.url_variable.empty() && config.store.url_file.empty()) {
    faults.AddAt("limits.shared", "needs store.postgresql, by which processes share them");
  }
  for (size_t i = 0; i < config.upstreams.size(); ++i) {
    const UpstreamConfig& upstream = config.upstreams[i];
    if (upstream.simulator) continue;
    const std::string prefix = "upstreams[" + std::to_string(i) + "].";
    for (const Rule& rule : kUpstreamRules) Check(rule, {config, upstream}, prefix, faults);
  }
}

}  // namespace inferwire::config
