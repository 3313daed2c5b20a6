#include "simulator/fine_tune_request.h"

#include <algorithm>
#include <array>

#include "simulator/metadata.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kUsualEpochs = 3, kMaxEpochs = 50, kMaxBatch = 256, kMaxExamples = 100'000;
constexpr size_t kMaxSuffix = 64, kMaxLine = 64 << 10;
constexpr int64_t kBytesPerToken = 4;

constexpr std::array<std::string_view, 9> kArguments = {
    "model",        "training_file", "hyperparameters", "suffix",  "validation_file",
    "integrations", "seed",          "method",          "metadata"};

const StoredFile* ReadFile(Fields& body, const char* name, const std::string& id,
                           Backend& backend) {
  const StoredFile* file = backend.files.Find(id);
  if (file == nullptr) {
    body.Fail(BadRequest("invalid " + std::string(name) + ": " + id, name, "invalid_file"));
  } else if (file->purpose != "fine-tune") {
    body.Fail(BadRequest(
        "File '" + id + "' is used for '" + file->purpose + "' and cannot be used for 'fine-tune'.",
        name, "invalid_file_purpose"));
  }
  return file;
}

int64_t Examples(const Content& content) {
  LineReader lines(content, 0);
  std::string line;
  int64_t count = 0;
  while (count < kMaxExamples && lines.Next(line, kMaxLine)) count += line.empty() ? 0 : 1;
  return std::max<int64_t>(1, count);
}

// "auto" or a number.
int64_t ReadNumber(Fields& fields, const char* name, int64_t usual, int64_t max) {
  const Json* value = fields.Find(name);
  if (value == nullptr || *value == "auto") return usual;
  return fields.Integer(name, 1, max).value_or(usual);
}

}  // namespace

std::optional<ApiError> ReadFineTune(const Json& body, Backend& backend, FineTuneJob& job) {
  std::optional<ApiError> fault;
  Fields fields(body, "", fault);
  job.model = fields.RequiredString("model");
  job.training_file = fields.RequiredString("training_file");
  job.validation_file = fields.String("validation_file").value_or("");
  job.suffix = fields.String("suffix").value_or("");
  job.metadata = ReadMetadata(fields);
  job.seed = fields.Integer("seed", 0, INT32_MAX).value_or(836'925'998);
  if (backend.options.refuse_unknown_arguments) {
    for (const auto& [name, value] : body.items()) {
      if (std::find(kArguments.begin(), kArguments.end(), name) == kArguments.end()) {
        fields.Fail(UnknownParameter(name));
      }
    }
  }
  if (job.suffix.size() > kMaxSuffix) {
    fields.Fail(
        BadRequest("Invalid 'suffix': string too long. Expected a string with maximum "
                   "length 64, but got a string with length " +
                       std::to_string(job.suffix.size()) + " instead.",
                   "suffix", "string_above_max_length"));
  }
  const Model* model = FindModel(job.model);
  const bool tunable =
      model != nullptr && (model->kind == ModelKind::kChat || model->kind == ModelKind::kText);
  if (fields.ok() && !tunable) {
    fields.Fail(
        BadRequest("Model " + job.model + " is not available for fine-tuning or does not exist.",
                   "model", "model_not_available"));
  }
  if (tunable && model->kind == ModelKind::kChat) job.model = model->snapshot;
  const Json* method = fields.Object("method");
  job.method = method != nullptr ? *method : Json::object({{"type", "supervised"}});
  Fields of_method(job.method, "method", fault);
  const std::string kind = of_method.RequiredString("type");
  if (fields.ok() && kind != "supervised" && kind != "dpo" && kind != "reinforcement") {
    of_method.Fail(BadRequest("Invalid value: '" + kind +
                                  "'. Supported values are: 'supervised', "
                                  "'dpo', and 'reinforcement'.",
                              "method.type", "invalid_value"));
  }
  if (fault) return fault;
  Json& inside = job.method[kind];
  if (!inside.is_object()) inside = Json::object();
  if (!inside.contains("hyperparameters") && body.contains("hyperparameters")) {
    inside["hyperparameters"] = body["hyperparameters"];
  }
  Fields of_kind(inside, "method." + kind, fault);
  const Json none = Json::object();
  const Json* given = of_kind.Object("hyperparameters");
  Fields numbers(given != nullptr ? *given : none, "hyperparameters", fault);
  job.epochs = ReadNumber(numbers, "n_epochs", kUsualEpochs, kMaxEpochs);
  const int64_t batch = ReadNumber(numbers, "batch_size", 1, kMaxBatch);
  const StoredFile* file =
      fault ? nullptr : ReadFile(fields, "training_file", job.training_file, backend);
  if (!fault && !job.validation_file.empty()) {
    ReadFile(fields, "validation_file", job.validation_file, backend);
  }
  if (fault) return fault;
  job.steps = std::max<int64_t>(1, Examples(*file->content) * job.epochs / batch);
  job.trained_tokens = file->content->size() / kBytesPerToken * job.epochs;
  return fault;
}

}  // namespace inferwire::simulator
