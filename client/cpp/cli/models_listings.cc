#include "models_listings.h"

#include <google/protobuf/util/time_util.h>

#include "table.h"

namespace inferwire::cli {

std::string NoteOf(const v1::Model& model) {
  if (model.discovered()) return "only listed";
  std::string missing;
  for (const v1::ModelListing& listing : model.listings()) {
    if (!listing.listed()) missing += (missing.empty() ? "" : ", ") + listing.upstream();
  }
  return missing.empty() ? "" : "not listed by " + missing;
}

std::string ListingText(const v1::ModelListing& listing) {
  std::string text = listing.upstream() + " as " + listing.name();
  if (!listing.shutdown_date().empty()) text += ", until " + listing.shutdown_date();
  return text;
}

std::string ListingsText(const v1::ListModelsResponse& list) {
  std::string text;
  for (const v1::UpstreamListing& each : list.listings()) {
    text += "\n" + each.upstream() + " ";
    if (each.has_read_time()) {
      text += "lists " + Grouped(each.models()) + " models (" +
              google::protobuf::util::TimeUtil::ToString(each.read_time()) + ")";
    } else {
      text += "has not said what it serves";
    }
    if (!each.failure().empty()) text += "; asked again: " + each.failure();
    for (int i = 0; i < each.unlisted_models_size(); ++i) {
      text += (i == 0 ? "; not among them: " : ", ") + each.unlisted_models(i);
    }
  }
  return text.empty() ? text : text + "\n";
}

}  // namespace inferwire::cli
