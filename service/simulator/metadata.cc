#include "simulator/metadata.h"

namespace inferwire::simulator {
namespace {

constexpr size_t kMaxMetadata = 16, kMaxKey = 64, kMaxValue = 512;

}  // namespace

Json ReadMetadata(Fields& fields) {
  const Json* metadata = fields.Object("metadata");
  if (metadata == nullptr) return nullptr;
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
  return *metadata;
}

}  // namespace inferwire::simulator
