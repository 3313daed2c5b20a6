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

// What a list of known models depends on.
struct KnownModelsVersion {
  std::shared_ptr<const catalogue::Catalogue> catalogue{};    // null: there is none
  std::vector<std::shared_ptr<const Listing::Read>> lists{};  // of each upstream; null: none
  std::chrono::minutes minute{};                              // a model may end in any

  static KnownModelsVersion Of(const Router& router);
  bool operator==(const KnownModelsVersion&) const = default;
};

// As they were at one moment. Immutable; the router outlives it.
struct KnownModels {
  KnownModelsVersion version{};
  std::shared_ptr<const catalogue::Catalogue> catalogue{};  // never null
  std::vector<KnownModel> models{};                         // by id

  // By id, alias or snapshot; null: there is none.
  const KnownModel* Find(std::string_view name, const Router& router) const;
};

// The list of one router, made anew when the version has changed. Thread-safe.
class KnownModelsCache {
 public:
  // Null: it has to be made. For whoever can make it a piece at a time (KnownModelsMaker).
  std::shared_ptr<const KnownModels> Find(const Router& router);
  // Makes it, if that has to be.
  std::shared_ptr<const KnownModels> Of(const Router& router);
  void Keep(std::shared_ptr<const KnownModels> known);

 private:
  std::mutex mutex_;
  std::shared_ptr<const KnownModels> known_;
};

}  // namespace inferwire::upstream
