#include "upstream/runtime.h"

#include "telemetry/access_metrics.h"
#include "telemetry/batch_metrics.h"
#include "telemetry/caller_metrics.h"
#include "telemetry/ending_metrics.h"
#include "telemetry/load_metrics.h"
#include "telemetry/maybe_billed_metrics.h"
#include "telemetry/metrics.h"
#include "telemetry/model_metrics.h"
#include "telemetry/operation_metrics.h"
#include "telemetry/realtime_metrics.h"

namespace inferwire::upstream {

RuntimeMetrics::RuntimeMetrics(telemetry::Metrics& metrics)
    : operations(metrics.Of<telemetry::OperationFamilies>()),
      models(metrics.Of<telemetry::ModelFamilies>()),
      maybe_billed(metrics.Of<telemetry::MaybeBilledMetrics>()),
      callers(metrics.Of<telemetry::CallerMetrics>()),
      load(metrics.Of<telemetry::LoadMetrics>()),
      batches(metrics.Of<telemetry::BatchMetrics>()),
      access(metrics.Of<telemetry::AccessMetrics>()),
      realtime(metrics.Of<telemetry::RealtimeMetrics>()),
      endings(metrics.Of<telemetry::EndingMetrics>()) {}

}  // namespace inferwire::upstream
