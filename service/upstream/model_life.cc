#include "upstream/model_life.h"

namespace inferwire::upstream {

ModelLife::ModelLife(const Upstream* at, std::string_view sent, const catalogue::Model* model)
    : model_(model), ends_(model ? model->ends : std::nullopt) {
  const Listing* const listing = at ? at->options().listing.get() : nullptr;
  if (!listing || (model && model->endless)) return;
  read_ = listing->Last();
  listed_ = read_ ? read_->list.Find(sent) : nullptr;
  if (listed_ && listed_->ends) ends_ = listed_->ends;
}

std::string_view ModelLife::replacement() const {
  if (model_ && !model_->replacement.empty()) return model_->replacement;
  return listed_ ? std::string_view(listed_->replacement) : std::string_view();
}

}  // namespace inferwire::upstream
