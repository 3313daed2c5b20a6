// Spans as OpenTelemetry's messages, with the attributes of its RPC, HTTP and GenAI conventions
// (v1.41).
#pragma once

#include <string>
#include <vector>

#include "opentelemetry/proto/collector/trace/v1/trace_service.pb.h"
#include "telemetry/tracer.h"

namespace inferwire::telemetry {

// Who the spans come from.
struct Resource {
  std::string service = "inferwire";
  std::string version;
  std::string instance;  // tells replicas apart; empty: left out
};

opentelemetry::proto::collector::trace::v1::ExportTraceServiceRequest ToRequest(
    const std::vector<Span>& spans, const Resource& resource);

}  // namespace inferwire::telemetry
