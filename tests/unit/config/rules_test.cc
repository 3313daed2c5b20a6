// Bounds that would contradict one another: each rule of the table, the defaults, and the chart's.
#include "config/rules.h"

#include <fstream>
#include <sstream>

#include "config_fixture.h"

namespace inferwire::config {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

const std::string kRemote =
    "upstreams: [{name: a, base_url: \"https://h/v1\", api_key: none, dialect: auto";

std::vector<std::string> WarningsOf(const std::string& yaml) {
  std::vector<std::string> texts;
  for (const ConfigFault& warning : Parsed(yaml).warnings) texts.push_back(ToText(warning));
  return texts;
}

struct Case {
  const char* sections;
  const char* path;  // of the fault or warning
  const char* other;
};

TEST(Rules, DefaultsDoNotContradictOneAnother) {
  EXPECT_THAT(WarningsOf(kGood), IsEmpty());
  EXPECT_THAT(WarningsOf(kLocal + kRemote + "}]\n"), IsEmpty());
  EXPECT_THAT(WarningsOf(kLocal + kRemote + ", batches: {by: gateway}}]\n"), IsEmpty());
}

TEST(Rules, WhatCannotWorkIsAFault) {
  const Case kCases[] = {
      {"deadlines: {max: 500s}", "deadlines.max", "deadlines.stream"},
      {"deadlines: {unary: 20m}", "deadlines.max", "deadlines.unary"},
      {"drain: {connection_wait: 65s}", "drain.connection_wait", "server.max_connection_age"},
      {"batches: {poll_min: 2m}", "batches.poll_min", "batches.poll_max"},
      {"batches: {retry_min: 2m}", "batches.retry_min", "batches.retry_max"},
      {"batches: {lease: 500ms}", "batches.claim_interval", "batches.lease"},
      {"limits: {sse_event_bytes: 2MiB, stream_bytes: 1MiB}", "limits.sse_event_bytes",
       "limits.stream_bytes"},
      {"limits: {shared: true}", "limits.shared", "store.postgresql"},
      {"limits: {shared: true}\nstore: {path: /tmp/x.db}", "limits.shared", "store.postgresql"},
      {"tracing: {batch_spans: 5000}", "tracing.batch_spans", "tracing.queue_spans"},
  };
  for (const Case& each : kCases) {
    EXPECT_THAT(FaultsOf(kGood + each.sections + "\n"),
                Contains(AllOf(StartsWith(each.path), HasSubstr(each.other))))
        << each.sections;
  }
  EXPECT_THAT(
      FaultsOf(kLocal + kRemote + ", health: {every: 1s}}]\n"),
      Contains(AllOf(StartsWith("upstreams[0].health.timeout"), HasSubstr("health.every"))));
  EXPECT_THAT(FaultsOf("server: {listen: \"127.0.0.1:0\", memory_quota: 16MiB}\n" + kUpstream),
              Contains(StartsWith("server.memory_quota")));
}

TEST(Rules, WhatWorksOtherwiseThanItSaysIsAWarning) {
  const Case kCases[] = {
      {"deadlines: {max: 90m}", "server.max_connection_age_grace", "deadlines.max"},
      {"deadlines: {max: 20m}", "drain.calls", "deadlines.max"},
      {"drain: {calls: 1s}", "drain.last_call", "drain.calls"},
      {"limits: {json: {string: 1MiB}}", "limits.json.string", "server.max_response_bytes"},
      {"limits: {stream_bytes: 16MiB}", "limits.stream_bytes", "server.max_response_bytes"},
      {"limits: {large_answer_bytes: 16MiB}", "limits.large_answer_bytes",
       "server.max_response_bytes"},
      {"limits: {sse_event_bytes: 48MiB}", "limits.sse_event_bytes", "server.max_response_bytes"},
      {"limits: {max_in_flight: 10}", "limits.many_max_in_flight", "limits.max_in_flight"},
      {"batches: {max_line_bytes: 1MiB}", "batches.max_line_bytes", "server.max_response_bytes"},
      {"store: {path: /x, wait: 40s}", "store.wait", "batches.lease"},
  };
  for (const Case& each : kCases) {
    EXPECT_THAT(WarningsOf(kGood + each.sections + "\n"),
                Contains(AllOf(StartsWith(each.path), HasSubstr(each.other))))
        << each.sections;
  }
  EXPECT_THAT(WarningsOf("server: {listen: \"127.0.0.1:0\", max_connections: 100}\n" + kUpstream),
              Contains(StartsWith("server.max_connections_per_peer")));
}

TEST(Rules, OfUpstreams) {
  const Case kCases[] = {
      {", timeouts: {first_byte: 60s}}]", "upstreams[0].timeouts.first_byte", "deadlines.unary"},
      {", timeouts: {first_byte: 200s}, batches: {by: gateway}}]",
       "upstreams[0].timeouts.first_byte", "batches.item_timeout"},
      {", timeouts: {connect: 5m, first_byte: 4m}}]", "upstreams[0].timeouts.connect",
       "timeouts.first_byte"},
      {", max_retries: 5, timeouts: {connect: 20s}}]", "upstreams[0].timeouts.connect",
       "max_retries"},
  };
  for (const Case& each : kCases) {
    EXPECT_THAT(WarningsOf(kLocal + kRemote + each.sections + "\n"),
                Contains(AllOf(StartsWith(each.path), HasSubstr(each.other))))
        << each.sections;
  }
}

// A connection's end never cuts a call that its deadline allows.
TEST(Rules, TheGraceIsNeverLessThanTheLongestCall) {
  const std::string server =
      "server: {listen: \"127.0.0.1:0\", max_connection_age_grace: 5s}\n" + kUpstream;
  EXPECT_EQ(Parsed(server).server.max_connection_age_grace, std::chrono::seconds(3730));
  EXPECT_EQ(Parsed(server + "deadlines: {max: 90m}\n").server.max_connection_age_grace,
            std::chrono::seconds(5430));
  EXPECT_EQ(Parsed(kGood).server.max_connection_age_grace, std::chrono::seconds(3730));
}

}  // namespace
}  // namespace inferwire::config
