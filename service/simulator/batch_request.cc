#include "simulator/batch_request.h"

#include "simulator/batch_item.h"
#include "simulator/fields.h"

namespace inferwire::simulator {
namespace {

constexpr size_t kMaxMetadata = 16, kMaxKey = 64, kMaxValue = 512;

void ReadMetadata(Fields& fields, Batch& batch) {
  batch.metadata = nullptr;
  const Json* metadata = fields.Object("metadata");
  if (metadata == nullptr) return;
  if (metadata->size() > kMaxMetadata) {
    fields.Fail(
        BadRequest("Invalid 'metadata': too many properties. Expected an object with at "
                   "most 16 properties, but got an object with " +
                       std::to_string(metadata->size()) + " properties instead.",
                   "metadata", "object_above_max_properties"));
  }
  for (const auto& [key, value] : metadata->items()) {
    const std::string path = "metadata." + key;
    if (!value.is_string()) {
      fields.Fail(InvalidType(path, "a string", KindOf(value)));
    } else if (key.size() > kMaxKey || value.get_ref<const std::string&>().size() > kMaxValue) {
      fields.Fail(
          BadRequest("Invalid '" + path + "': string too long.", path, "string_above_max_length"));
    }
  }
  batch.metadata = *metadata;
}

}  // namespace

std::optional<ApiError> ReadBatch(const Json& request, Batch& batch) {
  std::optional<ApiError> fault;
  Fields fields(request, "", fault);
  batch.input_file_id = fields.RequiredString("input_file_id");
  batch.endpoint = fields.RequiredString("endpoint");
  batch.window = fields.RequiredString("completion_window");
  if (fields.ok() && !IsBatchEndpoint(batch.endpoint)) {
    fields.Fail(BadRequest("Invalid value: '" + batch.endpoint +
                               "'. Supported values are: '/v1/chat/completions', '/v1/embeddings' "
                               "and '/v1/moderations'.",
                           "endpoint", "invalid_value"));
  }
  if (fields.ok() && batch.window != "24h") {
    fields.Fail(BadRequest("Invalid value: '" + batch.window + "'. Value must be '24h'.",
                           "completion_window", "invalid_value"));
  }
  ReadMetadata(fields, batch);
  if (const Json* expiry = fields.Object("output_expires_after")) {
    Fields inside(*expiry, "output_expires_after", fault);
    if (inside.RequiredString("anchor") != "created_at" && inside.ok()) {
      inside.Fail(BadRequest("Invalid value. Value must be 'created_at'.",
                             "output_expires_after.anchor", "invalid_value"));
    }
    batch.output_expires_after = inside.Integer("seconds", 3600, 2'592'000);
  }
  return fault;
}

}  // namespace inferwire::simulator
