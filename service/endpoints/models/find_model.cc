#include "endpoints/models/find_model.h"

#include "openai/error.h"

namespace inferwire::endpoints {

Error NoSuchModel(std::string_view name, std::string_view field) {
  Error error = InvalidField(field, "is no model that the catalogue or the configuration names",
                             v1::ERROR_REASON_MODEL_NOT_FOUND);
  error.code = Code::kNotFound;
  error.resource = Error::Resource{"model", openai::Scrub(name, 128)};
  return error;
}

Result<const upstream::KnownModel*> FindModel(std::string_view name, std::string_view field,
                                              const upstream::Router& router,
                                              const upstream::KnownModels& known) {
  if (const upstream::KnownModel* const found = known.Find(name, router)) return found;
  return NoSuchModel(name, field);
}

}  // namespace inferwire::endpoints
