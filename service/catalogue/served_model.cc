#include "catalogue/served_model.h"

#include <string>

#include "catalogue/model_name.h"

namespace inferwire::catalogue {
namespace {

// Whether the catalogue's model, or the name that it was asked by, tells its vendor.
bool VendorKnown(const Model& model, std::string_view sent) {
  return !VendorOf(model.id).empty() || !VendorOf(sent).empty();
}

ServedModel Find(const Catalogue& catalogue, const AskedModel& asked, std::string_view answered) {
  if (answered.empty() || answered == asked.sent) {
    return {asked.model ? asked.model : catalogue.FindAs(asked.sent)};
  }
  if (const Model* const exact = catalogue.Find(answered)) return {exact};
  if (const Model* const same = catalogue.FindAs(answered)) return {same};
  if (!asked.model) {
    // A name that tells nothing says nothing against the one that was sent.
    if (!VendorOf(answered).empty()) return {};
    return {catalogue.FindAs(asked.sent)};
  }
  const bool other = !VendorOf(answered).empty() && VendorKnown(*asked.model, asked.sent);
  return other ? ServedModel{nullptr, true} : ServedModel{asked.model};
}

}  // namespace

ServedModel FindServed(const Catalogue& catalogue, const AskedModel& asked,
                       std::string_view answered) {
  ServedModel served = Find(catalogue, asked, answered);
  if (served.model) served.model = &catalogue.At(*served.model, asked.upstream);
  return served;
}

}  // namespace inferwire::catalogue
