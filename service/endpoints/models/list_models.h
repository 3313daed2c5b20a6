// The answers of ListModels and GetModel. Pure: what is served and known in, a message out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "endpoints/models/filter.h"
#include "inferwire/v1/models_service.pb.h"
#include "tenancy/access.h"
#include "upstream/known_models.h"
#include "upstream/router.h"

namespace inferwire::endpoints {

inline constexpr int kDefaultPageSize = 50, kMaxPageSize = 500;

// One page of the models that fit. There may be thousands, and a filter or an order needs the
// message of each: it is made a piece at a time.
class ModelPage {
 public:
  // Refers to the request. access: of the caller, for whom there is nothing but what it may use;
  // null: it may use all.
  static Result<ModelPage> Of(const v1::ListModelsRequest& request, const upstream::Router& router,
                              const tenancy::Access* access);

  // Does a piece of the work. False: it is done. `known` is always the same.
  bool Step(const upstream::KnownModels& known);
  // INVALID_ARGUMENT about the page token.
  Result<v1::ListModelsResponse> Finish(const upstream::KnownModels& known);

 private:
  struct Chosen {
    const upstream::KnownModel* model;
    std::vector<FieldValue> keys;
  };

  ModelPage(const v1::ListModelsRequest& request, const upstream::Router& router,
            const tenancy::Access* access);
  // By id they are already.
  bool as_they_are() const { return filter_.empty() && order_.empty(); }
  // Up to this one they have to be in their order.
  void Sort(size_t end);
  uint64_t Fingerprint(const std::string& revision) const;
  Result<size_t> Offset(uint64_t fingerprint) const;

  const v1::ListModelsRequest* request_;
  const upstream::Router* router_;
  const tenancy::Access* access_;
  std::vector<Term> filter_;
  std::vector<OrderKey> order_;
  size_t next_ = 0;  // of the known ones
  std::vector<Chosen> chosen_;
};

// The page at once, for who keeps nobody waiting.
Result<v1::ListModelsResponse> ListModels(const v1::ListModelsRequest& request,
                                          const upstream::KnownModels& known,
                                          const upstream::Router& router,
                                          const tenancy::Access* access = nullptr);

Result<v1::GetModelResponse> GetModel(const v1::GetModelRequest& request,
                                      const upstream::KnownModels& known,
                                      const upstream::Router& router,
                                      const tenancy::Access* access = nullptr);

}  // namespace inferwire::endpoints
