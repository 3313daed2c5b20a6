// What a raw call asks for, checked: method, path and model are allowed, the body stays as it is.
#pragma once

#include <string>

#include "base/result.h"
#include "endpoints/raw/raw_model.h"
#include "gateway/operation.h"
#include "inferwire/v1/raw_service.pb.h"
#include "openai/owned_ids.h"
#include "upstream/runtime.h"
#include "upstream/upstream_call.h"

namespace inferwire::endpoints {

struct RawPlan {
  upstream::UpstreamCall::Request request;
  openai::OwnedCall owned;
  const RawEndpoint* endpoint = nullptr;  // null: nothing is known of its answers
  upstream::Destination route;            // its model is empty if the call names none
  bool validate_only = false;
  std::string client_request_id;
};

// Takes the body out of the call.
Result<RawPlan> PlanRaw(v1::HttpCall& call, const v1::CallOptions& options, bool stream,
                        const upstream::Runtime& runtime, const gateway::CallContext& context);

}  // namespace inferwire::endpoints
