#include "config/sections.h"

#include "config/forms.h"
#include "config/reader.h"

namespace inferwire::config {
namespace {

using namespace std::chrono_literals;

Keys KeysOf(RawConfig& raw) {
  Keys keys;
  keys.List("allow", raw.allow, 0, 1000,
            "What RawService may reach: a method and a path below base_url. \"*\" is one segment, "
            "\"/**\" at the end is the path before it and everything below. This is the default "
            "list; a list given here replaces it. Files, batches, stored answers and the like are "
            "not on it: they lie in the account that all callers share. /organization is never "
            "reachable. The models: of the upstream and catalogue.strict hold here too: then a "
            "body has to name one allowed model, in one way.");
  return keys;
}

void ActionKey(Keys& keys, std::string_view name, OnShutdown& action, std::string_view about) {
  keys.Choice(
      name, action,
      {{"warn", OnShutdown::kWarn}, {"move", OnShutdown::kMove}, {"refuse", OnShutdown::kRefuse}},
      about);
}

Keys KeysOf(CatalogueConfig& catalogue) {
  Keys keys;
  keys.Text("file", catalogue.file, kFilePath,
            "A file in the form of service/catalogue/models.yaml, which replaces the one built in.",
            {.example = "/etc/inferwire/models.yaml", .instead = "the one built in"});
  keys.Optional("price_list", catalogue.price_list,
                "A public list of models and prices, laid over the catalogue: its prices take the "
                "place of the catalogue's, its other models are added. What it says and cannot be "
                "said here is left out (inferwire catalogue import names it). Its revision is made "
                "of its bytes.",
                {.instead = "none"});
  keys.Text(
      "overlay", catalogue.overlay, kFilePath,
      "A file in the same form that adds models to the catalogue and changes those that it has: "
      "what it says of a model takes the place of what was said. A price that changes needs "
      "another revision.",
      {.example = "/etc/inferwire/own-models.yaml", .instead = "nothing"});
  keys.Bool("strict", catalogue.strict,
            "Serve only models of the catalogue; otherwise one that is not in it is served "
            "unchecked and unpriced.");
  ActionKey(keys, "on_shutdown", catalogue.on_shutdown,
            "From a model's shutdown date on (UTC): warn sends calls as ever, and the answers say "
            "so, as they do for 60 days before; move serves them as calls for the replacement, "
            "where one is known and served; refuse ends them with MODEL_ENDED, and nothing is "
            "sent.");
  keys.List("shutdowns", catalogue.shutdowns, 0, 1000,
            "The same for names that callers ask for: of models, aliases or routes. action is by "
            "default move, replacement the catalogue's, from (a date) the shutdown date.",
            {.instead = "none"});
  return keys;
}

Keys KeysOf(LogConfig& log) {
  Keys keys;
  keys.Choice("level", log.level,
              {{Name(telemetry::LogLevel::kDebug), telemetry::LogLevel::kDebug},
               {Name(telemetry::LogLevel::kInfo), telemetry::LogLevel::kInfo},
               {Name(telemetry::LogLevel::kWarning), telemetry::LogLevel::kWarning},
               {Name(telemetry::LogLevel::kError), telemetry::LogLevel::kError},
               {Name(telemetry::LogLevel::kOff), telemetry::LogLevel::kOff}},
              "Of events; off is for no line at all.");
  keys.Bool("calls", log.calls,
            "One line per call: ids, model, status, times and token counts; never what was said.");
  return keys;
}

Keys KeysOf(ReloadConfig& reload) {
  Keys keys;
  keys.Bool("watch", reload.watch, "Look when the files change.");
  keys.Time("check_every", reload.check_every, 1s, 24h,
            "Look without being told, for file systems that do not tell.");
  return keys;
}

}  // namespace

Keys KeysOf(PriceListConfig& list) {
  Keys keys;
  keys.Text("file", list.file, kFilePath,
            "As it is published, in JSON; read again when it changes.",
            {.example = "/var/lib/prices/model_prices_and_context_window.json"});
  keys.Choice("format", list.format,
              {{"litellm", PriceListKind::kLiteLlm},
               {"genai-prices", PriceListKind::kGenaiPrices},
               {"models.dev", PriceListKind::kModelsDev}},
              "Whose list it is.");
  return keys;
}

Keys KeysOf(ShutdownConfig& shutdown) {
  Keys keys;
  keys.Text("model", shutdown.model, kModelName, {}, {.missing = "is missing"});
  ActionKey(keys, "action", shutdown.action, {});
  keys.Text("replacement", shutdown.replacement, kModelName);
  keys.Text("from", shutdown.from, kDate);
  return keys;
}

const std::string_view kAboutConfig =
    "Every key of inferwire-server's configuration. A value is the default, and leaving the key "
    "out "
    "means the same, unless what is said of the key names another one (\"Default:\"). Durations "
    "are "
    "whole numbers with ms, s, m or h; sizes are whole numbers with B, KiB, MiB or GiB. Unknown "
    "keys are faults.";

Keys KeysOf(RawRule& rule) {
  Keys keys;
  keys.Text("method", rule.method, kRawMethod, {}, {.missing = "is missing"});
  keys.Text("path", rule.path, kRawPath, {}, {.missing = "is missing"});
  keys.check = [&rule](const std::string& path, Faults& faults) {
    if (!faults.Given(path + ".method") || !faults.Given(path + ".path")) return;
    if (const std::string fault = FaultOf(rule); !fault.empty()) faults.AddAt(path, fault);
  };
  return keys;
}

Keys KeysOf(TlsConfig& tls) {
  Keys keys;
  keys.Text("certificate", tls.certificate, kFilePath, "PEM files.",
            {.example = "/etc/inferwire/tls/tls.crt"});
  keys.Text("key", tls.key, kFilePath, {}, {.example = "/etc/inferwire/tls/tls.key"});
  keys.Text("client_ca", tls.client_ca, kFilePath,
            "The authorities of callers' certificates, a PEM file.",
            {.example = "/etc/inferwire/tls/ca.crt"});
  keys.Choice("client_auth", tls.client_auth,
              {{"none", ClientAuth::kNone},
               {"request", ClientAuth::kRequest},
               {"require", ClientAuth::kRequire}},
              "What callers have to show; with require, client_ca is needed.");
  keys.Time("refresh", tls.refresh, 1s, 1h, "Between two looks at the files.");
  return keys;
}

Keys KeysOf(MetricsConfig& metrics) {
  Keys keys;
  keys.Bool("inference_names", metrics.inference_names,
            "Show what OpenTelemetry's conventions measure of generative AI once more under their "
            "newer names, gen_ai.client.inference.* and gen_ai.client.embeddings.*, beside "
            "gen_ai.client.operation.* and gen_ai.client.token.usage, which dashboards and alerts "
            "go by.");
  return keys;
}

Keys KeysOf(TracingConfig& tracing) {
  Keys keys;
  keys.Text("endpoint", tracing.endpoint, kEndpoint, "An OpenTelemetry collector's OTLP/gRPC port.",
            {.example = "http://otel-collector:4317", .instead = "none, no spans"});
  keys.Text("ca_bundle", tracing.ca_bundle, kFilePath,
            "A PEM file with the authorities to trust, for https://.",
            {.example = "/etc/inferwire/collector-ca.crt", .instead = "the system's"});
  keys.Ratio("sample_ratio", tracing.sample_ratio,
             "Of the calls whose callers have not decided it, from 0 to 1.",
             {.on_change = OnChange::kTakes});
  keys.Integer("queue_spans", tracing.queue_spans, 1, 1'000'000,
               "Spans that may wait; further ones are dropped and counted.");
  keys.Integer("batch_spans", tracing.batch_spans, 1, 10'000,
               "The most that one message carries, and how long a span waits for others.");
  keys.Time("batch_delay", tracing.batch_delay, 1ms, 1min);
  keys.Time("timeout", tracing.timeout, 10ms, 1min, "Of one message.");
  return keys;
}

Keys KeysOf(Config& config) {
  Keys keys;
  keys.Sub("server", KeysOf(config.server), {}, {.on_change = OnChange::kNeedsRestart});
  keys.Optional("tls", config.tls,
                "TLS of the gRPC listener; without this section it is plain text. The files are "
                "watched: a new certificate needs no restart.",
                {.on_change = OnChange::kNeedsRestart});
  keys.Sub("limits", KeysOf(config.limits));
  keys.Sub("deadlines", KeysOf(config.deadlines));
  keys.Sub("drain", KeysOf(config.drain), "What happens after SIGTERM.");
  keys.List("plans", config.plans, 0, 1000,
            "Limits by a name, for tenants, teams and keys that say plan: NAME. What these say "
            "themselves counts instead, higher or lower.",
            {.instead = "none"});
  keys.List("tenants", config.tenants, 0, kMaxTenants,
            "Who may call. Without tenants nobody is asked who he is, and whoever reaches the port "
            "is served; with one, calls that do not prove whose they are end with UNAUTHENTICATED. "
            "What a tenant may do its teams and keys can only narrow. Files, batches and stored "
            "answers belong to the tenant.",
            {.instead = "none"});
  keys.Sub("identity", KeysOf(config.identity),
           "How callers prove who they are: with an API key (authorization: Bearer iw_...), or a "
           "client certificate.");
  keys.Sub("admin_api", KeysOf(config.admin_api),
           "Where administrators see and change what the store keeps of tenants and their keys "
           "(KeysService, TenantsService): a port of its own, of which the callers' port knows "
           "nothing. Everybody there shows a key or a certificate that has a role (roles of "
           "identity.keys and identity.certificates); it needs a store.",
           {.on_change = OnChange::kNeedsRestart});
  keys.List("upstreams", config.upstreams, 1, 100,
            "The providers: at least one, each with a name, a place and a word about its key.",
            {.missing = "is missing: at least one upstream is needed"});
  keys.List("routes", config.routes, 0, 200,
            "Which of several upstreams a model's calls go to, and what follows when one fails. A "
            "name that no route has goes to the upstream that names it.",
            {.instead = "none"});
  keys.Sub("raw", KeysOf(config.raw));
  keys.Sub("catalogue", KeysOf(config.catalogue),
           "What is known of models: prices, limits, abilities. Requests are checked against it "
           "before they are sent, answers are priced by it.");
  keys.Sub("store", KeysOf(config.store),
           "Where batches are kept, and whose a file or an upstream's batch is. Without it "
           "BatchesService is refused. The server starts without its store too: batches are "
           "refused (STORE_UNAVAILABLE) until it is there.",
           {.on_change = OnChange::kNeedsRestart});
  keys.Sub("batches", KeysOf(config.batches));
  keys.Sub("ledger", KeysOf(config.ledger),
           "A record of every call's use and cost, exact also after the process was killed.",
           {.on_change = OnChange::kNeedsRestart});
  keys.Sub("directory", KeysOf(config.directory),
           "Tenants and API keys that administrators keep in the store.",
           {.on_change = OnChange::kNeedsRestart});
  keys.Sub(
      "idempotency", KeysOf(config.idempotency),
      "Calls with CallOptions.idempotency_key: what is known of them for the next one with the "
      "same key.",
      {.on_change = OnChange::kNeedsRestart});
  keys.Sub("log", KeysOf(config.log));
  keys.Sub("metrics", KeysOf(config.metrics));
  keys.Sub(
      "reload", KeysOf(config.reload),
      "Changes of this file, the catalogue and the key files are taken over without a "
      "restart: tenants, identity, upstreams, routes, limits, deadlines, drain, raw, batches, "
      "log, metrics "
      "and tracing.sample_ratio; calls in flight keep what they began with, batches are taken up "
      "again with the new. A file with a fault changes nothing. What needs a restart is named "
      "in the log. SIGHUP works always.",
      {.on_change = OnChange::kNeedsRestart});
  keys.Sub("tracing", KeysOf(config.tracing),
           "Spans of calls and of the attempts at upstreams, without any text of a prompt or an "
           "answer. The caller's traceparent goes on to the upstream in any case.",
           {.on_change = OnChange::kNeedsRestart});
  return keys;
}

}  // namespace inferwire::config
