// The text of service/models.yaml, built in.
#pragma once

#include <string_view>

namespace inferwire {

std::string_view BuiltInModelsYaml();

}  // namespace inferwire
