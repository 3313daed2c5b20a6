// What operations that call an upstream find on their loop.
#pragma once

#include <cstddef>
#include <memory>

#include "base/mailbox.h"
#include "base/random.h"
#include "base/timers.h"
#include "codec/json_gate.h"
#include "gateway/ownership.h"
#include "http/transport.h"
#include "inferwire/v1/chat_service.pb.h"
#include "telemetry/tracer.h"
#include "upstream/endpoints.h"
#include "upstream/router.h"

namespace inferwire::telemetry {

class AccessMetrics;
class BatchMetrics;
class CallerMetrics;
class EndingMetrics;
class LoadMetrics;
class MaybeBilledMetrics;
class Metrics;
class ModelFamilies;
class OperationFamilies;
class RealtimeMetrics;

}  // namespace inferwire::telemetry

namespace inferwire::gateway {

class CallerLimits;

}  // namespace inferwire::gateway

namespace inferwire::upstream {

class Hedging;
class Shadows;

// What upstream may send us at most, and what its JSON must keep to.
struct AnswerLimits {
  size_t body_bytes = 32u << 20;
  size_t event_bytes = 24u << 20;
  size_t stream_bytes = 64u << 20;
  size_t large_answer_bytes = 128u << 20;  // of what is read in pieces: embeddings, images
  size_t file_bytes = 1u << 30;            // of one file, in either direction
  size_t form_bytes = 256u << 20;          // of a form's files together
  size_t realtime_message_bytes = 32u << 20;
  int64_t realtime_sessions = 500;  // of all loops together
  codec::JsonLimits json;
};

// What operations count in, asked for once so that no call has to.
struct RuntimeMetrics {
  explicit RuntimeMetrics(telemetry::Metrics& metrics);

  telemetry::OperationFamilies& operations;
  telemetry::ModelFamilies& models;
  telemetry::MaybeBilledMetrics& maybe_billed;
  telemetry::CallerMetrics& callers;
  telemetry::LoadMetrics& load;
  telemetry::BatchMetrics& batches;
  telemetry::AccessMetrics& access;
  telemetry::RealtimeMetrics& realtime;
  telemetry::EndingMetrics& endings;
};

// What a loop lends to the operations that run on it.
struct Runtime {
  http::Transport& transport;
  Timers& timers;
  Random& random;
  RuntimeMetrics metrics;
  const Router& router;
  const AnswerLimits& limits;
  // For the chunk in hand, whichever stream's it is: one for all stays in the cache.
  v1::StreamCompleteResponse& chunk_message;
  // Of the loop: where other threads leave what an operation asked them for.
  Mailbox& mailbox;
  telemetry::Tracer* tracer = nullptr;  // null: nobody takes spans
  // Null: callers prove nothing, and what lies at the upstreams is everybody's.
  gateway::Ownership* ownership = nullptr;
  Shadows* shadows = nullptr;                      // null: nothing is sent to shadows
  Hedging* hedging = nullptr;                      // null: nothing is sent twice because it is late
  gateway::CallerLimits* caller_limits = nullptr;  // null: nobody has any
  // Of the loop, with the versions of the configuration that it has.
  std::shared_ptr<EndpointViews> endpoint_views = std::make_shared<EndpointViews>();
};

}  // namespace inferwire::upstream
