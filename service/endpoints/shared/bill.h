// What one operation used and what that costs, the same for every endpoint: from the answer, or if
// there is none, from what is known of the work (maybe_billed.h). Not thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "catalogue/catalogue.h"
#include "catalogue/price.h"
#include "gateway/operation.h"
#include "inferwire/v1/chat.pb.h"
#include "inferwire/v1/common.pb.h"
#include "openai/answer_usage.h"
#include "upstream/runtime.h"
#include "upstream/upstream_call.h"

namespace inferwire::telemetry {

class ModelMetrics;

}  // namespace inferwire::telemetry

namespace inferwire::endpoints {

struct FailedWork;

class Bill {
 public:
  // model: what is known of the requested one, null if nothing. catalogue prices the answer, and
  // may be null. What is found goes into the stats, which outlive this as the metrics do.
  Bill(const upstream::Runtime& runtime, telemetry::ModelMetrics& metrics,
       catalogue::ModelRef model, std::shared_ptr<const catalogue::Catalogue> catalogue,
       gateway::CallStats& stats);

  // --- While the answer comes ---
  // A chunk or the whole answer: what it says of usage, model and service tier.
  template <class Answer>
  void See(Answer& answer) {
    usage_.See(answer);
    TakeCounts();
  }
  // The same of a body or an event of any endpoint; of what is no JSON nothing is taken.
  void SeeJson(std::string_view json);
  // Output that came, for the case that its usage does not.
  void CountOutput(const v1::ChatCompletionChunk& chunk);
  void CountOutput(size_t bytes);  // a piece of it, of unknown length if that is 0
  // The answer says that the request failed, perhaps with usage beside it.
  void SeeRefusal(std::string_view json = {});

  // --- Between two attempts, of which the first one Failed ---
  // What came is void, and what comes is of this destination.
  void BeginAgain(telemetry::ModelMetrics& metrics, const upstream::Destination& destination);

  const v1::Usage* usage() const { return usage_.usage(); }

  // --- At the end ---
  // Of an answer: its price, looked up once.
  void FillCost(v1::Cost& cost);
  // One of them; once for each attempt, since a second Failed of the same counts nothing.
  void Answered();
  void Failed(v1::ErrorReason reason, const upstream::UpstreamCall& upstream_call);
  // Besides: what an attempt may cost that ran beside those, and gave nothing.
  void FailedBeside(const upstream::AttemptBeside& other,
                    const upstream::UpstreamCall& upstream_call);

 private:
  void NoteBill(v1::ErrorReason reason, const FailedWork& work);
  void TakeCounts();
  void RecordTokens();
  const catalogue::Charge& PriceOnce();

  const upstream::Runtime& runtime_;
  telemetry::ModelMetrics* metrics_;
  catalogue::ModelRef model_;
  std::shared_ptr<const catalogue::Catalogue> catalogue_;
  gateway::CallStats& stats_;
  openai::AnswerUsage usage_;
  std::optional<catalogue::Charge> charge_;  // its texts are the catalogue's
  int64_t output_pieces_ = 0;
  size_t output_bytes_ = 0;
  bool refused_ = false;
  bool failed_ = false;  // what it may cost is noted
};

}  // namespace inferwire::endpoints
