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

inline constexpr size_t kMaxCatalogueBytes = 16 * kMiB;
inline constexpr size_t kMaxPriceListBytes = 32 * kMiB;

LoadedCatalogue ParseCatalogue(std::string_view yaml, std::string_view file_name, bool strict);
LoadedCatalogue LoadCatalogueFile(const std::string& path, bool strict);
// A file that adds models to those of another catalogue and changes them: what it says of a model
// with the same id takes the place of what was said, prices as a whole. Its revision is BASE+OWN.
LoadedCatalogue ParseOverlay(std::string_view yaml, std::string_view file_name,
                             const catalogue::Catalogue& base);
// The same with what was made of a public list, which knows nothing of the catalogue's names: one
// that the catalogue has as an alias or a version of a model stays with that model.
LoadedCatalogue ParseListed(std::string_view yaml, std::string_view file_name,
                            const catalogue::Catalogue& base);

// The models whose prices, in force or later, differ although both catalogues have one revision:
// what a cost says of its price list would be false. Sentences; empty: none.
std::vector<std::string> UnmarkedChanges(const catalogue::Catalogue& before,
                                         const catalogue::Catalogue& after);

// service/catalogue/models.yaml as it was when this was built.
std::shared_ptr<const catalogue::Catalogue> BuiltInCatalogue(bool strict);

}  // namespace inferwire::config
