#include "app/router_builder.h"

#include <memory>
#include <utility>

#include "config/raw.h"

namespace inferwire::app {
namespace {

upstream::UpstreamOptions Options(const config::UpstreamConfig& config,
                                  const std::string& simulator_url) {
  upstream::UpstreamOptions options;
  options.name = config.name;
  options.base_url = config.simulator ? simulator_url : config.base_url;
  options.api_version = config.api_version;
  options.dialect = openai::FindDialect(config.dialect);
  options.organization = config.organization;
  options.project = config.project;
  options.headers = config.headers;
  options.connect_options.connect_timeout = config.timeouts.connect;
  options.connect_options.proxy = config.proxy;
  options.connect_options.ca_bundle = config.ca_bundle;
  options.connect_options.allow_plain_http = config.simulator || config.allow_plain_http;
  options.first_byte = config.timeouts.first_byte;
  options.between_events = config.timeouts.between_events;
  options.after_finish = config.timeouts.after_finish;
  options.max_retries = config.max_retries;
  return options;
}

}  // namespace

Result<upstream::Router> BuildRouter(const config::Config& config, const std::string& simulator_url,
                                     const catalogue::Snapshot& catalogue, CredentialStore& keys,
                                     telemetry::Metrics& metrics) {
  upstream::Router router;
  router.TakeModelInfoFrom(catalogue);
  for (const config::UpstreamConfig& upstream : config.upstreams) {
    auto key = keys.KeyOf(upstream.name, upstream.api_key);
    if (!key) return std::move(key.error());
    router.Add(std::make_unique<const upstream::Upstream>(Options(upstream, simulator_url),
                                                          std::move(*key), metrics),
               upstream.models, upstream.aliases, upstream.is_default);
  }
  router.AllowRaw([allowed = config::RawAllowList(config.raw.allow)](std::string_view method,
                                                                     std::string_view path) {
    return allowed.Allowed(method, path);
  });
  return router;
}

}  // namespace inferwire::app
