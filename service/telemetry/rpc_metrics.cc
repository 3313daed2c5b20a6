#include "telemetry/rpc_metrics.h"

#include <memory>
#include <string>

#include "telemetry/metric_labels.h"
#include "telemetry/metrics.h"

namespace inferwire::telemetry {

RpcFamilies::RpcFamilies(Metrics& metrics)
    : started_(metrics.Counters("grpc_server_started_total", "RPCs that began on the server.")),
      handled_(metrics.Counters("grpc_server_handled_total",
                                "RPCs that ended on the server, by status code.")),
      received_(
          metrics.Counters("grpc_server_msg_received_total", "Messages received from clients.")),
      sent_(metrics.Counters("grpc_server_msg_sent_total", "Messages sent to clients.")),
      handling_(metrics.Histograms(
          "grpc_server_handling_seconds", "Time from the begin of an RPC to its end.",
          {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 40, 80, 160, 320, 640})),
      exemplars_(metrics.Of<Exemplars>()),
      guard_(metrics.Guard(started_.GetName(), metrics.LimitsOf<RpcLimits>().methods)) {}

RpcMetrics& RpcFamilies::With(std::string_view type, std::string_view service,
                              std::string_view method) {
  if (!guard_.Admit(std::string(type).append("/").append(service).append("/").append(method))) {
    type = service = method = kOtherLabel;
  }
  return methods_.FindOrMake(type, service, method, [&] {
    return std::make_unique<RpcMetrics>(*this, Labels{{"grpc_type", std::string(type)},
                                                      {"grpc_service", std::string(service)},
                                                      {"grpc_method", std::string(method)}});
  });
}

RpcMetrics::RpcMetrics(RpcFamilies& families, const Labels& labels)
    : started_(families.started_.Add(labels)),
      received_(families.received_.Add(labels)),
      sent_(families.sent_.Add(labels)),
      handling_(families.handling_.Add(labels)),
      exemplars_(families.exemplars_.Of(families.handling_.family.GetName(), labels,
                                        families.handling_.buckets)),
      handled_(families.handled_, kCodes, [labels](size_t code) {
        return With(labels, "grpc_code", CodeLabel(static_cast<Code>(code)));
      }) {
  // The codes an alert asks for; the others appear when they happen.
  for (const Code code : {Code::kOk, Code::kUnknown, Code::kDeadlineExceeded, Code::kInternal,
                          Code::kUnavailable, Code::kDataLoss}) {
    handled_[static_cast<size_t>(code)];
  }
}

void RpcMetrics::Handled(Code code, Duration duration) {
  handled_[static_cast<size_t>(code)].Increment();
  handling_.Observe(Seconds(duration));
}

}  // namespace inferwire::telemetry
