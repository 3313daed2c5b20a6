#include <algorithm>
#include <iterator>
#include <utility>

#include "config_parse.h"
#include "config_values.h"
#include "openai/dialect.h"

namespace llmgate {
namespace {

using namespace std::chrono_literals;

std::string LabelFault(const std::string& text) {
  return IsLabel(text) ? "" : "must be 1 to 63 of a-z, 0-9 and '-', with '-' at neither end";
}

std::string HeaderTextFault(const std::string& text) {
  return IsHeaderText(text) ? "" : "has a byte that cannot stand in a header, or no byte at all";
}

std::string FileFault(const std::string& text) {
  return !text.empty() && text.find('\0') == std::string::npos ? "" : "must be the path of a file";
}

std::string UrlFault(const std::string& text) {
  return ParseBaseUrl(text) ? ""
                            : "must be a URL of the form https://host:port/path, without user, "
                              "query or fragment";
}

std::string HeaderFault(const std::string& name, const std::string& value) {
  if (!IsFreeHeaderName(name)) {
    return "cannot be set here: not a header's name, or one that the gateway sets itself, or one "
           "that carries a credential (use api_key)";
  }
  return HeaderTextFault(value);
}

bool IsPattern(std::string_view model) { return model.find_first_of("*?") != model.npos; }

std::string AliasFault(const std::string& alias, const std::string& model) {
  const bool names =
      IsModelName(alias) && IsModelName(model) && !IsPattern(alias) && !IsPattern(model);
  return names ? "" : "must be a model's name for a model's name, not a pattern";
}

std::string ApiVersionFault(const std::string& text) {
  const bool good =
      !text.empty() && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
      });
  return good ? "" : "must be a version of Azure's API, e.g. 2024-10-21";
}

std::vector<std::pair<std::string_view, std::string>> DialectNames() {
  std::vector<std::pair<std::string_view, std::string>> names;
  for (const openai::Dialect& dialect : openai::Dialects()) {
    names.emplace_back(dialect.name, dialect.name);
  }
  return names;
}

