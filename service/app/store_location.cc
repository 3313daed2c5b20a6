#include "app/store_location.h"

#include "base/secret.h"

namespace inferwire::app {

Result<store::Location> StoreLocationOf(const config::StoreConfig& config) {
  store::Location location;
  location.wait = config.wait;
  location.budget.total = static_cast<int64_t>(config.max_bytes);
  location.budget.owner = static_cast<int64_t>(config.max_bytes_per_caller);
  location.budget.min_free = static_cast<int64_t>(config.min_free_bytes);
  location.budget.owner_ids = config.max_ids_per_caller;
  if (!config.path.empty()) {
    location.path = config.path;
    return location;
  }
  location.kind = store::Location::Kind::kPostgres;
  auto url = config.url_file.empty() ? Secret::FromEnv(config.url_variable)
                                     : Secret::FromFile(config.url_file);
  if (!url) return url.error();
  location.url = url->Reveal();
  return location;
}

}  // namespace inferwire::app
