#include <set>
#include <utility>

#include "config/forms.h"
#include "config/reader.h"
#include "config/sections.h"
#include "config/sections_quota.h"
#include "config/values.h"
#include "openai/dialect.h"

namespace inferwire::config {
namespace {

using namespace std::chrono_literals;

std::vector<std::pair<std::string_view, std::string>> DialectNames() {
  std::vector<std::pair<std::string_view, std::string>> names;
  for (const openai::Dialect& dialect : openai::Dialects()) {
    names.emplace_back(dialect.name, dialect.name);
  }
  return names;
}

// Where it is, or that it is nowhere: the simulator.
void CheckPlace(const UpstreamConfig& upstream, const std::string& path, Faults& faults) {
  if (upstream.simulator) {
    for (const char* key :
         {".base_url", ".api_version", ".api_key", ".keys", ".proxy", ".ca_bundle", ".health"}) {
      if (faults.Given(path + key)) faults.AddAt(path + key, "has no meaning for the simulator");
    }
    return;
  }
  if (!faults.Given(path + ".base_url")) faults.AddAt(path + ".base_url", "is missing");
  const bool pool = faults.Given(path + ".keys");
  if (!pool && !faults.Given(path + ".api_key")) {
    faults.AddAt(path + ".api_key",
                 "is missing: {env: NAME}, {file: PATH}, or none if it wants no key; or give keys");
  }
  if (pool && faults.Given(path + ".api_key")) {
    faults.AddAt(path + ".keys", "stands beside api_key, which it takes the place of");
  }
  const auto url = ParseBaseUrl(upstream.base_url);
  if (url && !url->https && !upstream.allow_plain_http) {
    faults.AddAt(path + ".base_url",
                 "sends prompts and the key in plain text; use https, or set allow_plain_http: "
                 "true if nobody can listen on the way");
  }
}

// Azure serves each deployment below HOST/openai with a version in every query, and since 2025 also
// all of them below HOST/openai/v1 without one.
void FitApiVersion(UpstreamConfig& upstream, const std::string& path, Faults& faults) {
  if (upstream.simulator) return;
  const bool given = faults.Given(path + ".api_version");
  if (!openai::FindDialect(upstream.dialect)->deployments) {
    if (!given) return;
    return faults.AddAt(path + ".api_version",
                        "has no meaning for the dialect " + upstream.dialect);
  }
  const auto url = ParseBaseUrl(upstream.base_url);
  if (!url || url->text.ends_with("/v1")) return;
  if (!given) {
    faults.AddAt(path + ".api_version",
                 "is missing: give one, e.g. 2024-10-21, or let base_url end in /openai/v1, which "
                 "needs none");
  }
  const bool only_host = url->text.find('/', url->text.find("://") + 3) == std::string::npos;
  if (only_host) upstream.base_url += "/openai";  // as Azure's portal shows the endpoint
}

void CheckKeyNames(const UpstreamConfig& upstream, const std::string& path, Faults& faults) {
  std::set<std::string_view> names;
  for (size_t i = 0; i < upstream.keys.size(); ++i) {
    const std::string& name = upstream.keys[i].name;
    if (name.empty() || names.insert(name).second) continue;
    faults.AddAt(path + ".keys[" + std::to_string(i) + "].name",
                 "is the name of another key of this upstream too");
  }
}

void CheckEndpoints(const UpstreamConfig& upstream, const std::string& path, Faults& faults) {
  if (!upstream.endpoints) return;
  const std::string at = path + ".endpoints";
  if (upstream.simulator) return faults.AddAt(at, "has no meaning for the simulator");
  if (!upstream.proxy.empty()) {
    faults.AddAt(at, "stands beside proxy, which finds its own way to base_url");
  }
  const auto url = ParseBaseUrl(upstream.base_url);
  if (url && url->https && IsIpAddress(url->host)) {
    faults.AddAt(at,
                 "would be checked against the certificate of an address: let base_url have the "
                 "host's name that their certificates are for");
  }
}

Keys KeysOf(TimeoutsConfig& timeouts) {
  Keys keys;
  keys.Time("connect", timeouts.connect, 10ms, 5min, "TCP and TLS.");
  keys.Time("first_byte", timeouts.first_byte, 10ms, 1h,
            "From the request to the answer's first byte. An answer that comes as a whole begins "
            "when the model has ended, so this is no less than deadlines.unary.");
  keys.Time("between_events", timeouts.between_events, 10ms, 1h,
            "The longest silence in a stream.");
  keys.Time("after_finish", timeouts.after_finish, 10ms, 1h,
            "How long a stream that has finished may stay open without its end ([DONE]): usage may "
            "come.");
  return keys;
}

}  // namespace

// Without a word of their own, so that a key fits on a line: KeysOf(UpstreamConfig&) has it.
Keys KeysOf(KeyEntry& key) {
  Keys keys;
  keys.Text("name", key.name, kLabel, {}, {.missing = "is missing"});
  keys.Text("env", key.variable, kVariableName);
  keys.Text("file", key.file, kFilePath);
  keys.Integer("weight", key.weight, 1, 1000);
  keys.check = [](const std::string& path, Faults& faults) {
    if (faults.Given(path + ".env") != faults.Given(path + ".file")) return;
    faults.AddAt(path, "must have one of env and file, where the key is; a key never stands here");
  };
  return keys;
}

Keys KeysOf(EndpointsConfig& endpoints) {
  Keys keys;
  keys.Texts("list", endpoints.list, 256, kEndpointAddress, "Addresses and ports, at most 256.",
             {.example = "[10.0.0.7:8000, 10.0.0.8:8000]"});
  keys.Text(
      "dns", endpoints.dns, kHostName,
      "Instead of list: a host's name, of which every address (A and AAAA) is one; those that "
      "appear get less at first, those that vanish no new calls. A look-up that fails changes "
      "nothing.",
      {.example = "vllm.models.svc"});
  keys.Integer("port", endpoints.port, 0, 65535, "Of dns; 0: as in base_url.");
  keys.Time("every", endpoints.every, 1s, 5min, "Between two look-ups.");
  keys.check = [&endpoints](const std::string& path, Faults& faults) {
    if (endpoints.list.empty() == endpoints.dns.empty()) {
      faults.AddAt(path, "must have one of list and dns");
    }
  };
  return keys;
}

Keys KeysOf(UpstreamLimitsConfig& limits) {
  Keys keys;
  keys.Integer("in_flight", limits.in_flight, 0, 100'000,
               "Calls; those that would be more wait, or go to another target. 0: no limit.");
  keys.Time("first_byte_target", limits.first_byte_target, 0ms, 1h,
            "Instead of a number: as many calls as nine of ten answers come with their first byte "
            "in less than this, 4 at least, and in_flight at most if that is given. For servers "
            "that let requests wait. 0s: off.");
  keys.Integer("queue", limits.queue, 0, 10'000,
               "Calls that may wait for a place, for each endpoint, while no other target takes "
               "them.");
  keys.Time("queue_wait", limits.queue_wait, 0ms, 1min,
            "How long they do at most, and no longer than a tenth of a call's time.");
  keys.Text("tier", limits.tier, kTier,
            "What the provider allows each key of this upstream, by the catalogue's table "
            "(tier_limits): requests and tokens per minute and day of each model. Calls that would "
            "be more go to another key or target, or wait for their turn. Also of its batches, "
            "unless batches.tier is given.",
            {.instead = "no limits"});
  keys.List("models", limits.models, 0, 1000,
            "The same of single models, instead of the table's values.",
            {.instead = "the table's"});
  keys.Integer(
      "use", limits.use, 1, 100,
      "Percent of these rates that are used: the provider's clock and count are not ours.");
  return keys;
}

Keys KeysOf(UpstreamConfig& upstream) {
  Keys keys;
  keys.Text("name", upstream.name, kLabel, "a-z, 0-9 and '-'; appears in metrics and logs.",
            {.missing = "is missing"});
  keys.Choice("dialect", upstream.dialect, DialectNames(),
              "How the provider differs from OpenAI; auto is for any server that is not named "
              "(service/openai/README.md).");
  keys.Text("base_url", upstream.base_url, kHttpUrl,
            "https only, unless allow_plain_http is true.");
  keys.Text("api_version", upstream.api_version, kApiVersion,
            "Of azure only: 2024-10-21 or later. base_url is the endpoint as Azure's portal shows "
            "it then, and models are deployments. Or base_url is "
            "https://NAME.openai.azure.com/openai/v1, without api_version.");
  keys.Bool("simulator", upstream.simulator,
            "Scripted answers from within the process, without URL and key: for trying things out "
            "and for tests.");
  keys.Bool("allow_plain_http", upstream.allow_plain_http,
            "Send prompts and the key in plain text: nobody can listen on the way.");
  keys.Secret("api_key", upstream.api_key,
              "Where the key is: {env: NAME}, {file: PATH} or none. Never the key itself. It is "
              "sent in Authorization; to azure, in api-key.");
  keys.List("keys", upstream.keys, 1, 64,
            "Instead of api_key: several keys, each with a name (a-z, 0-9 and '-'; appears in "
            "metrics and answers), where it is (env or file) and a weight (1 to 1000, by default "
            "100). A call takes the one with the most room, and another one if it is refused.",
            {.instead = "none"});
  keys.Text("organization", upstream.organization, kHeaderText,
            "Values of OpenAI-Organization and OpenAI-Project.", {.instead = "not sent"});
  keys.Text("project", upstream.project, kHeaderText, {}, {.instead = "not sent"});
  keys.SecretMap("headers", upstream.headers, HeaderFault,
                 "Further headers of every request; no secrets.", {.instead = "none"});
  keys.TextList("models", upstream.models, 1000, kModelOrStar, "*",
                "The models that it serves, each by its name (no patterns), or \"*\" for every "
                "model that no upstream names.");
  keys.Map("aliases", upstream.aliases, AliasFault, "Names by which callers may ask for a model.",
           {.instead = "none"});
  keys.Sub("timeouts", KeysOf(upstream.timeouts));
  keys.Text("proxy", upstream.proxy, kHttpUrl,
            "An HTTP proxy; proxy variables of the environment are ignored.", {.instead = "none"});
  keys.Text("ca_bundle", upstream.ca_bundle, kFilePath,
            "A PEM file with the authorities to trust instead of the system's.",
            {.example = "/etc/inferwire/upstream-ca.crt", .instead = "the system's"});
  keys.Optional("endpoints", upstream.endpoints,
                "Several machines that answer for it: requests go to their addresses, Host and "
                "certificate stay base_url's. Each has a health of its own, and a request that one "
                "fails goes to another. By default there is one, as base_url says.");
  keys.Choice("balance", upstream.balance,
              {{"least_in_flight", RouteStrategy::kLeastInFlight},
               {"latency", RouteStrategy::kLatency},
               {"weighted", RouteStrategy::kWeighted},
               {"affinity", RouteStrategy::kAffinity}},
              "Which of its endpoints: one with few calls in flight, or with few and quick to its "
              "first byte; any; or the one that has a conversation's beginning in its cache.");
  keys.Sub("affinity", KeysOf(upstream.affinity));
  keys.Texts("tags", upstream.tags, 16, kLabel,
             "What callers and routes may ask for: eu, zdr, onprem; a-z, 0-9 and '-'.",
             {.instead = "none"});
  keys.Bool("billed", upstream.billed,
            "Whether its requests cost money. If not, any of them may be sent twice. By default "
            "false for vllm, llama.cpp and ollama, true for the others.");
  keys.Integer("max_retries", upstream.max_retries, 0, 5,
               "Attempts after the first one, all before any output; resend says of what.");
  ResendKey(keys, upstream.resend,
            "What of a failed request may be sent again, for models without a route: refused is "
            "only what provably was not processed; failed also what the provider itself reported "
            "as failed; anything also what nobody answered for, which may have been billed.");
  keys.Sub("retry_budget", KeysOf(upstream.retry_budget),
           "How many repetitions it gets altogether, so that it can recover.");
  keys.Sub("breaker", KeysOf(upstream.breaker), "When it takes no calls for a while.");
  keys.Optional("health", upstream.health,
                "Also asks its endpoints whether they are well, by GETs of a path that costs "
                "nothing and with its own key: an answer of 200 to 299 is good; none, or one of "
                "500 and more, is bad. By default only calls find out.",
                {.instead = "off"});
  keys.Optional("discovery", upstream.discovery,
                "Also asks it what it serves (GET /models, which costs nothing): ListModels shows "
                "its list beside the catalogue and the ends of models that it states, and models "
                "that are configured and missing in it are a warning. Calls never wait for it.",
                {.instead = "off"});
  keys.Sub("limits", KeysOf(upstream.limits), "What each of its endpoints takes at once.");
  keys.Sub("batches", KeysOf(upstream.batches),
           "Its batches: by default as OpenAI documents them.");
  keys.Bool("default", upstream.is_default, "Raw calls that name no upstream go here.",
            {.instead = "the first upstream"});
  keys.check = [&upstream](const std::string& path, Faults& faults) {
    if (const auto url = ParseBaseUrl(upstream.base_url)) upstream.base_url = url->text;
    if (!faults.Given(path + ".billed")) {
      upstream.billed = openai::FindDialect(upstream.dialect)->billed;
    }
    CheckPlace(upstream, path, faults);
    CheckKeyNames(upstream, path, faults);
    CheckEndpoints(upstream, path, faults);
    FitApiVersion(upstream, path, faults);
  };
  return keys;
}

Config ExampleConfig() {
  Config config;
  config.server.insecure = true;
  config.store.path = "/var/lib/inferwire/store.db";
  AddExampleTenants(config);
  UpstreamConfig& openai = config.upstreams.emplace_back();
  openai.name = "openai";
  openai.base_url = "https://api.openai.com/v1";
  openai.api_key = {KeySource::Kind::kEnv, "OPENAI_API_KEY"};
  openai.organization = "org-example";
  openai.project = "proj_example";
  openai.headers = {{"X-Title", "inferwire"}};
  openai.models = {"gpt-4.1-mini", "gpt-4.1", "gpt-5"};
  openai.aliases = {{"fast", "gpt-4.1-mini"}};
  openai.tags = {"zdr"};
  openai.proxy = "http://proxy.example.internal:3128";
  openai.batches.model_queue_tokens = {{"gpt-5", 1'500'000}};
  openai.batches.tier = "tier-1";
  openai.is_default = true;
  UpstreamConfig& azure = config.upstreams.emplace_back();
  azure.name = azure.dialect = "azure";
  azure.base_url = "https://example.openai.azure.com";
  azure.api_version = "2024-10-21";
  azure.keys = {{"one", "AZURE_OPENAI_API_KEY", {}}, {"two", "AZURE_OPENAI_API_KEY_2", {}, 50}};
  azure.tags = {"eu"};
  azure.models = {"my-deployment"};
  azure.aliases = {{"gpt-4o", "my-deployment"}};
  UpstreamConfig& simulator = config.upstreams.emplace_back();
  simulator.name = "simulator";
  simulator.simulator = true;
  simulator.models = {"simulated"};
  RouteConfig& route = config.routes.emplace_back();
  route.name = "gpt-4.1";
  route.also = {"gpt-4.1-2025-04-14"};
  route.targets = {{"openai", {}, 1, 95, {}},
                   {"openai", "gpt-5", 1, 5, {}},
                   {"azure", "my-deployment", 2, 100, {"zdr"}}};
  route.also_on = {AlsoOn::kContentFilter};
  route.require_tags = {"zdr"};
  route.shadow = {"openai", "gpt-5-mini"};
  route.hedge.emplace();
  config.catalogue.shutdowns = {{"gpt-4.1", OnShutdown::kMove, "gpt-5", "2027-01-10"},
                                {"fast", OnShutdown::kRefuse, {}, {}}};
  return config;
}

}  // namespace inferwire::config
