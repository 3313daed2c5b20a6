#include "endpoints/usage/usage_message.h"

#include "gateway/usd_text.h"

namespace inferwire::endpoints {
namespace {

constexpr int64_t kSecondsPerHour = 3600;
constexpr int64_t kPicoPerMicro = 1'000'000;

}  // namespace

void FillRow(const store::UsageSum& sum, const Hours& bucket, v1::UsageRow& row) {
  const store::UsageRow& from = sum.row;
  row.mutable_start()->set_seconds(bucket.begin * kSecondsPerHour);
  row.mutable_end()->set_seconds(bucket.end * kSecondsPerHour);
  v1::Scope& scope = *row.mutable_scope();
  scope.set_tenant_id(from.tenant);
  scope.set_team_id(from.team);
  scope.set_key_id(from.key);
  scope.set_user(from.user);
  scope.set_model_id(from.model);
  scope.set_upstream(from.upstream);
  row.set_operation(from.operation);
  row.set_label(from.label);
  row.set_source(static_cast<v1::UsageSource>(from.source));
  row.set_calls(from.calls);
  row.set_failed_calls(from.failed);
  row.set_input_tokens(from.input);
  row.set_cached_input_tokens(from.cached);
  row.set_output_tokens(from.output);
  row.set_reasoning_tokens(from.reasoning);
  row.set_unpriced_calls(from.unpriced);
  row.set_usd(gateway::UsdText(sum.microusd, sum.picousd));
  int64_t picousd = 0;
  const bool fits = !__builtin_mul_overflow(sum.microusd, kPicoPerMicro, &picousd) &&
                    !__builtin_add_overflow(picousd, sum.picousd, &picousd);
  if (fits) row.set_picousd(picousd);
}

}  // namespace inferwire::endpoints