bool IsVariableName(std::string_view name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

// {env: NAME}, {file: PATH} or none. Whatever else stands there may be the key itself, so no fault
// repeats it.
KeySource ReadKey(Section& upstream, const YAML::Node& node, Faults& faults) {
  constexpr char kForms[] = "must be {env: NAME}, {file: PATH} or none; a key never stands here";
  KeySource key;
  if (node.IsScalar() && node.Scalar() == "none") return key;
  if (!node.IsMap()) {
    upstream.Fault("api_key", kForms);
    return key;
  }
  Section section(node, upstream.PathOf("api_key"), faults);
  if (section.Has("env") == section.Has("file")) upstream.Fault("api_key", kForms);
  if (section.Has("env")) key.kind = KeySource::Kind::kEnv;
  if (section.Has("file")) key.kind = KeySource::Kind::kFile;
  section.Text("env", key.name, [](const std::string& text) -> std::string {
    return IsVariableName(text) ? "" : "must be the name of an environment variable";
  });
  section.Text("file", key.name, FileFault);
  section.Done();
  return key;
}

bool IsStar(const YAML::Node& node) { return node.IsScalar() && node.Scalar() == "*"; }

std::vector<std::string> ReadModels(Section& section, Faults& faults) {
  std::vector<std::string> models;
  section.List("models", 1, 1000, [&](const YAML::Node& node, const std::string& path) {
    if (!node.IsScalar() || !IsModelName(node.Scalar())) {
      faults.AddAt(path, "must be a model's name or '*'");
    } else if (node.Scalar() != "*" && IsPattern(node.Scalar())) {
      faults.AddAt(path,
                   "is a pattern, which models are not matched against: name each model, or let "
                   "models be '*' for every model that no upstream names");
    } else if (std::find(models.begin(), models.end(), node.Scalar()) != models.end()) {
      faults.AddAt(path, "stands here for the second time");
    } else {
      models.push_back(node.Scalar());
    }
  });
  return models;
}

// Where it is, or that it is nowhere: the simulator.
void CheckPlace(Section& section, const UpstreamConfig& upstream) {
  if (upstream.simulator) {
    for (const char* key : {"base_url", "api_version", "api_key", "proxy", "ca_bundle"}) {
      if (section.Has(key)) section.Fault(key, "has no meaning for the simulator");
    }
    return;
  }
  if (!section.Has("base_url")) section.Fault("base_url", "is missing");
  if (!section.Has("api_key")) {
    section.Fault("api_key", "is missing: {env: NAME}, {file: PATH}, or none if it wants no key");
  }
  const auto url = ParseBaseUrl(upstream.base_url);
  if (url && !url->https && !upstream.allow_plain_http) {
    section.Fault("base_url",
                  "sends prompts and the key in plain text; use https, or set allow_plain_http: "
                  "true if nobody can listen on the way");
  }
}

// Azure serves each deployment below HOST/openai with a version in every query, and since 2025 also
// all of them below HOST/openai/v1 without one.
void FitApiVersion(Section& section, UpstreamConfig& upstream) {
  if (upstream.simulator) return;
  if (!openai::FindDialect(upstream.dialect)->deployments) {
    if (!section.Has("api_version")) return;
    return section.Fault("api_version", "has no meaning for the dialect " + upstream.dialect);
  }
  const auto url = ParseBaseUrl(upstream.base_url);
  if (!url || url->text.ends_with("/v1")) return;
  if (!section.Has("api_version")) {
    section.Fault("api_version",
                  "is missing: give one, e.g. 2024-10-21, or let base_url end in /openai/v1, which "
                  "needs none");
  }
  const bool only_host = url->text.find('/', url->text.find("://") + 3) == std::string::npos;
  if (only_host) upstream.base_url += "/openai";  // as Azure's portal shows the endpoint
}

UpstreamConfig ReadUpstream(const YAML::Node& node, const std::string& path, Faults& faults) {
  UpstreamConfig upstream;
  Section section(node, path, faults);
  section.Text("name", upstream.name, LabelFault);
  if (!section.Has("name")) section.Fault("name", "is missing");
  section.Choice<std::string>("dialect", upstream.dialect, DialectNames());
  section.Text("base_url", upstream.base_url, UrlFault);
  if (const auto url = ParseBaseUrl(upstream.base_url)) upstream.base_url = url->text;
  section.Text("api_version", upstream.api_version, ApiVersionFault);
  section.Bool("simulator", upstream.simulator);
  section.Bool("allow_plain_http", upstream.allow_plain_http);
  if (section.Has("api_key")) upstream.api_key = ReadKey(section, node["api_key"], faults);
  section.Text("organization", upstream.organization, HeaderTextFault);
  section.Text("project", upstream.project, HeaderTextFault);
  section.TextMap("headers", upstream.headers, HeaderFault);
  const bool serves_all = !section.Has("models") || IsStar(node["models"]);
  if (!serves_all) upstream.models = ReadModels(section, faults);
  section.TextMap("aliases", upstream.aliases, AliasFault);
  Section timeouts = section.Sub("timeouts");
  timeouts.Time("connect", upstream.timeouts.connect, 10ms, 5min);
  timeouts.Time("first_byte", upstream.timeouts.first_byte, 10ms, 1h);
  timeouts.Time("between_events", upstream.timeouts.between_events, 10ms, 1h);
  timeouts.Time("after_finish", upstream.timeouts.after_finish, 10ms, 1h);
  timeouts.Done();
  section.Text("proxy", upstream.proxy, UrlFault);
  section.Text("ca_bundle", upstream.ca_bundle, FileFault);
  section.Integer("max_retries", upstream.max_retries, 0, 5);
  upstream.batches = ReadUpstreamBatches(section.Sub("batches"));
  section.Bool("default", upstream.is_default);
  CheckPlace(section, upstream);
  FitApiVersion(section, upstream);
  section.Done();
  return upstream;
}

}  // namespace

std::vector<UpstreamConfig> ReadUpstreams(Section& root, Faults& faults) {
  std::vector<UpstreamConfig> upstreams;
  const bool given =
      root.List("upstreams", 1, 100, [&](const YAML::Node& node, const std::string& path) {
        upstreams.push_back(ReadUpstream(node, path, faults));
      });
  if (!given) root.Fault("upstreams", "is missing: at least one upstream is needed");
  return upstreams;
}

}  // namespace llmgate
