// The filters and orders of lists of models: a part of AIP-160 and AIP-132. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "endpoints/models/field_value.h"
#include "inferwire/v1/models_service.pb.h"

namespace inferwire::endpoints {

enum class Comparison { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual, kHas };

struct Term {
  std::string field;
  Comparison comparison = Comparison::kEqual;
  FieldValue value;  // of the field's type; a text for a list
};

// Terms joined by AND. INVALID_ARGUMENT about "filter" if it is none.
Result<std::vector<Term>> ParseFilter(std::string_view text);
bool Matches(const std::vector<Term>& filter, const v1::Model& model);

struct OrderKey {
  std::string field;
  bool descending = false;
};

// INVALID_ARGUMENT about "order_by".
Result<std::vector<OrderKey>> ParseOrder(std::string_view text);
// What the order asks of a model.
std::vector<FieldValue> KeysOf(const std::vector<OrderKey>& order, const v1::Model& model);
// Negative: the model of the first ones comes before that of the second ones; 0: the order does not
// say. Models without a field come last, whichever the direction.
int Compare(const std::vector<OrderKey>& order, const std::vector<FieldValue>& a,
            const std::vector<FieldValue>& b);

}  // namespace inferwire::endpoints
