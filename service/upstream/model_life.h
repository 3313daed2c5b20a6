// How long a model is there at an upstream: as the upstream's own list states it, else as the
// catalogue has it. A catalogue that says it has no end is believed.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "catalogue/model.h"
#include "upstream/listing.h"
#include "upstream/upstream.h"

namespace inferwire::upstream {

class ModelLife {
 public:
  // at: null, nobody's list is looked at. sent: what the upstream calls it. model: of the
  // catalogue, which outlives this; null: it has none.
  ModelLife(const Upstream* at, std::string_view sent, const catalogue::Model* model);

  const catalogue::Model* model() const { return model_; }
  // The beginning of the day on which it ends.
  std::optional<WallTime> ends() const { return ends_; }
  // Empty: none is known.
  std::string_view replacement() const;

 private:
  const catalogue::Model* model_;
  std::shared_ptr<const Listing::Read> read_;
  const openai::ListedModel* listed_ = nullptr;
  std::optional<WallTime> ends_;
};

}  // namespace inferwire::upstream
