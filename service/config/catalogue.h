// The catalogue of models out of its file, checked as a whole: every fault with its path and line.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "catalogue/catalogue.h"
#include "config/config.h"

namespace inferwire::config {

using LoadedCatalogue =
    std::variant<std::shared_ptr<const catalogue::Catalogue>, std::vector<ConfigFault>>;

LoadedCatalogue ParseCatalogue(std::string_view yaml, std::string_view file_name, bool strict);
LoadedCatalogue LoadCatalogueFile(const std::string& path, bool strict);
// service/catalogue/models.yaml as it was when this was built.
std::shared_ptr<const catalogue::Catalogue> BuiltInCatalogue(bool strict);

}  // namespace inferwire::config
