#include "endpoints/models/list_models.h"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "endpoints/models/filter.h"
#include "endpoints/models/find_model.h"
#include "endpoints/models/model_message.h"
#include "upstream/discovery.h"
#include "upstream/listing.h"

namespace inferwire::endpoints {
namespace {

// FNV-1a: a token of another filter, order or catalogue is noticed, not fought.
uint64_t Fingerprint(const v1::ListModelsRequest& request, const std::string& revision) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const std::string* part : {&request.filter(), &request.order_by(), &revision}) {
    for (const char c : *part) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    hash = (hash ^ 0xff) * 0x100000001b3;
  }
  return hash;
}

// FINGERPRINT-OFFSET
std::string PageToken(uint64_t fingerprint, size_t offset) {
  return std::to_string(fingerprint) + "-" + std::to_string(offset);
}

Result<size_t> OffsetOf(const std::string& token, uint64_t fingerprint) {
  if (token.empty()) return size_t{0};
  const std::string front = std::to_string(fingerprint) + "-";
  if (token.starts_with(front)) {
    const auto offset = ParseInteger<size_t>(std::string_view(token).substr(front.size()));
    if (offset) return *offset;
  }
  return InvalidField("page_token",
                      "is of another filter, order or catalogue; begin with the first page");
}

void AddListings(const upstream::Router& router, const tenancy::Access* access,
                 v1::ListModelsResponse& response) {
  for (const auto& upstream : router.upstreams()) {
    const upstream::Listing* const listing = upstream->options().listing.get();
    if (!listing) continue;
    v1::UpstreamListing& added = *response.add_listings();
    added.set_upstream(upstream->name());
    if (listing->failure() != v1::ERROR_REASON_UNSPECIFIED) {
      added.set_failure(std::string(ReasonName(listing->failure())));
    }
    const auto last = listing->Last();
    if (!last) continue;
    const auto at = std::chrono::floor<std::chrono::seconds>(last->at).time_since_epoch();
    added.mutable_read_time()->set_seconds(at.count());
    added.set_models(static_cast<int64_t>(last->list.models.size()));
    for (std::string& model : upstream::UnlistedModels(router, *upstream)) {
      if (!access || access->MayUse(model, router)) added.add_unlisted_models(std::move(model));
    }
  }
}

}  // namespace

Result<v1::ListModelsResponse> ListModels(const v1::ListModelsRequest& request,
                                          const upstream::Router& router,
                                          const tenancy::Access* access) {
  if (request.page_size() < 0) return InvalidField("page_size", "is negative");
  auto filter = ParseFilter(request.filter());
  if (!filter) return filter.error();
  auto order = ParseOrder(request.order_by());
  if (!order) return order.error();
  const auto all = router.Known();
  const std::string& revision = all->catalogue->revision();
  const uint64_t fingerprint = Fingerprint(request, revision);
  const auto offset = OffsetOf(request.page_token(), fingerprint);
  if (!offset) return offset.error();

  std::vector<const upstream::KnownModel*> known;
  known.reserve(all->models.size());
  for (const upstream::KnownModel& model : all->models) {
    if (!access || access->MayUse(model.id, router)) known.push_back(&model);
  }
  // By id they are already: only those of the page are written out then, of thousands perhaps.
  const bool as_they_are = request.filter().empty() && request.order_by().empty();
  std::vector<v1::Model> models;
  if (!as_they_are) {
    for (const upstream::KnownModel* each : known) {
      v1::Model model = ToMessage(*each, router);
      if (Matches(*filter, model)) models.push_back(std::move(model));
    }
    Sort(*order, models);
  }

  const int asked = request.page_size() == 0 ? kDefaultPageSize : request.page_size();
  const auto size = static_cast<size_t>(std::min(asked, kMaxPageSize));
  const size_t total = as_they_are ? known.size() : models.size();
  const size_t begin = std::min(*offset, total);
  const size_t end = std::min(begin + size, total);
  v1::ListModelsResponse response;
  for (size_t i = begin; i < end; ++i) {
    *response.add_models() = as_they_are ? ToMessage(*known[i], router) : std::move(models[i]);
  }
  if (end < total) response.set_next_page_token(PageToken(fingerprint, end));
  response.set_total_size(static_cast<int32_t>(total));
  response.set_price_revision(revision);
  AddListings(router, access, response);
  return response;
}

Result<v1::GetModelResponse> GetModel(const v1::GetModelRequest& request,
                                      const upstream::Router& router,
                                      const tenancy::Access* access) {
  if (request.model_id().empty()) return InvalidField("model_id", "is required");
  const auto all = router.Known();
  const auto found = FindModel(request.model_id(), "model_id", router, *all);
  if (!found) return found.error();
  const upstream::KnownModel& known = **found;
  if (access && !access->MayUse(known.id, router)) {
    return NoSuchModel(request.model_id(), "model_id");
  }
  v1::GetModelResponse response;
  *response.mutable_model() = ToMessage(known, router);
  if (known.model_info) {
    response.set_snapshot_id(
        std::string(catalogue::Catalogue::SnapshotOf(*known.model_info, request.model_id())));
  }
  response.set_price_revision(all->catalogue->revision());
  return response;
}

}  // namespace inferwire::endpoints
