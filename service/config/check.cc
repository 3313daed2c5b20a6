#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string_view>
#include <vector>

#include "base/local_url.h"
#include "base/sha256.h"
#include "config/catalogue.h"
#include "config/check_routes.h"
#include "config/check_tenants.h"
#include "config/parse.h"
#include "config/rules.h"
#include "config/values.h"

namespace inferwire::config {
namespace {

// Nothing is opened that is no plain file: a pipe would let the check wait for ever.
void CheckFile(const std::string& path, const std::string& file, Faults& faults) {
  if (file.empty()) return;
  struct stat status {};
  const bool plain = stat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode);
  if (!plain || access(file.c_str(), R_OK) != 0)
    return faults.AddAt(path, "names no readable file");
  if (status.st_size == 0) faults.AddAt(path, "names an empty file");
}

// What is said of one listener.
struct Listening {
  const std::string& address;
  bool insecure;
  const std::optional<TlsConfig>& tls;
};

void CheckTls(const Listening& listening, const std::string& section, const std::string& prefix,
              const std::string& what, Faults& faults) {
  if (!listening.tls) {
    const auto address = ParseHostPort(listening.address);
    if (address && !IsLoopback(address->host) && !listening.insecure) {
      faults.AddAt(section + ".listen",
                   "would serve " + what + " in plain text to everyone who can reach " +
                       listening.address + ": give " + (prefix.empty() ? "a" : "it a") +
                       " tls section, listen on 127.0.0.1, or set " + section +
                       ".insecure: true if something else encrypts (a mesh, a sidecar)");
    }
    return;
  }
  const TlsConfig& tls = *listening.tls;
  if (tls.certificate.empty()) faults.AddAt(prefix + "tls.certificate", "is missing");
  if (tls.key.empty()) faults.AddAt(prefix + "tls.key", "is missing");
  if (tls.client_auth == ClientAuth::kRequire && tls.client_ca.empty()) {
    faults.AddAt(prefix + "tls.client_ca",
                 "is missing: client_auth: require needs to know whom to believe");
  }
  CheckFile(prefix + "tls.certificate", tls.certificate, faults);
  CheckFile(prefix + "tls.key", tls.key, faults);
  CheckFile(prefix + "tls.client_ca", tls.client_ca, faults);
}

void CheckAdminApi(Config& config, Faults& faults) {
  const AdminApiConfig& admin = config.admin_api;
  if (!admin.served()) return;
  CheckTls({admin.listen, admin.insecure, admin.tls}, "admin_api", "admin_api.", "keys", faults);
  if (!config.store.configured()) {
    faults.AddAt("admin_api.listen", "needs a store: what administrators change is kept there");
  } else if (!faults.Given("directory.enabled")) {
    config.directory.enabled = true;  // what they change is to be in force
  }
}

// Whoever reaches the admin port could spend.
void CheckTryIt(const Config& config, Faults& faults) {
  const bool asked = config.has_tenants() && config.identity.required;
  if (!config.server.try_it || asked) return;
  const auto address = ParseHostPort(config.server.admin);
  if (!address || IsLoopback(address->host)) return;
  faults.AddAt("server.try_it",
               "would let everyone who can reach " + config.server.admin +
                   " call models: give server.admin an address of this machine, or configure "
                   "tenants");
}

void CheckModels(const Config& config, Faults& faults) {
  std::map<std::string, std::string> owners;
  for (size_t i = 0; i < config.upstreams.size(); ++i) {
    const UpstreamConfig& upstream = config.upstreams[i];
    const std::string path = "upstreams[" + std::to_string(i) + "]";
    const auto claim = [&](const std::string& at, const std::string& model) {
      const auto [owner, is_new] = owners.emplace(model, path);
      if (is_new || IsRouted(config, model)) return;
      faults.AddAt(at, "names a model that " + owner->second +
                           " names already; a route can have it at both");
    };
    for (size_t m = 0; m < upstream.models.size(); ++m) {
      const std::string& model = upstream.models[m];
      if (model != "*") claim(path + ".models[" + std::to_string(m) + "]", model);
    }
    for (const auto& [alias, model] : upstream.aliases) {
      const std::string at = path + ".aliases." + alias;
      claim(at, alias);
      if (upstream.aliases.contains(model)) faults.AddAt(at, "is an alias of an alias");
    }
  }
}

void CheckUpstreams(Config& config, Faults& faults) {
  std::map<std::string, size_t> names;
  const UpstreamConfig* chosen = nullptr;
  for (size_t i = 0; i < config.upstreams.size(); ++i) {
    const UpstreamConfig& upstream = config.upstreams[i];
    const std::string path = "upstreams[" + std::to_string(i) + "]";
    if (!upstream.name.empty() && !names.emplace(upstream.name, i).second) {
      faults.AddAt(path + ".name", "is the name of another upstream too");
    }
    CheckFile(path + ".ca_bundle", upstream.ca_bundle, faults);
    if (!upstream.is_default) continue;
    if (chosen) faults.AddAt(path + ".default", "is a second default; there can be one");
    chosen = &upstream;
  }
  if (!chosen && !config.upstreams.empty()) config.upstreams.front().is_default = true;
}

// A catalogue may be that of several gateways, so what names none of this one's upstreams is no
// fault.
void CheckOffers(const Config& config, Faults& faults) {
  if (!config.catalogue.content) return;
  std::vector<std::string_view> names;
  for (const UpstreamConfig& upstream : config.upstreams) names.push_back(upstream.name);
  for (const catalogue::Model& model : config.catalogue.content->models()) {
    for (const catalogue::Offer& offer : model.offers) {
      if (std::ranges::find(names, offer.upstream) != names.end()) continue;
      faults.WarnAt("catalogue.file",
                    config.catalogue.file + ": " + model.id + " has an offer of " + offer.upstream +
                        ", which is the name of no upstream" + DidYouMean(offer.upstream, names));
    }
  }
}

// Whether a call for this name goes anywhere.
bool IsServed(const Config& config, const std::string& name) {
  const auto has = [&](const std::vector<std::string>& names) {
    return std::ranges::find(names, name) != names.end();
  };
  return std::ranges::any_of(config.upstreams,
                             [&](const UpstreamConfig& each) {
                               return each.aliases.contains(name) || has(each.models) ||
                                      std::ranges::find(each.models, "*") != each.models.end();
                             }) ||
         std::ranges::any_of(config.routes, [&](const RouteConfig& each) {
           return each.name == name || has(each.also) ||
                  (each.is_prefix() && name.starts_with(each.prefix()));
         });
}

void CheckShutdowns(const Config& config, Faults& faults) {
  std::set<std::string> seen;
  for (size_t i = 0; i < config.catalogue.shutdowns.size(); ++i) {
    const ShutdownConfig& each = config.catalogue.shutdowns[i];
    const std::string at = "catalogue.shutdowns[" + std::to_string(i) + "]";
    if (!each.model.empty() && !seen.insert(each.model).second) {
      faults.AddAt(at + ".model", "has an entry already");
    }
    if (each.replacement.empty()) continue;
    if (each.replacement == each.model) {
      faults.AddAt(at + ".replacement", "is the model itself");
    } else if (!IsServed(config, each.replacement)) {
      faults.AddAt(at + ".replacement", "is served by no upstream and no route");
    }
  }
}

// Reads one of its files: a fault of it is one of the configuration, with the place in its own
// file. Null after faults.
std::shared_ptr<const catalogue::Catalogue> TakeCatalogue(
    const char* key, const std::string& file,
    const std::function<LoadedCatalogue(std::string_view yaml)>& parse, Sha256& digest,
    Faults& faults) {
  auto text = ReadConfigText(file, kMaxCatalogueBytes);
  LoadedCatalogue loaded = std::vector<ConfigFault>();
  if (const auto* yaml = std::get_if<std::string>(&text)) {
    digest.Add(*yaml);
    loaded = parse(*yaml);
  } else {
    loaded = std::get<std::vector<ConfigFault>>(text);
  }
  if (auto* content = std::get_if<0>(&loaded)) return std::move(*content);
  for (const ConfigFault& fault : std::get<1>(loaded)) {
    faults.AddAt(key, file + ": " + ToText(fault));
  }
  return nullptr;
}

// Null after faults.
std::shared_ptr<const catalogue::Catalogue> TakePriceList(const catalogue::Catalogue& base,
                                                          CatalogueConfig& config, Sha256& digest,
                                                          Faults& faults) {
  // Whatever the day is: what was dearer then, the catalogue has as prices of their time.
  constexpr char kBeginning[] = "1970-01-01";
  constexpr size_t kRevisionDigits = 10;
  const std::string& file = config.price_list->file;
  if (file.empty()) {
    faults.AddAt("catalogue.price_list.file", "is missing");
    return nullptr;
  }
  const auto fault = [&](const std::string& text) {
    faults.AddAt("catalogue.price_list.file", file + ": " + text);
    return nullptr;
  };
  auto text = ReadConfigText(file, kMaxPriceListBytes);
  if (const auto* faulty = std::get_if<std::vector<ConfigFault>>(&text)) {
    return fault(faulty->front().text);
  }
  const auto& json = std::get<std::string>(text);
  digest.Add(json);
  Sha256 own;
  own.Add(json);
  const auto imported = ImportPriceList(config.price_list->format, json,
                                        "list-" + own.Hex().substr(0, kRevisionDigits), kBeginning);
  if (!imported) return fault(imported.error().message);
  // One that came in part or not at all must not take all prices away.
  if (imported->said == 0) return fault("has no price that can be said");
  config.listed = imported->entries;
  config.said = imported->said;
  auto loaded = ParseListed(imported->yaml, file, base);
  if (auto* content = std::get_if<0>(&loaded)) return std::move(*content);
  return fault(ToText(std::get<1>(loaded).front()));
}

void LoadCatalogue(CatalogueConfig& config, Faults& faults) {
  Sha256 digest;
  config.content = config.file.empty()
                       ? BuiltInCatalogue(config.strict)
                       : TakeCatalogue(
                             "catalogue.file", config.file,
                             [&](std::string_view yaml) {
                               return ParseCatalogue(yaml, config.file, config.strict);
                             },
                             digest, faults);
  if (config.price_list && config.content) {
    config.content = TakePriceList(*config.content, config, digest, faults);
  }
  if (!config.overlay.empty() && config.content) {
    const auto base = config.content;
    config.content = TakeCatalogue(
        "catalogue.overlay", config.overlay,
        [&](std::string_view yaml) { return ParseOverlay(yaml, config.overlay, *base); }, digest,
        faults);
  }
  const bool read = !config.file.empty() || config.price_list || !config.overlay.empty();
  if (read && config.content) config.digest = digest.Hex();
}

}  // namespace

void CheckConfig(Config& config, Faults& faults) {
  CheckTls({config.server.listen, config.server.insecure, config.tls}, "server", "", "prompts",
           faults);
  CheckAdminApi(config, faults);
  CheckTryIt(config, faults);
  CheckRules(config, faults);
  CheckUpstreams(config, faults);
  CheckModels(config, faults);
  CheckRoutes(config, faults);
  CheckShutdowns(config, faults);
  CheckTenants(config, faults);
  LoadCatalogue(config.catalogue, faults);
  CheckOffers(config, faults);
  if (config.idempotency.shared && config.store.url_file.empty() &&
      config.store.url_variable.empty()) {
    faults.AddAt("idempotency.shared",
                 "wants a PostgreSQL that all replicas have: store.postgresql");
  }
  for (size_t i = 0; i < config.identity.jwt.size(); ++i) {
    CheckFile("identity.jwt[" + std::to_string(i) + "].ca_bundle", config.identity.jwt[i].ca_bundle,
              faults);
  }
  CheckFile("tracing.ca_bundle", config.tracing.ca_bundle, faults);
}

}  // namespace inferwire::config
