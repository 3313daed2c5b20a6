// The text of service/catalogue/models.yaml, built in.
#pragma once

#include <string_view>

namespace inferwire::catalogue {

std::string_view BuiltInModelsYaml();

}  // namespace inferwire::catalogue
