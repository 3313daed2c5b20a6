#include "endpoints/realtime/session_usage.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <utility>
#include <vector>

#include "catalogue/price.h"
#include "openai/answer_usage.h"
#include "openai/usage_reader.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Every number of the message and of those inside it.
void AddNumbers(const Message& from, Message& to) {
  const auto& reflection = *from.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(from, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->is_repeated()) continue;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_INT64) {
      reflection.SetInt64(&to, field,
                          reflection.GetInt64(to, field) + reflection.GetInt64(from, field));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      AddNumbers(reflection.GetMessage(from, field), *reflection.MutableMessage(&to, field));
    }
  }
}

}  // namespace

void AddUsage(const v1::Usage& usage, v1::Usage& sum) { AddNumbers(usage, sum); }

SessionUsage::SessionUsage(telemetry::ModelMetrics& metrics, catalogue::ModelRef model,
                           std::shared_ptr<const catalogue::Catalogue> catalogue,
                           gateway::CallStats& stats)
    : metrics_(metrics),
      model_(std::move(model)),
      catalogue_(std::move(catalogue)),
      stats_(stats) {}

bool SessionUsage::Add(std::string_view event) {
  openai::AnswerUsage answer;
  answer.SeeJson(event);
  if (!answer.reported()) return false;
  const catalogue::Tokens& tokens = answer.reading().tokens;
  stats_.input_tokens = stats_.input_tokens.value_or(0) + tokens.input.value_or(0);
  stats_.output_tokens = stats_.output_tokens.value_or(0) + tokens.output.value_or(0);
  stats_.cached_tokens += tokens.cached;
  stats_.reasoning_tokens += tokens.reasoning;
  metrics_.Tokens(tokens.input.value_or(0), tokens.output.value_or(0));
  metrics_.TokenDetails(tokens.cached, tokens.reasoning);
  v1::Usage usage = *answer.usage();
  openai::TakeOwnWords(usage);
  AddUsage(usage, usage_);

  const catalogue::Charge charge =
      openai::PriceAnswer(answer, catalogue_.get(), {model_.get(), stats_.model, stats_.upstream});
  v1::Cost cost;
  catalogue::FillCost(charge, cost);
  catalogue::AddCost(cost, cost_);
  if (charge.total) {
    metrics_.Cost(*charge.total);
    stats_.cost_picousd = stats_.cost_picousd.value_or(0) + *charge.total;
  } else {
    metrics_.Unpriced();
    stats_.unpriced = true;
  }
  return true;
}

}  // namespace inferwire::endpoints
