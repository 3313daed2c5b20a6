// The models that there are: those of the catalogue, those that an upstream is configured to serve,
// and those that an upstream's own list has.
#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "catalogue/catalogue.h"
#include "upstream/listing.h"

namespace inferwire::upstream {

class Router;
class Upstream;

// What the list of an upstream that is asked what it serves says of a model.
struct Listed {
  const Upstream* upstream = nullptr;
  std::string name;  // as that calls it
  bool is_listed = false;
  std::optional<WallTime> ends{};  // as it states it
};

struct KnownModel {
  std::string id{};
  const catalogue::Model* model_info = nullptr;  // null: not catalogued
  std::vector<std::string> more_aliases{};       // of the configuration
  std::string upstream{};                        // empty: no upstream serves it
  std::string sent{};                            // as that upstream calls it
  std::vector<Listed> listings{};
  bool discovered = false;  // it is known from such a list alone
};

// As they were at one moment. Immutable; the router outlives it.
struct KnownModels {
  std::shared_ptr<const catalogue::Catalogue>
      catalogue;                     // of the models; an empty one: there is none
  std::vector<KnownModel> models{};  // by id

  // By id, alias or snapshot; null: there is none.
  const KnownModel* Find(std::string_view name, const Router& router) const;
};

// Of one router, whose catalogue and lists change: there may be thousands, so they are gone through
// once for each change, and once a minute, in which a model may end. Thread-safe.
class KnownModelsCache {
 public:
  std::shared_ptr<const KnownModels> Of(const Router& router);

 private:
  struct Version {
    std::shared_ptr<const catalogue::Catalogue> catalogue{};
    std::vector<std::shared_ptr<const Listing::Read>> lists{};
    std::chrono::minutes minute{};
    bool operator==(const Version&) const = default;
  };
  static Version VersionOf(const Router& router);

  std::mutex mutex_;
  Version version_;
  std::shared_ptr<const KnownModels> known_;
};

}  // namespace inferwire::upstream
