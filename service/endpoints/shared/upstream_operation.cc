#include "endpoints/shared/upstream_operation.h"

#include <utility>

#include "gateway/gateway_info.h"

namespace inferwire::endpoints {

UpstreamOperation::UpstreamOperation(upstream::UpstreamCall::Request request,
                                     const upstream::Runtime& runtime,
                                     const gateway::CallContext& context,
                                     gateway::Operation::Observer& observer)
    : runtime_(runtime),
      observer_(observer),
      upstream_call_(runtime, std::move(request), stats_, *this) {
  stats_.request_id = context.request_id;
  stats_.queued_for = context.queued_for;
  stats_.admitted = context.admitted;
}

void UpstreamOperation::End(std::optional<Error> error) {
  if (std::exchange(ended_, true)) return;
  upstream_call_.Cancel();
  stats_.finished = !error;
  observer_.OnEnd(std::move(error));
}

void UpstreamOperation::FillGateway(v1::GatewayInfo& info) {
  upstream_call_.UpdateLog();
  gateway::FillGatewayInfo(stats_, upstream_call_.rate_limits(), info);
}

openai::AnswerFacts UpstreamOperation::Facts() const {
  return {upstream_call_.headers(), upstream_call_.attempt(), runtime_.timers.clock().WallNow()};
}

}  // namespace inferwire::endpoints
