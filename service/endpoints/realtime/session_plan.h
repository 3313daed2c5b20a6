// A session's start, checked and routed.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "catalogue/catalogue.h"
#include "gateway/call_context.h"
#include "inferwire/v1/realtime_service.pb.h"
#include "upstream/runtime.h"
#include "upstream/upstream_call.h"

namespace inferwire::endpoints {

struct SessionPlan {
  upstream::UpstreamCall::Request request;  // without the one who hears of its WebSocket
  catalogue::ModelRef model_info;           // null: nothing is known of the model
  std::shared_ptr<const catalogue::Catalogue> catalogue;  // prices what is used; may be null
  std::string session_update;  // the JSON of the first event; empty: there is none
  Duration heartbeat{};
  bool raw_events = false;
  std::string client_request_id;
};

Result<SessionPlan> PlanSession(const v1::RealtimeStart& start, const upstream::Runtime& runtime,
                                const gateway::CallContext& context);

}  // namespace inferwire::endpoints
