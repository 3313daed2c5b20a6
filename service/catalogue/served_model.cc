#include "catalogue/served_model.h"

#include <string>

#include "catalogue/model_name.h"

namespace inferwire::catalogue {
namespace {

// Whether the catalogue's model, or the name that it was asked by, tells its vendor.
bool VendorKnown(const Model& model, std::string_view sent) {
  return !VendorOf(model.id).empty() || !VendorOf(sent).empty();
}

}  // namespace

ServedModel FindServed(const Catalogue& catalogue, const Model* asked, std::string_view sent,
                       std::string_view answered) {
  if (answered.empty() || answered == sent) {
    return {asked ? asked : catalogue.FindAs(sent)};
  }
  if (const Model* const exact = catalogue.Find(answered)) return {exact};
  if (const Model* const same = catalogue.FindAs(answered)) return {same};
  if (!asked) {
    // A name that tells nothing says nothing against the one that was sent.
    if (!VendorOf(answered).empty()) return {};
    return {catalogue.FindAs(sent)};
  }
  const bool other = !VendorOf(answered).empty() && VendorKnown(*asked, sent);
  return other ? ServedModel{nullptr, true} : ServedModel{asked};
}

}  // namespace inferwire::catalogue
