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

// Of models in one turn: a fraction of a millisecond.
constexpr size_t kWrittenInATurn = 64, kLookedAtInATurn = 2000;

// FINGERPRINT-OFFSET
std::string PageToken(uint64_t fingerprint, size_t offset) {
  return std::to_string(fingerprint) + "-" + std::to_string(offset);
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

ModelPage::ModelPage(const v1::ListModelsRequest& request, const upstream::Router& router,
                     const tenancy::Access* access)
    : request_(&request), router_(&router), access_(access) {}

Result<ModelPage> ModelPage::Of(const v1::ListModelsRequest& request,
                                const upstream::Router& router, const tenancy::Access* access) {
  if (request.page_size() < 0) return InvalidField("page_size", "is negative");
  auto filter = ParseFilter(request.filter());
  if (!filter) return filter.error();
  auto order = ParseOrder(request.order_by());
  if (!order) return order.error();
  ModelPage page(request, router, access);
  page.filter_ = std::move(*filter);
  page.order_ = std::move(*order);
  return page;
}

bool ModelPage::Step(const upstream::KnownModels& known) {
  const size_t most = as_they_are() ? kLookedAtInATurn : kWrittenInATurn;
  const size_t end = std::min(known.models.size(), next_ + most);
  for (; next_ < end; ++next_) {
    const upstream::KnownModel& each = known.models[next_];
    if (access_ && !access_->MayUse(each.id, *router_)) continue;
    if (as_they_are()) {
      chosen_.push_back({&each, {}});
      continue;
    }
    const v1::Model model = ToMessage(each, *router_);
    if (Matches(filter_, model)) chosen_.push_back({&each, KeysOf(order_, model)});
  }
  return next_ < known.models.size();
}

void ModelPage::Sort(size_t end) {
  if (order_.empty()) return;
  const auto before = [this](const Chosen& a, const Chosen& b) {
    const int order = Compare(order_, a.keys, b.keys);
    return order != 0 ? order < 0 : a.model->id < b.model->id;
  };
  const auto middle = chosen_.begin() + static_cast<std::ptrdiff_t>(end);
  std::partial_sort(chosen_.begin(), middle, chosen_.end(), before);
}

// FNV-1a: a token of another filter, order or catalogue is noticed, not fought.
uint64_t ModelPage::Fingerprint(const std::string& revision) const {
  uint64_t hash = 0xcbf29ce484222325;
  for (const std::string* part : {&request_->filter(), &request_->order_by(), &revision}) {
    for (const char c : *part) {
      hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    }
    hash = (hash ^ 0xff) * 0x100000001b3;
  }
  return hash;
}

Result<size_t> ModelPage::Offset(uint64_t fingerprint) const {
  const std::string& token = request_->page_token();
  if (token.empty()) return size_t{0};
  const std::string front = std::to_string(fingerprint) + "-";
  if (token.starts_with(front)) {
    const auto offset = ParseInteger<size_t>(std::string_view(token).substr(front.size()));
    if (offset) return *offset;
  }
  return InvalidField("page_token",
                      "is of another filter, order or catalogue; begin with the first page");
}

Result<v1::ListModelsResponse> ModelPage::Finish(const upstream::KnownModels& known) {
  const std::string& revision = known.catalogue->revision();
  const uint64_t fingerprint = Fingerprint(revision);
  const auto offset = Offset(fingerprint);
  if (!offset) return offset.error();
  const int asked = request_->page_size() == 0 ? kDefaultPageSize : request_->page_size();
  const auto size = static_cast<size_t>(std::min(asked, kMaxPageSize));
  const size_t total = chosen_.size();
  const size_t begin = std::min(*offset, total);
  const size_t end = std::min(begin + size, total);
  Sort(end);
  v1::ListModelsResponse response;
  for (size_t i = begin; i < end; ++i) {
    *response.add_models() = ToMessage(*chosen_[i].model, *router_);
  }
  if (end < total) response.set_next_page_token(PageToken(fingerprint, end));
  response.set_total_size(static_cast<int32_t>(total));
  response.set_price_revision(revision);
  AddListings(*router_, access_, response);
  return response;
}

Result<v1::ListModelsResponse> ListModels(const v1::ListModelsRequest& request,
                                          const upstream::KnownModels& known,
                                          const upstream::Router& router,
                                          const tenancy::Access* access) {
  auto page = ModelPage::Of(request, router, access);
  if (!page) return page.error();
  while (page->Step(known)) {
  }
  return page->Finish(known);
}

Result<v1::GetModelResponse> GetModel(const v1::GetModelRequest& request,
                                      const upstream::KnownModels& known,
                                      const upstream::Router& router,
                                      const tenancy::Access* access) {
  if (request.model_id().empty()) return InvalidField("model_id", "is required");
  const auto found = FindModel(request.model_id(), "model_id", router, known);
  if (!found) return found.error();
  const upstream::KnownModel& model = **found;
  if (access && !access->MayUse(model.id, router)) {
    return NoSuchModel(request.model_id(), "model_id");
  }
  v1::GetModelResponse response;
  *response.mutable_model() = ToMessage(model, router);
  if (model.model_info) {
    response.set_snapshot_id(
        std::string(catalogue::Catalogue::SnapshotOf(*model.model_info, request.model_id())));
  }
  response.set_price_revision(known.catalogue->revision());
  return response;
}

}  // namespace inferwire::endpoints
