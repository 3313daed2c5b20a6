#include "config_parse.h"

#include "config_values.h"

namespace llmgate {
namespace {

using namespace std::chrono_literals;

std::string AddressFault(const std::string& text) {
  return ParseHostPort(text) ? "" : "must be an address and a port, e.g. 0.0.0.0:50051";
}

std::string PathFault(const std::string& text) {
  return !text.empty() && text.find('\0') == std::string::npos ? "" : "must be the path of a file";
}

ServerConfig ReadServer(Section section) {
  ServerConfig server;
  section.Text("listen", server.listen, AddressFault);
  section.Text("admin", server.admin, AddressFault);
  section.Bool("insecure", server.insecure);
  section.Integer("loops", server.loops, 0, 256);
  section.Integer("max_connections", server.max_connections, 1, 1'000'000);
  section.Integer("max_connections_per_peer", server.max_connections_per_peer, 1, 1'000'000);
  section.Integer("backlog", server.backlog, 1, 65'535);
  section.Integer("max_concurrent_streams", server.max_concurrent_streams, 1, 10'000);
  section.Size("max_request_bytes", server.max_request_bytes, 64 * kKiB, 1024 * kMiB);
  section.Size("max_response_bytes", server.max_response_bytes, 64 * kKiB, 1024 * kMiB);
  section.Size("memory_quota", server.memory_quota, 16 * kMiB, 64 * 1024 * kMiB);
  section.Time("handshake_timeout", server.handshake_timeout, 100ms, 2min);
  Section keepalive = section.Sub("keepalive");
  keepalive.Time("time", server.keepalive.time, 1s, 2h);
  keepalive.Time("timeout", server.keepalive.timeout, 1s, 10min);
  keepalive.Time("min_ping_interval", server.keepalive.min_ping_interval, 1s, 1h);
  keepalive.Done();
  section.Time("max_connection_idle", server.max_connection_idle, 1s, 24h);
  section.Time("max_connection_age", server.max_connection_age, 1s, 24h);
  section.Time("max_connection_age_grace", server.max_connection_age_grace, 1s, 24h);
  section.Bool("reflection", server.reflection);
  section.Done();
  return server;
}

TlsConfig ReadTls(Section section) {
  TlsConfig tls;
  section.Text("certificate", tls.certificate, PathFault);
  section.Text("key", tls.key, PathFault);
  section.Text("client_ca", tls.client_ca, PathFault);
  section.Choice<ClientAuth>("client_auth", tls.client_auth,
                             {{"none", ClientAuth::kNone},
                              {"request", ClientAuth::kRequest},
                              {"require", ClientAuth::kRequire}});
  section.Time("refresh", tls.refresh, 1s, 1h);
  section.Done();
  return tls;
}

LimitsConfig ReadLimits(Section section) {
  LimitsConfig limits;
  section.Integer("max_in_flight", limits.max_in_flight, 1, 1'000'000);
  section.Integer("caller_share_percent", limits.caller_share_percent, 1, 100);
  section.Size("memory_bytes", limits.memory_bytes, 0, 1024 * 1024 * kMiB);
  section.Integer("request_fields", limits.request_fields, 1000, 10'000'000);
  section.Integer("many_max_in_flight", limits.many_max_in_flight, 1, 256);
  section.Integer("stream_queue_messages", limits.stream_queue_messages, 1, 65'536);
  section.Size("stream_queue_bytes", limits.stream_queue_bytes, 1 * kKiB, 64 * kMiB);
  Section json = section.Sub("json");
  json.Integer("depth", limits.json.depth, 8, 512);
  json.Integer("nodes", limits.json.nodes, 1000, 100'000'000);
  json.Size("string", limits.json.string, 1 * kKiB, 1024 * kMiB);
  json.Done();
  section.Size("sse_event_bytes", limits.sse_event_bytes, 1 * kKiB, 256 * kMiB);
  section.Size("stream_bytes", limits.stream_bytes, 64 * kKiB, 4096 * kMiB);
  section.Size("file_bytes", limits.file_bytes, 64 * kKiB, 64 * 1024 * kMiB);
  section.Size("header_bytes", limits.header_bytes, 4 * kKiB, 1 * kMiB);
  section.Integer("metric_models", limits.metric_models, 1, 1000);
  section.Done();
  return limits;
}

DeadlinesConfig ReadDeadlines(Section section) {
  DeadlinesConfig deadlines;
  section.Time("unary", deadlines.unary, 100ms, 24h);
  section.Time("stream", deadlines.stream, 100ms, 24h);
  section.Time("max", deadlines.max, 100ms, 24h);
  section.Time("delivery", deadlines.delivery, 100ms, 24h);
  section.Done();
  return deadlines;
}

DrainConfig ReadDrain(Section section) {
  DrainConfig drain;
  section.Time("connection_wait", drain.connection_wait, 0s, 24h);
  section.Time("calls", drain.calls, 0s, 24h);
  section.Time("last_call", drain.last_call, 0s, 10min);
  section.Time("second_signal", drain.second_signal, 0s, 10min);
  section.Done();
  return drain;
}

RawConfig ReadRaw(Section section, Faults& faults) {
  RawConfig raw;
  std::vector<RawRule> rules;
  const bool given =
      section.List("allow", 0, 1000, [&](const YAML::Node& node, const std::string& path) {
        RawRule rule;
        const auto any = [](const std::string&) { return std::string(); };
        Section entry(node, path, faults);
        entry.Text("method", rule.method, any);
        entry.Text("path", rule.path, any);
        entry.Done();
        if (const std::string fault = FaultOf(rule); !fault.empty()) faults.AddAt(path, fault);
        rules.push_back(std::move(rule));
      });
  if (given) raw.allow = std::move(rules);
  section.Done();
  return raw;
}

CatalogueConfig ReadCatalogue(Section section) {
  CatalogueConfig catalogue;
  section.Text("file", catalogue.file, PathFault);
  section.Bool("strict", catalogue.strict);
  section.Done();
  return catalogue;
}

LogConfig ReadLog(Section section) {
  LogConfig log;
  section.Choice<LogLevel>("level", log.level,
                           {{Name(LogLevel::kDebug), LogLevel::kDebug},
                            {Name(LogLevel::kInfo), LogLevel::kInfo},
                            {Name(LogLevel::kWarning), LogLevel::kWarning},
                            {Name(LogLevel::kError), LogLevel::kError},
                            {Name(LogLevel::kOff), LogLevel::kOff}});
  section.Bool("calls", log.calls);
  section.Done();
  return log;
}

ReloadConfig ReadReload(Section section) {
  ReloadConfig reload;
  section.Bool("watch", reload.watch);
  section.Time("check_every", reload.check_every, 1s, 24h);
  section.Done();
  return reload;
}

std::string EndpointFault(const std::string& text) {
  return ParseEndpoint(text) ? "" : "must be http://host:port or https://host:port";
}

TracingConfig ReadTracing(Section section) {
  TracingConfig tracing;
  section.Text("endpoint", tracing.endpoint, EndpointFault);
  section.Text("ca_bundle", tracing.ca_bundle, PathFault);
  section.Ratio("sample_ratio", tracing.sample_ratio);
  section.Integer("queue_spans", tracing.queue_spans, 1, 1'000'000);
  section.Integer("batch_spans", tracing.batch_spans, 1, 10'000);
  section.Time("batch_delay", tracing.batch_delay, 1ms, 1min);
  section.Time("timeout", tracing.timeout, 10ms, 1min);
  section.Done();
  return tracing;
}

}  // namespace

Config ReadConfig(const YAML::Node& root, Faults& faults) {
  Section top(root, "", faults);
  Config config;
  config.server = ReadServer(top.Sub("server"));
  if (top.Has("tls")) config.tls = ReadTls(top.Sub("tls"));
  config.limits = ReadLimits(top.Sub("limits"));
  config.deadlines = ReadDeadlines(top.Sub("deadlines"));
  config.drain = ReadDrain(top.Sub("drain"));
  config.upstreams = ReadUpstreams(top, faults);
  config.raw = ReadRaw(top.Sub("raw"), faults);
  config.catalogue = ReadCatalogue(top.Sub("catalogue"));
  config.store = ReadStore(top.Sub("store"));
  config.batches = ReadBatches(top.Sub("batches"));
  config.log = ReadLog(top.Sub("log"));
  config.reload = ReadReload(top.Sub("reload"));
  config.tracing = ReadTracing(top.Sub("tracing"));
  top.Done();
  return config;
}

}  // namespace llmgate
