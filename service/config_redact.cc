#include <cstdint>
#include <nlohmann/json.hpp>

#include "config.h"
#include "config_change.h"
#include "config_values.h"

namespace llmgate {
namespace {

using Json = nlohmann::ordered_json;

std::string_view Name(ClientAuth auth) {
  switch (auth) {
    case ClientAuth::kNone:
      return "none";
    case ClientAuth::kRequest:
      return "request";
    case ClientAuth::kRequire:
      return "require";
  }
  return "none";
}

Json ToJson(const ServerConfig& server) {
  return {{"listen", server.listen},
          {"admin", server.admin},
          {"insecure", server.insecure},
          {"loops", server.loops},
          {"max_connections", server.max_connections},
          {"max_connections_per_peer", server.max_connections_per_peer},
          {"backlog", server.backlog},
          {"max_concurrent_streams", server.max_concurrent_streams},
          {"max_request_bytes", SizeText(server.max_request_bytes)},
          {"max_response_bytes", SizeText(server.max_response_bytes)},
          {"memory_quota", SizeText(server.memory_quota)},
          {"handshake_timeout", DurationText(server.handshake_timeout)},
          {"keepalive",
           {{"time", DurationText(server.keepalive.time)},
            {"timeout", DurationText(server.keepalive.timeout)},
            {"min_ping_interval", DurationText(server.keepalive.min_ping_interval)}}},
          {"max_connection_idle", DurationText(server.max_connection_idle)},
          {"max_connection_age", DurationText(server.max_connection_age)},
          {"max_connection_age_grace", DurationText(server.max_connection_age_grace)},
          {"reflection", server.reflection}};
}

Json ToJson(const TlsConfig& tls) {
  return {{"certificate", tls.certificate},
          {"key", tls.key},
          {"client_ca", tls.client_ca},
          {"client_auth", Name(tls.client_auth)},
          {"refresh", DurationText(tls.refresh)}};
}

Json ToJson(const LimitsConfig& limits) {
  return {{"max_in_flight", limits.max_in_flight},
          {"caller_share_percent", limits.caller_share_percent},
          {"memory_bytes", SizeText(limits.memory_bytes)},
          {"request_fields", limits.request_fields},
          {"many_max_in_flight", limits.many_max_in_flight},
          {"stream_queue_messages", limits.stream_queue_messages},
          {"stream_queue_bytes", SizeText(limits.stream_queue_bytes)},
          {"json",
           {{"depth", limits.json.depth},
            {"nodes", limits.json.nodes},
            {"string", SizeText(limits.json.string)}}},
          {"sse_event_bytes",
           limits.sse_event_bytes == 0 ? "as an answer's string" : SizeText(limits.sse_event_bytes)},
          {"stream_bytes", SizeText(limits.stream_bytes)},
          {"file_bytes", SizeText(limits.file_bytes)},
          {"header_bytes", SizeText(limits.header_bytes)},
          {"metric_models", limits.metric_models}};
}

Json ToJson(const KeySource& key) {
  if (key.kind == KeySource::Kind::kNone) return "none";
  return Json::object({{key.kind == KeySource::Kind::kEnv ? "env" : "file", key.name}});
}

const char* Name(UpstreamBatchesConfig::By by) {
  switch (by) {
    case UpstreamBatchesConfig::By::kDialect:
      return "dialect";
    case UpstreamBatchesConfig::By::kUpstream:
      return "upstream";
    case UpstreamBatchesConfig::By::kGateway:
      return "gateway";
  }
  return "dialect";
}

Json ToJson(const UpstreamBatchesConfig& batches) {
  return {{"by", Name(batches.by)},
          {"max_items", batches.max_items},
          {"max_bytes", SizeText(batches.max_bytes)},
          {"queue_tokens", batches.queue_tokens},
          {"model_queue_tokens", batches.model_queue_tokens},
          {"tier", batches.tier},
          {"concurrency", batches.concurrency}};
}

Json ToJson(const StoreConfig& store) {
  return {{"path", store.path},
          {"postgresql", {{"env", store.url_variable}, {"file", store.url_file}}},
          {"wait", DurationText(store.wait)},
          {"connections", store.connections},
          {"max_queued", store.max_queued},
          {"max_bytes", store.max_bytes},
          {"max_bytes_per_caller", store.max_bytes_per_caller},
          {"min_free_bytes", store.min_free_bytes},
          {"max_ids_per_caller", store.max_ids_per_caller},
          {"unknown_ids",
           store.unknown_ids == StoreConfig::Unknown::kNobodys ? "nobodys" : "everyones"},
          {"anonymous", store.anonymous == StoreConfig::Anonymous::kShared ? "shared" : "refused"}};
}

Json ToJson(const BatchesConfig& batches) {
  return {{"max_items", batches.max_items},
          {"max_bytes", SizeText(batches.max_bytes)},
          {"max_models", batches.max_models},
          {"poll_min", DurationText(batches.poll_min)},
          {"poll_max", DurationText(batches.poll_max)},
          {"retry_min", DurationText(batches.retry_min)},
          {"retry_max", DurationText(batches.retry_max)},
          {"queue_poll", DurationText(batches.queue_poll)},
          {"request_timeout", DurationText(batches.request_timeout)},
          {"transfer_timeout", DurationText(batches.transfer_timeout)},
          {"item_timeout", DurationText(batches.item_timeout)},
          {"reconcile_looks", batches.reconcile_looks},
          {"reconcile_wait", DurationText(batches.reconcile_wait)},
          {"requeues", batches.requeues},
          {"lease", DurationText(batches.lease)},
          {"claim_interval", DurationText(batches.claim_interval)},
          {"jobs_at_once", batches.jobs_at_once},
          {"transfers_at_once", batches.transfers_at_once},
          {"sweep_interval", DurationText(batches.sweep_interval)},
          {"retention", DurationText(batches.retention)},
          {"abandoned", DurationText(batches.abandoned)},
          {"watch_interval", DurationText(batches.watch_interval)},
          {"watchers_per_caller", batches.watchers_per_caller},
          {"max_line_bytes", SizeText(batches.max_line_bytes)}};
}

Json ToJson(const UpstreamConfig& upstream) {
  Json headers = Json::array();  // names only: somebody will put a token into a value
  for (const auto& [name, value] : upstream.headers) headers.push_back(name);
  return {{"name", upstream.name},
          {"dialect", upstream.dialect},
          {"base_url", upstream.base_url},
          {"api_version", upstream.api_version},
          {"simulator", upstream.simulator},
          {"allow_plain_http", upstream.allow_plain_http},
          {"api_key", ToJson(upstream.api_key)},
          {"organization", upstream.organization},
          {"project", upstream.project},
          {"headers", headers},
          {"models", upstream.models},
          {"aliases", upstream.aliases},
          {"timeouts",
           {{"connect", DurationText(upstream.timeouts.connect)},
            {"first_byte", DurationText(upstream.timeouts.first_byte)},
            {"between_events", DurationText(upstream.timeouts.between_events)},
            {"after_finish", DurationText(upstream.timeouts.after_finish)}}},
          {"proxy", upstream.proxy},
          {"ca_bundle", upstream.ca_bundle},
          {"max_retries", upstream.max_retries},
          {"batches", ToJson(upstream.batches)},
          {"default", upstream.is_default}};
}

Json ToJson(const RawRule& rule) { return {{"method", rule.method}, {"path", rule.path}}; }

template <class T>
Json ToArray(const std::vector<T>& values) {
  Json array = Json::array();
  for (const T& value : values) array.push_back(ToJson(value));
  return array;
}

Json ToJson(const TracingConfig& tracing) {
  return {{"endpoint", tracing.endpoint},
          {"ca_bundle", tracing.ca_bundle},
          {"sample_ratio", tracing.sample_ratio},
          {"queue_spans", tracing.queue_spans},
          {"batch_spans", tracing.batch_spans},
          {"batch_delay", DurationText(tracing.batch_delay)},
          {"timeout", DurationText(tracing.timeout)}};
}

Json ToJson(const Config& config) {
  return {
      {"server", ToJson(config.server)},
      {"tls", config.tls ? ToJson(*config.tls) : Json()},
      {"limits", ToJson(config.limits)},
      {"deadlines",
       {{"unary", DurationText(config.deadlines.unary)},
        {"stream", DurationText(config.deadlines.stream)},
        {"max", DurationText(config.deadlines.max)},
        {"delivery", DurationText(config.deadlines.delivery)}}},
      {"drain",
       {{"connection_wait", DurationText(config.drain.connection_wait)},
        {"calls", DurationText(config.drain.calls)},
        {"last_call", DurationText(config.drain.last_call)},
        {"second_signal", DurationText(config.drain.second_signal)}}},
      {"upstreams", ToArray(config.upstreams)},
      {"raw", {{"allow", ToArray(config.raw.allow)}}},
      {"catalogue", {{"file", config.catalogue.file}, {"strict", config.catalogue.strict}}},
      {"store", ToJson(config.store)},
      {"batches", ToJson(config.batches)},
      {"log", {{"level", Name(config.log.level)}, {"calls", config.log.calls}}},
      {"reload",
       {{"watch", config.reload.watch}, {"check_every", DurationText(config.reload.check_every)}}},
      {"tracing", ToJson(config.tracing)}};
}

// File names may hold any byte; replacing keeps dump() from throwing.
std::string Text(const Json& json, int indent) {
  return json.dump(indent, ' ', false, Json::error_handler_t::replace);
}

// Path -> value of every leaf, with the values of static headers and of other files.
std::map<std::string, std::string> Leaves(const Config& config) {
  std::map<std::string, std::string> leaves;
  Json json = ToJson(config);
  for (size_t i = 0; i < config.upstreams.size(); ++i) {
    json["upstreams"][i]["headers"] = config.upstreams[i].headers;
  }
  json["catalogue"]["content"] = config.catalogue.digest;
  const std::function<void(const Json&, const std::string&)> walk = [&](const Json& at,
                                                                        const std::string& path) {
    if (at.is_object() && !at.empty()) {
      for (const auto& [key, value] : at.items())
        walk(value, path.empty() ? key : path + "." + key);
    } else if (at.is_array() && !at.empty()) {
      for (size_t i = 0; i < at.size(); ++i) walk(at[i], path + "[" + std::to_string(i) + "]");
    } else {
      leaves[path] = Text(at, -1);
    }
  };
  walk(json, "");
  return leaves;
}

}  // namespace

std::string Redacted(const Config& config) { return Text(ToJson(config), 2); }

std::string Fingerprint(const Config& config) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  const auto add = [&hash](std::string_view text) {
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    hash *= 0x100000001b3;  // where one text ends and the next begins
  };
  for (const auto& [path, value] : Leaves(config)) add(path), add(value);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (size_t i = 16; i-- > 0; hash >>= 4) text[i] = kDigits[hash & 15];
  return text;
}

std::vector<std::string> ChangedKeys(const Config& from, const Config& to) {
  const auto before = Leaves(from), after = Leaves(to);
  std::vector<std::string> changed;
  for (const auto& [path, value] : before) {
    const auto now = after.find(path);
    if (now == after.end() || now->second != value) changed.push_back(path);
  }
  for (const auto& [path, value] : after) {
    if (!before.contains(path)) changed.push_back(path);
  }
  return changed;
}

}  // namespace llmgate
