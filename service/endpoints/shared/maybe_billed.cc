#include "endpoints/shared/maybe_billed.h"

#include <algorithm>
#include <string>

#include "catalogue/price.h"
#include "catalogue/served_model.h"
#include "codec/decode.h"
#include "inferwire/v1/chat.pb.h"
#include "tokens/chat_texts.h"
#include "tokens/counter.h"

namespace inferwire::endpoints {
namespace {

// A run of one letter is looked at as a whole up to here; what is longer is estimated.
constexpr size_t kLongestPiece = 512;

bool Has(const catalogue::Model& model, const char* feature) {
  const auto said = model.features.find(feature);
  return said != model.features.end() && said->second;
}

// Unset if it is no chat request.
std::optional<int64_t> CountRequest(const FailedWork& work, const codec::JsonLimits& limits) {
  v1::ChatCompletionParams params;
  if (!codec::FromJson(work.request, params, limits)) return std::nullopt;
  if (params.messages().empty()) return std::nullopt;
  const catalogue::Model* const model = work.asked.model;
  const tokens::Model counted{model ? model->id : params.model(),
                              model && Has(*model, "reasoning")};
  tokens::InputTexts texts = tokens::TakeChatTexts(params, counted);
  tokens::Counter counter(model ? tokens::Vocabulary::BuiltIn(model->tokenizer) : nullptr,
                          std::move(texts.texts),
                          {.exact_bytes = kCountedRequestBytes, .piece_bytes = kLongestPiece});
  while (counter.Step(kCountedRequestBytes)) {
  }
  return counter.tokens() + texts.frame_tokens + texts.assumed_tokens;
}

int64_t EstimateInput(const FailedWork& work, const codec::JsonLimits& limits, bool& by_bytes) {
  if (!work.request.empty() && work.request.size() <= kCountedRequestBytes) {
    if (const auto counted = CountRequest(work, limits)) return *counted;
  }
  by_bytes = true;
  const int64_t rough = TokensOfBytes(work.request_bytes);
  // Pictures and files are long and of few tokens; more than fits is never billed.
  const auto window = work.asked.model ? work.asked.model->context_window : std::nullopt;
  return window ? std::min(rough, *window) : rough;
}

// Of tokens that nobody reported as they stand here.
std::optional<int64_t> PriceEstimate(const FailedWork& work, const catalogue::Tokens& tokens) {
  if (!work.catalogue) return std::nullopt;
  const catalogue::ServedModel served =
      catalogue::FindServed(*work.catalogue, work.asked, work.usage.model());
  return catalogue::Price(served.model, tokens, work.usage.service_tier()).total;
}

// A proxy gave up while the upstream may still have been at work.
bool GaveUpWaiting(int http_status) {
  return http_status == 408 || http_status == 504 || http_status == 524;
}

}  // namespace

bool MayBeBilled(int http_status, bool reached_upstream, const FailedWork& work) {
  if (work.usage.reported() || work.received_tokens > 0) return true;
  if (GaveUpWaiting(http_status)) return true;
  if (http_status != 0) return http_status / 100 == 2 && !work.refused;
  return reached_upstream;
}

gateway::MaybeBilled EstimateBill(v1::ErrorReason reason, const FailedWork& work,
                                  const codec::JsonLimits& limits) {
  gateway::MaybeBilled bill;
  bill.why = ReasonName(reason);
  catalogue::Tokens tokens = work.usage.reading().tokens;
  const bool no_input = !tokens.input;
  if (no_input && work.countable) tokens.input = EstimateInput(work, limits, bill.by_bytes);
  // A count that was reported while the output had only begun says less than the output itself.
  const bool less_output = tokens.output.value_or(0) < work.received_tokens;
  if (less_output) tokens.output = work.received_tokens;
  if (!tokens.output) tokens.output = 0;
  bill.input_tokens = tokens.input;
  bill.output_tokens = tokens.output;
  if (!no_input && !less_output) {
    bill.picousd = openai::PriceAnswer(work.usage, work.catalogue, work.asked).total;
    return bill;
  }
  bill.estimate_of = !less_output ? "INPUT" : no_input ? "INPUT_AND_OUTPUT" : "OUTPUT";
  if (tokens.input) bill.picousd = PriceEstimate(work, tokens);
  return bill;
}

}  // namespace inferwire::endpoints
