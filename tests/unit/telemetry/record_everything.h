// Counts in every family, for the tests that look at all of them.
#pragma once

#include <chrono>
#include <optional>

#include "exposition.h"
#include "identity/auth_metrics.h"
#include "identity/jwks_metrics.h"
#include "telemetry/access_metrics.h"
#include "telemetry/batch_metrics.h"
#include "telemetry/budget_metrics.h"
#include "telemetry/caller_metrics.h"
#include "telemetry/client_retry_metrics.h"
#include "telemetry/config_metrics.h"
#include "telemetry/connection_metrics.h"
#include "telemetry/credential_metrics.h"
#include "telemetry/directory_metrics.h"
#include "telemetry/discovery_metrics.h"
#include "telemetry/ending_metrics.h"
#include "telemetry/endpoint_metrics.h"
#include "telemetry/health_check_metrics.h"
#include "telemetry/hedge_metrics.h"
#include "telemetry/idempotent_metrics.h"
#include "telemetry/lease_metrics.h"
#include "telemetry/ledger_metrics.h"
#include "telemetry/load_metrics.h"
#include "telemetry/log_metrics.h"
#include "telemetry/maybe_billed_metrics.h"
#include "telemetry/metrics.h"
#include "telemetry/model_metrics.h"
#include "telemetry/operation_metrics.h"
#include "telemetry/queue_metrics.h"
#include "telemetry/quota_metrics.h"
#include "telemetry/realtime_metrics.h"
#include "telemetry/route_metrics.h"
#include "telemetry/rpc_metrics.h"
#include "telemetry/server_metrics.h"
#include "telemetry/shadow_metrics.h"
#include "telemetry/span_metrics.h"
#include "telemetry/upstream_metrics.h"

