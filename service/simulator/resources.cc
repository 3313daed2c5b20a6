#include "simulator/resources.h"

#include <bit>
#include <cmath>
#include <vector>

#include "simulator/base64.h"
#include "simulator/chat_request.h"
#include "simulator/random.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr size_t kMaxInputs = 2048;

Json ModelJson(const Model& model) {
  return {{"id", model.id},
          {"object", "model"},
          {"created", model.created},
          {"owned_by", model.id.starts_with("ft:") ? "org-simulator" : "system"},
          {"shutdown_date",
           model.shutdown_date.empty() ? Json(nullptr) : Json(std::string(model.shutdown_date))}};
}

std::vector<float> UnitVector(const std::string& text, uint64_t seed, int64_t dimensions) {
  Random random(Hash(text, seed));
  std::vector<double> values(static_cast<size_t>(dimensions));
  double square = 0;
  for (double& value : values) {
    value = random.Unit() - 0.5;
    square += value * value;
  }
  std::vector<float> unit;
  for (const double value : values) unit.push_back(static_cast<float>(value / std::sqrt(square)));
  return unit;
}

// Little-endian floats, whatever this machine has.
std::string Packed(const std::vector<float>& vector) {
  std::string bytes;
  for (const float value : vector) {
    const auto bits = std::bit_cast<uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) bytes += static_cast<char>(bits >> shift & 255);
  }
  return bytes;
}

// A string, a list of strings, a list of token numbers or a list of such lists.
std::vector<std::string> Inputs(Fields& fields, int64_t& tokens) {
  std::vector<std::string> inputs;
  const Json* input = fields.Find("input");
  if (input == nullptr) fields.Fail(MissingParameter("input"));
  if (!fields.ok()) return inputs;
  const auto add = [&](const Json& one) {
    inputs.push_back(one.is_string() ? one.get<std::string>() : Dump(one));
    tokens += one.is_array() ? static_cast<int64_t>(one.size()) : CountTokens(inputs.back());
  };
  const bool numbers = input->is_array() && !input->empty() && input->front().is_number();
  if (input->is_string() || numbers) {
    add(*input);
  } else if (input->is_array() && !input->empty() && input->size() <= kMaxInputs) {
    for (const Json& one : *input) add(one);
  } else {
    fields.Fail(
        BadRequest("'$.input' is invalid. Please check the API reference: "
                   "https://platform.openai.com/docs/api-reference.",
                   {}, {}));
  }
  return inputs;
}

}  // namespace

std::string ModelListBody(const TunedModels& tuned) {
  Json data = Json::array();
  for (const Model& model : Models()) data.push_back(ModelJson(model));
  for (const auto& [name, model] : tuned.all()) data.push_back(ModelJson(model));
  return Dump({{"object", "list"}, {"data", data}});
}

std::optional<ApiError> ModelBody(const std::string& id, const TunedModels& tuned,
                                  std::string& body) {
  const Model* model = FindModel(id);
  if (model == nullptr) model = tuned.Find(id);
  if (model == nullptr) {
    ApiError error = ModelNotFound(id);
    error.message = "The model '" + id + "' does not exist";
    error.param = "model";
    return error;
  }
  body = Dump(ModelJson(*model));
  return std::nullopt;
}

std::optional<ApiError> EmbeddingsBody(const Json& request, uint64_t seed, std::string& body,
                                       int64_t& tokens) {
  std::optional<ApiError> fault;
  Fields fields(request, "", fault);
  std::string asked;
  const Model* model = ReadModel(fields, ModelKind::kEmbedding, {}, asked);
  if (model == nullptr) return fault;
  const auto inputs = Inputs(fields, tokens);
  const int64_t dimensions =
      fields.Integer("dimensions", 1, model->dimensions).value_or(model->dimensions);
  const std::string format = fields.String("encoding_format").value_or("float");
  if (fields.ok() && format != "float" && format != "base64") {
    fields.Fail(
        BadRequest("Invalid value: '" + format + "'. Supported values are: 'float' and 'base64'.",
                   "encoding_format", "invalid_value"));
  }
  if (fault) return fault;
  Json data = Json::array();
  for (size_t i = 0; i < inputs.size(); ++i) {
    const auto vector = UnitVector(inputs[i], Hash(asked, seed), dimensions);
    data.push_back(
        {{"object", "embedding"},
         {"index", i},
         {"embedding", format == "float" ? Json(vector) : Json(Base64(Packed(vector)))}});
  }
  body = Dump({{"object", "list"},
               {"data", std::move(data)},
               {"model", model->snapshot},
               {"usage", {{"prompt_tokens", tokens}, {"total_tokens", tokens}}}});
  return std::nullopt;
}

std::optional<ApiError> ModerationsBody(const Json& request, uint64_t seed, std::string& body) {
  constexpr const char* kCategories[] = {"harassment",
                                         "harassment/threatening",
                                         "sexual",
                                         "hate",
                                         "hate/threatening",
                                         "illicit",
                                         "illicit/violent",
                                         "self-harm/intent",
                                         "self-harm/instructions",
                                         "self-harm",
                                         "sexual/minors",
                                         "violence",
                                         "violence/graphic"};
  std::optional<ApiError> fault;
  Fields fields(request, "", fault);
  const std::string model = fields.String("model").value_or("omni-moderation-latest");
  int64_t tokens = 0;
  const auto inputs = Inputs(fields, tokens);
  if (fields.ok() && model != "omni-moderation-latest") fields.Fail(ModelNotFound(model));
  if (fault) return fault;
  Json results = Json::array();
  uint64_t all = seed;
  for (const std::string& input : inputs) {
    all = Hash(input, all);
    Json result = {{"flagged", false},
                   {"categories", Json::object()},
                   {"category_scores", Json::object()},
                   {"category_applied_input_types", Json::object()}};
    for (const char* category : kCategories) {
      // A category's own name in the input is the sign to flag it.
      const bool flagged = input.find(category) != std::string::npos;
      const double noise = Random(Hash(category, Hash(input, seed))).Unit();
      if (flagged) result["flagged"] = true;
      result["categories"][category] = flagged;
      result["category_scores"][category] = flagged ? 0.9 + noise * 0.1 : noise * 0.001;
      result["category_applied_input_types"][category] = {"text"};
    }
    results.push_back(std::move(result));
  }
  Random random(all);
  body = Dump({{"id", "modr-" + Letters(random, 24)}, {"model", model}, {"results", results}});
  return std::nullopt;
}

}  // namespace inferwire::simulator
