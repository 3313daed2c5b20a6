#include "endpoints/shared/served_at.h"

namespace inferwire::endpoints {

std::optional<Error> NotServedAt(const catalogue::Model* model, const std::string& endpoint,
                                 const std::string& field) {
  if (!model) return std::nullopt;
  const auto found = model->endpoints.find(endpoint);
  if (found == model->endpoints.end() || found->second) return std::nullopt;
  Error error =
      InvalidField(field + ".model", "is " + model->id + ", which is not served at /" + endpoint,
                   v1::ERROR_REASON_MODEL_LACKS_FEATURE);
  error.code = Code::kFailedPrecondition;
  error.preconditions.push_back({"MODEL_FEATURE", model->id, endpoint + " is not supported"});
  error.metadata["model"] = model->id;
  return error;
}

}  // namespace inferwire::endpoints
