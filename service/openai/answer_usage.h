// What one answer says of its use and price: usage, model, service tier, out of whatever it comes
// in. One per answer; not thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "catalogue/catalogue.h"
#include "catalogue/price.h"
#include "catalogue/served_model.h"
#include "inferwire/v1/chat.pb.h"
#include "openai/usage_reader.h"

namespace inferwire::openai {

class AnswerUsage {
 public:
  // Of a stream: each chunk. Several reports are merged.
  void See(const v1::ChatCompletionChunk& chunk);
  // The whole answer. Usage that it has elsewhere, or under other names, is put into its field.
  void See(v1::ChatCompletion& completion);
  // The body of an answer of any endpoint, or the data of one event of its stream. The text has
  // passed codec::CheckJson; of another value than an object nothing is taken.
  void SeeJson(std::string_view json);

  // Counts of input or output, at least.
  bool reported() const { return reading_.tokens.input || reading_.tokens.output; }
  const UsageReading& reading() const { return reading_; }
  const std::string& model() const { return model_; }
  const std::string& service_tier() const { return service_tier_; }
  // What chunks or JSON reported, merged, the counts in their fields. Null: nothing.
  const v1::Usage* usage() const { return has_usage_ ? &usage_ : nullptr; }

 private:
  void Take(const v1::Usage& usage);
  void TakeOfChoice(const v1::Usage& usage, int choice);
  void SeeObject(std::string_view json, int depth);
  void SeeChoices(std::string_view json);

  v1::Usage usage_;
  UsageReading reading_;
  std::string model_, service_tier_;
  bool has_usage_ = false;
  // Where usage stands in choices: whose came last, and whether those of several differ.
  std::optional<int> choice_;
  bool differ_ = false;
};

// What the answer is charged, by the model that answered. usual_tier: as in catalogue::Price. The
// charge's model is one of the catalogue, which may be null: nothing is known.
catalogue::Charge PriceAnswer(const AnswerUsage& answer, const catalogue::Catalogue* catalogue,
                              const catalogue::AskedModel& asked,
                              std::string_view usual_tier = catalogue::kStandardTier);

}  // namespace inferwire::openai
