#include "config/forms.h"
#include "config/sections.h"

namespace inferwire::config {
namespace {

using namespace std::chrono_literals;

constexpr size_t kGiB = 1024 * kMiB;

Keys KeysOf(KeepaliveConfig& keepalive) {
  Keys keys;
  keys.Time("time", keepalive.time, 1s, 2h,
            "The server asks a silent connection for a sign of life, and closes it if none comes.");
  keys.Time("timeout", keepalive.timeout, 1s, 10min);
  keys.Time("min_ping_interval", keepalive.min_ping_interval, 1s, 1h,
            "Clients that ping more often are disconnected.");
  return keys;
}

Keys KeysOf(JsonConfig& json) {
  Keys keys;
  keys.Integer("depth", json.depth, 8, 512);
  keys.Integer("nodes", json.nodes, 1000, 100'000'000);
  keys.Size("string", json.string, 1 * kKiB, 1 * kGiB);
  return keys;
}

}  // namespace

Keys KeysOf(ServerConfig& server) {
  Keys keys;
  keys.retired = {{"wire", "gRPC is always served on nghttp2"}};
  keys.Text("listen", server.listen, kAddress,
            "Where gRPC is served. Without a tls section, an address that others can reach is a "
            "fault unless insecure is true.");
  keys.Text(
      "admin", server.admin, kAddress,
      "Where the page (/), /metrics, /livez, /readyz and /config are served, as plain HTTP and "
      "without "
      "authentication: on this machine only, unless another address is given (the chart "
      "does, for probes and scrapers). On a loopback address, requests for other host names "
      "than localhost are refused.");
  keys.Bool("insecure", server.insecure,
            "Serve plain text although others can reach the address: something else encrypts (a "
            "mesh, a sidecar) or nothing needs to.");
  keys.Integer("loops", server.loops, 0, 256, "Threads that serve calls; 0 means one per core.");
  keys.Integer("max_connections", server.max_connections, 1, 1'000'000,
               "Connections altogether and from one address; a further one is closed at once.");
  keys.Integer("max_connections_per_peer", server.max_connections_per_peer, 1, 1'000'000);
  keys.Integer("backlog", server.backlog, 1, 65'535,
               "Connections that the kernel keeps until they are accepted.");
  keys.Integer("max_concurrent_streams", server.max_concurrent_streams, 1, 10'000,
               "Calls at the same time on one connection; further ones wait in the client.");
  keys.Size("max_request_bytes", server.max_request_bytes, 64 * kKiB, 1 * kGiB,
            "The largest message of a caller, and to a caller.");
  keys.Size("max_response_bytes", server.max_response_bytes, 64 * kKiB, 1 * kGiB);
  keys.Size(
      "memory_quota", server.memory_quota, 16 * kMiB, 64 * kGiB,
      "What half-sent messages, and requests that have not begun, may hold on all "
      "connections together, a quarter of limits.memory_bytes at most; the one that brings too "
      "much ends with UNAVAILABLE.");
  keys.Size("max_metadata_bytes", server.max_metadata_bytes, 4 * kKiB, 48 * kKiB,
            "Names and values that a caller sends beside a request, 32 bytes more for each.");
  keys.Size("receive_window", server.receive_window, 64 * kKiB, 16 * kMiB,
            "What a caller may send of one call before it is asked for; four times as much on one "
            "connection.");
  keys.Time("request_timeout", server.request_timeout, 1s, 1h,
            "A request that has not come whole by then is given up.");
  keys.Time("overload_wait", server.overload_wait, 0ms, 10s,
            "While a loop has no rest, and a call that has come whole has waited longer than this "
            "for its turn, further calls are refused at their headers with GATEWAY_OVERLOADED; "
            "0 refuses none.");
  keys.Time("handshake_timeout", server.handshake_timeout, 100ms, 2min,
            "A connection that has not begun to speak HTTP/2 by then is closed.");
  keys.Sub("keepalive", KeysOf(server.keepalive));
  keys.Time("max_connection_idle", server.max_connection_idle, 1s, 24h,
            "Connections without calls are closed after this time.");
  keys.Time("max_connection_age", server.max_connection_age, 1s, 24h,
            "Connections are asked to leave after this time (spread by 10 %), so that load finds "
            "new servers. Their calls may go on for the grace; never less than the larger of "
            "deadlines.max and deadlines.session, and deadlines.delivery together.");
  keys.Time("max_connection_age_grace", server.max_connection_age_grace, 1s, 24h);
  keys.Bool("reflection", server.reflection,
            "Lets grpcurl and the like list the services. With wire: http2 calls cost the same; "
            "gRPC's server answers it from threads of its own, which makes every call dearer.");
  keys.Bool("route_admin", server.route_admin,
            "Whoever may call may drain and reset upstreams, models and keys (RouteAdminService): "
            "for where all callers are operators, until there is a listener of theirs.");
  keys.Bool(
      "try_it", server.try_it,
      "The page of the admin port has a box in which a model can be tried. What it sends is a "
      "call like any other, with the key that is typed in, and is paid for. Either admin is "
      "an address of this machine only, or there are tenants, so that a key is asked for.",
      {.on_change = OnChange::kNeedsRestart});
  return keys;
}

Keys KeysOf(LimitsConfig& limits) {
  Keys keys;
  keys.Integer("max_in_flight", limits.max_in_flight, 1, 1'000'000,
               "Calls at the same time; a further one is refused with UNAVAILABLE and may be "
               "repeated.");
  keys.Integer("caller_share_percent", limits.caller_share_percent, 1, 100,
               "What one caller alone may have of the calls and of memory_bytes; with more callers "
               "each gets less, so that there is always room for one more. A caller is who its "
               "certificate says, else its address. 100: first come, first served.");
  keys.Size("memory_bytes", limits.memory_bytes, 0, 1024 * kGiB,
            "What may be held for calls at once, from a call's admission until its answer was "
            "delivered. From 80 % on callers over their share are refused, from 88 % on all new "
            "calls; at 95 % upstreams wait, and the calls that hold most are ended. 0B: half of "
            "what the container, or the machine, has.");
  keys.Integer("request_fields", limits.request_fields, 1000, 10'000'000,
               "Fields of one message of a caller, those of the messages in it counted: what two "
               "bytes of it can become in memory is bounded by this, before it is parsed.");
  keys.Integer("many_max_in_flight", limits.many_max_in_flight, 1, 256,
               "Calls at the same time within one many-RPC.");
  keys.Integer("stream_queue_messages", limits.stream_queue_messages, 1, 65'536,
               "What may wait for a slow reader of a stream before the upstream is paused.");
  keys.Size("stream_queue_bytes", limits.stream_queue_bytes, 1 * kKiB, 64 * kMiB);
  keys.Sub("json", KeysOf(limits.json),
           "JSON of upstreams and callers beyond this is refused before it is parsed.");
  keys.OptionalSize("sse_event_bytes", limits.sse_event_bytes, 1 * kKiB, 256 * kMiB,
                    "The largest event of an upstream's stream. One event may be a whole answer "
                    "(an image), so that the least of json.string, server.max_response_bytes and "
                    "stream_bytes bounds it.",
                    {.example = "8MiB", .instead = "as an answer's string"});
  keys.Size("stream_bytes", limits.stream_bytes, 64 * kKiB, 4 * kGiB, "The largest stream.");
  keys.Size("large_answer_bytes", limits.large_answer_bytes, 64 * kKiB, 4 * kGiB,
            "The largest answer, or stream, of embeddings or images, which are read in pieces and "
            "never held whole by a stream.");
  keys.Size("file_bytes", limits.file_bytes, 64 * kKiB, 64 * kGiB, "The largest file, up or down.");
  keys.Size("form_bytes", limits.form_bytes, 64 * kKiB, 64 * kGiB,
            "The most bytes of the recording, or of all images, that one call brings.");
  keys.Integer("realtime_sessions", limits.realtime_sessions, 0, 1'000'000,
               "Sessions of RealtimeService at the same time; 0: there are none.");
  keys.Size("realtime_message_bytes", limits.realtime_message_bytes, 64 * kKiB, 1 * kGiB,
            "The largest event of an upstream's session.");
  keys.Size("header_bytes", limits.header_bytes, 4 * kKiB, 1 * kMiB,
            "Headers of an upstream's answer, altogether.", {.on_change = OnChange::kNeedsRestart});
  keys.Integer("metric_models", limits.metric_models, 1, 1000,
               "Model names with series of their own in /metrics; the others share one.",
               {.on_change = OnChange::kNeedsRestart});
  keys.Time("burst", limits.burst, 100ms, 1h,
            "What may come at once of what a tenant, team or key may use in a minute, as time at "
            "full rate: 10s of 600 requests are 100.");
  keys.Integer(
      "replicas", limits.replicas, 1, 1000,
      "Processes that share the limits and budgets of tenants, teams and keys. Each counts "
      "by itself, and keeps to its part; with shared, until the store has said how many there "
      "are.");
  keys.Time("max_queue_wait", limits.max_queue_wait, 0ms, 5min,
            "A call that lacks room under the limits of its tenant, team or key waits for it, in "
            "fair turns, unless it would probably take longer than this; then it is refused at "
            "once and told how long. Callers may ask for less (CallOptions.max_queue_wait). 0s: "
            "all are refused at once.");
  keys.Integer(
      "queue_calls", limits.queue_calls, 1, 100'000,
      "Calls that may wait so at the same time; further ones are refused with QUEUE_FULL.");
  keys.Integer("queue_calls_per_tenant", limits.queue_calls_per_tenant, 1, 100'000,
               "The same of one tenant.");
  keys.Size("queue_bytes", limits.queue_bytes, 64 * kKiB, 16 * kGiB,
            "What their requests may hold.");
  keys.Bool("shared", limits.shared,
            "The processes share them by store.postgresql instead: each is lent what it uses, and "
            "all together keep to the limit, however the calls are spread.",
            {.on_change = OnChange::kNeedsRestart});
  using StoreDown = limits::StoreDown;
  keys.Choice(
      "store_down", limits.store_down,
      {{"local", StoreDown::kLocal}, {"deny", StoreDown::kDeny}, {"allow", StoreDown::kAllow}},
      "What a process does while that store does not answer: keep to its part of each limit; "
      "use up what it was lent and refuse the rest; or let everything in.");
  keys.Time("store_timeout", limits.store_timeout, 20ms, 10s,
            "How long it waits for an answer, before it takes the store for down. No call waits.",
            {.on_change = OnChange::kNeedsRestart});
  return keys;
}

Keys KeysOf(DeadlinesConfig& deadlines) {
  Keys keys;
  keys.Time("unary", deadlines.unary, 100ms, 24h, "For callers that set no deadline.");
  keys.Time("stream", deadlines.stream, 100ms, 24h);
  keys.Time("max", deadlines.max, 100ms, 24h, "For everyone.");
  keys.Time(
      "session", deadlines.session, 1s, 24h,
      "For sessions of RealtimeService, instead of stream and max: providers end theirs after "
      "an hour.");
  keys.Time("delivery", deadlines.delivery, 100ms, 24h,
            "For a caller to read what is left of its answer, once nothing more is to come; its "
            "deadline, if that is later. Then the call is cut: until then the answer takes memory "
            "and a place.");
  return keys;
}

Keys KeysOf(DrainConfig& drain) {
  Keys keys;
  keys.Time("connection_wait", drain.connection_wait, 0s, 24h,
            "First, connections leave by themselves as they reach their age: at least 1.1 x "
            "server.max_connection_age.");
  keys.Time("calls", drain.calls, 0s, 24h,
            "Then calls may end: as long as deadlines.max, or a call may be cut that its deadline "
            "allows.");
  keys.Time("last_call", drain.last_call, 0s, 10min,
            "So long before the end of it, the remaining calls are told UNAVAILABLE.");
  keys.Time("second_signal", drain.second_signal, 0s, 10min,
            "A second SIGTERM leaves calls only this; then they are told, too.");
  return keys;
}

}  // namespace inferwire::config
