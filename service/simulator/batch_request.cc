#include "simulator/batch_request.h"

#include "simulator/batch_answer.h"
#include "simulator/fields.h"
#include "simulator/metadata.h"

namespace inferwire::simulator {
std::optional<ApiError> ReadBatch(const Json& request, Batch& batch) {
  std::optional<ApiError> fault;
  Fields fields(request, "", fault);
  batch.input_file_id = fields.RequiredString("input_file_id");
  batch.endpoint = fields.RequiredString("endpoint");
  batch.window = fields.RequiredString("completion_window");
  if (fields.ok() && !IsBatchEndpoint(batch.endpoint)) {
    fields.Fail(BadRequest(
        "Invalid value: '" + batch.endpoint + "'. It is no endpoint that batches can be of.",
        "endpoint", "invalid_value"));
  }
  if (fields.ok() && batch.window != "24h") {
    fields.Fail(BadRequest("Invalid value: '" + batch.window + "'. Value must be '24h'.",
                           "completion_window", "invalid_value"));
  }
  batch.metadata = ReadMetadata(fields);
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
