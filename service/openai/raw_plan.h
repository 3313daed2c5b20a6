// What a raw call asks for, checked: method, path and model are allowed, the body stays as it is.
#pragma once

#include <string>

#include "base/result.h"
#include "inferwire/v1/raw_service.pb.h"
#include "openai/exchange.h"
#include "openai/operation.h"
#include "openai/owned_ids.h"
#include "openai/raw_model.h"

namespace inferwire::openai {

struct RawPlan {
  Exchange::Request request;
  OwnedCall owned;
  const RawEndpoint* endpoint = nullptr;  // null: nothing is known of its answers
  Route route;                            // its model is empty if the call names none
  bool validate_only = false;
  std::string client_request_id;
};

// Takes the body out of the call.
Result<RawPlan> PlanRaw(v1::HttpCall& call, const v1::CallOptions& options, bool stream,
                        const Runtime& runtime, const CallContext& context);

}  // namespace inferwire::openai