namespace inferwire::telemetry {

// Everything once, with a value in every label.
inline void RecordEverything(Metrics& metrics) {
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  auto& rpc = metrics.Of<RpcFamilies>().With("unary", "inferwire.v1.ChatService", "Complete");
  rpc.Started();
  rpc.Received();
  rpc.Sent(1);
  rpc.Handled(Code::kOk, milliseconds(20));
  auto& operation = metrics.Of<OperationFamilies>().With("chat");
  operation.CallStarted();
  operation.Failed(
      MakeError(Code::kResourceExhausted, v1::ERROR_REASON_RATE_LIMITED, Origin::kUpstream));
  operation.Overhead(milliseconds(1));
  operation.UnknownFields(3);
  operation.TranslationError("response", "not_json");
  operation.StreamOpened();
  operation.Backpressure(seconds(2));
  auto& model = metrics.Of<ModelFamilies>().With("chat", "openai", "gpt-4.1-mini");
  model.Tokens(100, 20);
  model.TokenDetails(40, 10);
  model.Cost(72'000'000);
  model.Unpriced();
  model.CostDiffers();
  model.FirstChunk(milliseconds(300));
  model.NextChunk(milliseconds(30));
  model.Ended(seconds(1), "");
  model.Ended(seconds(1), "429");
  auto& upstream = metrics.Of<UpstreamFamilies>().With("openai", "chat");
  upstream.Attempt(200, AttemptResult::kSuccess);
  upstream.Connection(false);
  upstream.Phases(milliseconds(1), milliseconds(2), milliseconds(3), milliseconds(4));
  upstream.Bytes(10, 20);
  upstream.RateLimit("gpt-4.1-mini", "requests", 500, 499);
  auto& routes = metrics.Of<RouteMetrics>();
  ResendMetrics& resends = routes.Upstream("openai");
  resends.Resent(ResendTo::kNext, ResendProof::kFailed);
  resends.Denied("budget");
  resends.PossiblyBilled();
  routes.PlaceChanged("openai", "endpoint", "out");
  routes.Places({{{"openai", "endpoint", "up"}, 1}});
  routes.RouteTargets({{{"gpt-5", "up"}, 1}});
  routes.Target("gpt-5", "openai").answers.Increment();
  UpstreamEndpointMetrics& endpoints = metrics.Of<EndpointMetrics>().Of("vllm");
  endpoints.LookedUp(LookUp::kChanged);
  endpoints.Panicked();
  endpoints.Waited(milliseconds(20));
  endpoints.Refused(NoPlace::kQueueFull);
  metrics.Of<EndpointMetrics>().Limits({{"vllm", 40}});
  metrics.Of<HealthCheckFamilies>().Of("vllm").Checked(HealthCheck::kFailed);
  metrics.Of<DiscoveryFamilies>().Of("vllm").Listed(3, 1, WallTime());
  metrics.Of<HedgeFamilies>().Route("gpt-5").Ended(true);
  metrics.Of<ShadowFamilies>().Route("gpt-5").Cost(72'000'000);
  metrics.Of<ServerMetrics>().BuildInfo("0.1.0", "abc", "1.51.1", "7.88.1");
  metrics.Of<CredentialMetrics>().CertificateExpiry("server", WallTime(seconds(1000)));
  metrics.Of<ConfigMetrics>().Reloaded(ReloadResult::kApplied, true);
  metrics.Of<ConfigMetrics>().InUse("0123456789abcdef", WallTime(seconds(1000)));
  metrics.Of<CredentialMetrics>().SecretLoaded("openai", WallTime(seconds(1000)));
  auto& batches = metrics.Of<BatchMetrics>();
  batches.Jobs({{"IN_PROGRESS", 1}});
  batches.EnqueuedTokens({{"gpt-4.1-mini", 1000}});
  metrics.Of<CallerMetrics>().Called("billing", true);
  metrics.Of<CallerMetrics>().Used("billing", {100, 20, 72'000'000});
  metrics.Of<CallerMetrics>().CredentialIgnored("authorization");
  metrics.Of<EndingMetrics>().Warned("gpt-5", "billing", "ends_soon", WallTime(), WallTime());
  metrics.Of<MaybeBilledMetrics>().Record("chat", "openai", "gpt-4.1-mini", "CANCELLED", 72'000'000,
                                          true);
  metrics.Of<MaybeBilledMetrics>().Record("chat", "openai", "unknown", "DEADLINE", std::nullopt,
                                          true);
  upstream.KeyEchoed();
  metrics.Of<ConnectionMetrics>().Opened(17);
  metrics.Of<LoadMetrics>().Memory(10, 20);
  metrics.Of<ClientRetryMetrics>().Repeated("billing");
  metrics.Of<ClientRetryMetrics>().Limited();
  metrics.Of<IdempotentMetrics>().Called(KeyResult::kReplayed);
  metrics.Of<IdempotentMetrics>().Kept(1000);
  metrics.Of<IdempotentMetrics>().Waiting(1);
  metrics.Of<BudgetMetrics>().Used("tenant/acme", "month", 0.5, std::chrono::hours(1));
  metrics.Of<QuotaMetrics>().Decided("tenant/acme", "tpm", LimitDecision::kRefused);
  auto& queue = metrics.Of<QueueMetrics>();
  queue.Waits(0, 100);
  queue.Served(0, milliseconds(300), milliseconds(250));
  queue.Left(0, QueueEnd::kServed, 100);
  queue.Full(QueueBound::kCalls);
  auto& realtime = metrics.Of<RealtimeMetrics>();
  realtime.Began();
  realtime.Event(RealtimeMetrics::Direction::kUp);
  realtime.Audio(RealtimeMetrics::Direction::kDown, 4800);
  realtime.Ended(1000, seconds(60));
  realtime.Refused();
  metrics.Of<LeaseMetrics>().InDoubt({{"tenant/acme", 72'000'000}});
  metrics.Of<AccessMetrics>().Refused(AccessRefusal::kModel);
  metrics.Of<identity::AuthMetrics>().Seen(identity::Proof::kApiKey, identity::Verdict::kInvalid);
  metrics.Of<identity::JwksMetrics>().Ages({{"https://issuer.example", seconds(600)}});
  metrics.Of<LedgerMetrics>().Booked(1, 5);
  metrics.Of<DirectoryMetrics>().Audited(AuditOutcome::kWritten);
  metrics.Of<LogMetrics>().Dropped(5);
  metrics.Of<SpanMetrics>().Exported(1);
  batches.Items("succeeded", 5);
  batches.Submitted("openai");
  batches.Moved("openai");
  batches.StepFailed("openai");
  batches.StrangeLines("openai", 1);
}

}  // namespace inferwire::telemetry
