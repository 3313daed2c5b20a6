#include "endpoints/typed/run_stream.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "endpoints/shared/owned_operation.h"
#include "endpoints/typed/run_events.h"
#include "endpoints/typed/stream_wishes.h"
#include "endpoints/typed/typed_plan.h"
#include "gateway/call_options.h"
#include "rpc/begin.h"

namespace inferwire::endpoints {
namespace {

struct Methods {
  const TypedMethod &create, &go_on;
};

// The field of an error as it stands in this request.
Error Renamed(Error error, std::string_view from, std::string_view to) {
  for (Error::FieldViolation& violation : error.fields) {
    if (!violation.field.starts_with(from)) continue;
    violation.field.replace(0, from.size(), to);
    error.message = violation.field + ": " + violation.description;
  }
  return error;
}

Result<ModelPlan> PlanNew(const TypedMethod& method, v1::StreamRunRequest& request,
                          const upstream::Runtime& runtime, const gateway::CallContext& context) {
  v1::CreateRunRequest create;
  create.set_thread_id(request.thread_id());
  create.mutable_params()->Swap(request.mutable_params());
  create.set_upstream(request.upstream());
  return PlanTyped(method, create, runtime, context);
}

Result<ModelPlan> PlanToGoOn(const TypedMethod& method, v1::StreamRunRequest& request,
                             const upstream::Runtime& runtime,
                             const gateway::CallContext& context) {
  v1::SubmitToolOutputsRequest outputs;
  outputs.set_thread_id(request.thread_id());
  outputs.set_run_id(request.run_id());
  outputs.mutable_params()->Swap(request.mutable_tool_outputs());
  outputs.set_upstream(request.upstream());
  auto plan = PlanTyped(method, outputs, runtime, context);
  if (!plan) return Renamed(std::move(plan.error()), "params", "tool_outputs");
  return plan;
}

Result<ModelPlan> Plan(const Methods& methods, v1::StreamRunRequest& request,
                       const upstream::Runtime& runtime, const gateway::CallContext& context) {
  if (request.options().include_raw_response()) {
    return InvalidField("options.include_raw_response", "is for unary calls only");
  }
  if (request.has_params() == request.has_tool_outputs()) {
    return InvalidField("params", "exactly one of params and tool_outputs has to be set");
  }
  if (request.has_params() && !request.run_id().empty()) {
    return InvalidField("run_id", "goes with tool_outputs: a new run gets its id");
  }
  auto options = gateway::CheckOptions(request.options());
  if (!options) return options.error();
  auto plan = request.has_params() ? PlanNew(methods.create, request, runtime, context)
                                   : PlanToGoOn(methods.go_on, request, runtime, context);
  if (!plan) return plan;
  TakeOptions(*options, context, *plan);
  AskForEvents(*plan, runtime);
  std::string& body = plan->request.body;
  body.insert(1, body == "{}" ? R"("stream":true)" : R"("stream":true,)");
  return plan;
}

rpc::Begun NewRunStream(const Methods& methods, v1::StreamRunRequest& request,
                        const upstream::Runtime& runtime, const gateway::CallContext& context,
                        gateway::Operation::Observer& observer) {
  auto heartbeat = CheckHeartbeat(request.has_heartbeat_interval(), request.heartbeat_interval());
  if (!heartbeat) return heartbeat.error();
  auto plan = Plan(methods, request, runtime, context);
  if (!plan) return plan.error();
  openai::OwnedCall owned = std::move(plan->owned);
  return OnlyForOwner(std::move(owned), runtime, context, observer,
                      [&](gateway::Operation::Observer& to) -> rpc::Begun {
                        return rpc::Begun(std::make_unique<RunEvents>(std::move(*plan), *heartbeat,
                                                                      runtime, context, to));
                      });
}

}  // namespace

rpc::EndpointSpec StreamRunEndpoint(const TypedMethod& (*method)(std::string_view name)) {
  using Request = v1::StreamRunRequest;
  const Methods methods{method("CreateRun"), method("SubmitToolOutputs")};
  rpc::BeginSingle begin;
  begin.new_request = rpc::NewRequest<Request>;
  begin.options = rpc::OptionsOf<Request>();
  rpc::TakeKeys<Request, v1::StreamRunResponse>(begin);
  begin.operation = [methods](rpc::Message& message, const upstream::Runtime& runtime,
                              const gateway::CallContext& context,
                              gateway::Operation::Observer& observer) -> rpc::Begun {
    if (auto known = rpc::CheckOutermost(message); !known) return known.error();
    return NewRunStream(methods, static_cast<Request&>(message), runtime, context, observer);
  };
  // As the unary calls of the service.
  return {.service = "inferwire.v1.ThreadsService",
          .method = "StreamRun",
          .kind = rpc::Kind::kServerStream,
          .operation = methods.create.operation(),
          .begin = std::move(begin),
          .booked = false,
          .unmetered = true,
          .seldom = true};
}

}  // namespace inferwire::endpoints
