#include "config/config.h"

#include <algorithm>
#include <cstdlib>

#include "base/local_url.h"
#include "base/small_file.h"
#include "config/catalogue.h"
#include "config/parse.h"
#include "config/values.h"
#include "config/yaml.h"

namespace inferwire::config {
namespace {

std::vector<ConfigFault> OneFault(std::string_view path, int line, std::string text) {
  return {{std::string(path), line, std::move(text)}};
}

constexpr char kLocalListen[] = "127.0.0.1:50051";
constexpr char kLocalAdmin[] = "127.0.0.1:9464";

// Reads what OpenAI's own libraries read. Ollama and its like run on this machine, without TLS and
// without a key.
UpstreamConfig OpenAiFrom(const Environment& environment, Faults& faults) {
  UpstreamConfig upstream;
  upstream.name = "openai";
  upstream.base_url = "https://api.openai.com/v1";
  upstream.api_key = {KeySource::Kind::kEnv, "OPENAI_API_KEY"};
  if (const auto text = environment("OPENAI_BASE_URL"); text && !text->empty()) {
    const auto url = ParseBaseUrl(*text);
    if (!url) {
      faults.Add("OPENAI_BASE_URL", 0, "must be a URL of the form https://host:port/path");
      return upstream;
    }
    const bool is_local = IsLoopback(url->host);
    if (!url->https && !is_local) faults.Add("OPENAI_BASE_URL", 0, "must begin with https://");
    upstream.base_url = url->text;
    upstream.allow_plain_http = !url->https;
    if (url->host != "api.openai.com") upstream.dialect = "auto";
    if (is_local && !environment("OPENAI_API_KEY")) upstream.api_key = {};
  }
  const auto header = [&](const char* name, std::string& to) {
    const auto text = environment(name);
    if (!text || text->empty()) return;
    if (!IsHeaderText(*text)) faults.Add(name, 0, "has a byte that cannot stand in a header");
    to = *text;
  };
  header("OPENAI_ORG_ID", upstream.organization);
  header("OPENAI_PROJECT_ID", upstream.project);
  return upstream;
}

void Put(const Addresses& instead, ServerConfig& server) {
  if (!instead.listen.empty()) server.listen = instead.listen;
  if (!instead.admin.empty()) server.admin = instead.admin;
}

}  // namespace

KeySource KeyEntry::source() const {
  return file.empty() ? KeySource{KeySource::Kind::kEnv, variable}
                      : KeySource{KeySource::Kind::kFile, file};
}

std::string ToText(const ConfigFault& fault) {
  const std::string line = fault.line > 0 ? " (line " + std::to_string(fault.line) + ")" : "";
  return fault.path + line + ": " + fault.text;
}

LoadedConfig ParseConfig(std::string_view yaml, std::string_view file_name,
                         const Addresses& instead) {
  if (yaml.size() > kMaxConfigFileBytes) return OneFault(file_name, 0, "is larger than 1 MiB");
  const auto document = LoadYaml(yaml, file_name);
  if (const auto* fault = std::get_if<ConfigFault>(&document)) return std::vector{*fault};
  Faults faults;
  Config config = ReadConfig(std::get<YAML::Node>(document), faults);
  Put(instead, config.server);
  CheckConfig(config, faults);
  if (faults.none()) {
    config.warnings = faults.TakeWarnings();
    // A call's own deadline is its end, never that of its connection.
    std::chrono::milliseconds& grace = config.server.max_connection_age_grace;
    grace = std::max(grace, LongestCall(config.deadlines));
    return config;
  }
  std::vector<ConfigFault> taken = faults.Take();
  for (ConfigFault& fault : taken) {
    if (fault.path.empty()) fault.path = file_name;
  }
  return taken;
}

std::variant<std::string, std::vector<ConfigFault>> ReadConfigText(const std::string& path,
                                                                   size_t most) {
  auto text = ReadSmallFile(path, most + 1);
  if (!text) return OneFault(path, 0, text.error().message);
  return std::move(*text);
}

LoadedConfig LoadConfigFile(const std::string& path, const Addresses& instead) {
  auto text = ReadConfigText(path);
  if (auto* fault = std::get_if<std::vector<ConfigFault>>(&text)) return *fault;
  return ParseConfig(std::get<std::string>(text), path, instead);
}

std::optional<std::string> ProcessEnvironment(const std::string& name) {
  const char* const value = std::getenv(name.c_str());
  return value ? std::optional<std::string>(value) : std::nullopt;
}

LoadedConfig BuiltIn(BuiltInUpstream kind, const Environment& environment,
                     const Addresses& instead) {
  Config config;
  config.server.listen = kLocalListen;
  config.server.admin = kLocalAdmin;
  Put(instead, config.server);
  Faults faults;
  if (kind == BuiltInUpstream::kOpenAi) {
    config.upstreams.push_back(OpenAiFrom(environment, faults));
    config.upstreams.back().discovery.emplace();
  } else {
    config.upstreams.emplace_back().name = "simulator";
    config.upstreams.back().simulator = true;
  }
  config.upstreams.back().is_default = true;
  config.catalogue.content = BuiltInCatalogue(config.catalogue.strict);
  if (!faults.none()) return faults.Take();
  return config;
}

}  // namespace inferwire::config
