// What both kinds of raw operation share: what the answer says before its body,
// and what it used and costs as far as its endpoint is known. The body stays as it came, but for
// our own key.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "endpoints/raw/raw_plan.h"
#include "endpoints/shared/bill.h"
#include "endpoints/shared/upstream_operation.h"
#include "gateway/operation.h"
#include "inferwire/v1/raw_service.pb.h"
#include "upstream/runtime.h"
#include "upstream/upstream_call.h"

namespace inferwire::endpoints {

class RawOperation : public UpstreamOperation {
 public:
  RawOperation(RawPlan plan, const upstream::Runtime& runtime, const gateway::CallContext& context,
               gateway::Operation::Observer& observer);
  ~RawOperation() override;

  void Start() final;
  void Abandon(v1::ErrorReason reason) final;

 protected:
  virtual void SendEnd() = 0;

  void End(std::optional<Error> error);

  // answer: an InvokeResponse or a RawStarted.
  template <class Answer>
  void FillHead(int status, const http::Headers& headers, Answer& answer) {
    answer.set_http_status(status);
    answer.set_content_type(Shown(headers.Get("content-type")));
    FillHeaders(headers, *answer.mutable_headers());
  }
  // Foreign text for a field of text.
  std::string Shown(std::string_view text);

  // For the last message: with the answer's cost. body: the answer's, for the wait that an error
  // asks for.
  void FillGatewayAtEnd(std::string_view body, v1::GatewayInfo& info);
  // What an HTTP error asks for. body: as far as it is here.
  void FillRetryAfter(std::string_view body, v1::GatewayInfo& info) const;

  // A whole body, or an event of a stream: what it says of model, usage and tier.
  void SeeUsage(std::string_view json);
  // A piece of output came.
  void CountOutput();
  bool has_bill() const { return bill_.has_value(); }

 private:
  using HttpHeaders = google::protobuf::RepeatedPtrField<v1::HttpHeader>;
  void FillHeaders(const http::Headers& headers, HttpHeaders& to);
  // A good answer that says what it used, or should have.
  bool HasPrice() const;
  // reason: UNSPECIFIED if the answer is whole.
  void CloseBill(v1::ErrorReason reason);

  const RawEndpoint* const endpoint_;
  telemetry::ModelMetrics* metrics_ = nullptr;  // with bill_
  std::optional<Bill> bill_;                    // of a known endpoint's call that names its model
  std::optional<v1::ErrorReason> failed_;       // a 200 that says that the request failed
  SteadyTime started_;
  bool running_ = false;
  const bool validate_only_;
};

}  // namespace inferwire::endpoints
