// What every operation of a model shares, whatever its endpoint: the bill, the metrics of its end,
// and another attempt after a failure before any output.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "endpoints/shared/bill.h"
#include "endpoints/shared/upstream_operation.h"
#include "gateway/operation.h"
#include "inferwire/v1/common.pb.h"
#include "openai/owned_ids.h"
#include "telemetry/model_metrics.h"
#include "telemetry/operation_metrics.h"
#include "upstream/runtime.h"
#include "upstream/shadow.h"

namespace inferwire::endpoints {

// What such a call asks for, checked, routed and translated.
struct ModelPlan {
  enum class TextAnswer { kNone, kPlain, kFormatted };

  upstream::UpstreamCall::Request request;
  std::string_view operation;                             // the label of metrics, a literal
  catalogue::ModelRef model_info;                         // null: nothing is known of the model
  std::shared_ptr<const catalogue::Catalogue> catalogue;  // prices the answer; may be null
  bool validate_only = false;
  bool include_raw_response = false;
  TextAnswer text_answer = TextAnswer::kNone;  // what may come instead of JSON
  std::string client_request_id;
  openai::OwnedCall owned;  // what of it has an owner, where things have owners
  std::unique_ptr<upstream::ShadowPlan> shadow;
};

class ModelOperation : public UpstreamOperation {
 public:
  ModelOperation(ModelPlan plan, const upstream::Runtime& runtime,
                 const gateway::CallContext& context, gateway::Operation::Observer& observer);
  ~ModelOperation() override;

  void Start() final;
  void Abandon(v1::ErrorReason reason) override;

 protected:
  // What came of an attempt before is void.
  virtual void ForgetAnswer() = 0;
  void OnNewAttempt(const upstream::Destination& destination) override;
  void OnAttemptFailed(const Error& error) override;
  void OnEndBeside(const upstream::AttemptBeside& other) override;
  // The answer to validate_only: only what the gateway found out.
  virtual void SendValidated() = 0;

  // Ends the operation: stops the upstream call, records, tells the observer. A failure before any
  // output may be followed by another attempt instead.
  void End(std::optional<Error> error);
  // What the gateway did and what the answer costs: for its last message.
  void FillGatewayAtEnd(v1::GatewayInfo& info);

  telemetry::OperationMetrics& operation_metrics_;
  telemetry::ModelMetrics* metrics_;  // of the attempt in hand
  const bool include_raw_response_;
  Bill bill_;
  bool output_began_ = false;

 private:
  void RecordEnd(std::string_view error_type);

  const std::string_view operation_;
  const bool validate_only_;
  const std::unique_ptr<const upstream::ShadowPlan> shadow_;
  const ledger::Names* const booked_;  // the call's, for the shadow
  SteadyTime started_;
  bool running_ = false;
};

}  // namespace inferwire::endpoints
