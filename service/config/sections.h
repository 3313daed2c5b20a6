// The declarations of every key, section by section. A new key is a line here and a member of the
// section's struct; `./dev config` then writes the example file and the chart's schema anew.
#pragma once

#include <string_view>

#include "config/config.h"
#include "config/keys.h"

namespace inferwire::config {

// What the example file begins with.
extern const std::string_view kAboutConfig;

Keys KeysOf(Config& config);
Keys KeysOf(ServerConfig& server);
Keys KeysOf(TlsConfig& tls);
Keys KeysOf(AdminApiConfig& admin);
Keys KeysOf(LimitsConfig& limits);
Keys KeysOf(DeadlinesConfig& deadlines);
Keys KeysOf(DrainConfig& drain);
Keys KeysOf(TenantConfig& tenant);
Keys KeysOf(TeamConfig& team);
Keys KeysOf(ApiKeyConfig& key);
Keys KeysOf(ApiKeyFile& file);
Keys KeysOf(CertificateRuleConfig& rule);
Keys KeysOf(JwtIssuerConfig& issuer);
Keys KeysOf(TokenRuleConfig& rule);
Keys KeysOf(IdentityConfig& identity);
Keys KeysOf(UpstreamConfig& upstream);
Keys KeysOf(KeyEntry& key);
Keys KeysOf(EndpointsConfig& endpoints);
Keys KeysOf(UpstreamLimitsConfig& limits);
Keys KeysOf(PlanConfig& plan);
Keys KeysOf(AffinityConfig& affinity);
Keys KeysOf(BreakerConfig& breaker);
Keys KeysOf(RetryBudgetConfig& budget);
Keys KeysOf(HealthConfig& health);
Keys KeysOf(DiscoveryConfig& discovery);
Keys KeysOf(PriceListConfig& list);
Keys KeysOf(RouteConfig& route);
Keys KeysOf(ShutdownConfig& shutdown);
Keys KeysOf(RouteTargetConfig& target);
Keys KeysOf(ShadowConfig& shadow);
Keys KeysOf(HedgeConfig& hedge);
Keys KeysOf(UpstreamBatchesConfig& batches);
Keys KeysOf(RawRule& rule);
Keys KeysOf(StoreConfig& store);
Keys KeysOf(BatchesConfig& batches);
Keys KeysOf(LedgerConfig& ledger);
Keys KeysOf(DirectoryConfig& directory);
Keys KeysOf(IdempotencyConfig& idempotency);
Keys KeysOf(MetricsConfig& metrics);
Keys KeysOf(TracingConfig& tracing);

// `resend` of an upstream or a route.
void ResendKey(Keys& keys, Resend& resend, std::string_view about);

// The defaults, but for what an example has to show: tenants, upstreams, a route, a store.
Config ExampleConfig();
void AddExampleTenants(Config& config);

}  // namespace inferwire::config
