#include "endpoints/models/filter.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"
#include "catalogue/ending.h"

namespace inferwire::endpoints {
namespace {

constexpr size_t kMaxTextBytes = 1000, kMaxTerms = 20, kMaxKeys = 5;
constexpr std::string_view kFieldBytes =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";

struct Sign {
  std::string_view text;
  Comparison comparison;
};
constexpr Sign kSigns[] = {
    {"!=", Comparison::kNotEqual},
    {"<=", Comparison::kLessOrEqual},
    {">=", Comparison::kGreaterOrEqual},
    {"=", Comparison::kEqual},
    {"<", Comparison::kLess},
    {">", Comparison::kGreater},
    {":", Comparison::kHas},
};

Error BadFilter(const std::string& what) { return InvalidField("filter", what); }

void SkipSpace(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
}

std::string_view TakeField(std::string_view& text) {
  const size_t size = std::min(text.find_first_not_of(kFieldBytes), text.size());
  const std::string_view field = text.substr(0, size);
  text.remove_prefix(size);
  return field;
}

std::optional<Comparison> TakeSign(std::string_view& text) {
  for (const Sign& sign : kSigns) {
    if (!text.starts_with(sign.text)) continue;
    text.remove_prefix(sign.text.size());
    return sign.comparison;
  }
  return std::nullopt;
}

// A word, or a text in quotes.
std::optional<std::string> TakeValue(std::string_view& text) {
  if (text.starts_with('"')) {
    const size_t end = text.find('"', 1);
    if (end == std::string_view::npos) return std::nullopt;
    std::string value(text.substr(1, end - 1));
    text.remove_prefix(end + 1);
    return value;
  }
  const size_t size = std::min(text.find(' '), text.size());
  if (size == 0) return std::nullopt;
  std::string value(text.substr(0, size));
  text.remove_prefix(size);
  return value;
}

std::optional<FieldValue> AsType(FieldType type, std::string text) {
  if (type == FieldType::kText || type == FieldType::kList) return FieldValue(std::move(text));
  if (type == FieldType::kDate) {
    if (!catalogue::BeginningOf(text)) return std::nullopt;
    return FieldValue(std::move(text));
  }
  if (type == FieldType::kBool) {
    if (text != "true" && text != "false") return std::nullopt;
    return FieldValue(text == "true");
  }
  const auto number = ParseInteger(text);
  if (!number) return std::nullopt;
  return FieldValue(*number);
}

bool Fits(Comparison comparison, FieldType type) {
  if (comparison == Comparison::kHas) return type == FieldType::kList;
  if (type == FieldType::kList) return false;
  const bool equality = comparison == Comparison::kEqual || comparison == Comparison::kNotEqual;
  return equality || type == FieldType::kNumber || type == FieldType::kDate;
}

Result<Term> TakeTerm(std::string_view& text) {
  Term term;
  term.field = TakeField(text);
  const auto type = TypeOf(term.field);
  if (!type) return BadFilter("'" + term.field + "' is no field that a filter can name");
  SkipSpace(text);
  const auto sign = TakeSign(text);
  if (!sign || !Fits(*sign, *type)) {
    return BadFilter(term.field + " must be followed by " +
                     (*type == FieldType::kList        ? "':'"
                      : Fits(Comparison::kLess, *type) ? "=, !=, <, <=, > or >="
                                                       : "= or !="));
  }
  term.comparison = *sign;
  SkipSpace(text);
  auto value = TakeValue(text);
  auto typed = value ? AsType(*type, *std::move(value)) : std::nullopt;
  if (!typed) return BadFilter("the value of " + term.field + " is missing or of another type");
  term.value = *std::move(typed);
  return term;
}

bool Holds(const Term& term, const FieldValue& value) {
  if (term.comparison == Comparison::kHas) {
    const auto& list = std::get<std::vector<std::string>>(value);
    return std::find(list.begin(), list.end(), std::get<std::string>(term.value)) != list.end();
  }
  if (std::holds_alternative<std::monostate>(value)) {
    return term.comparison == Comparison::kNotEqual;
  }
  switch (term.comparison) {
    case Comparison::kEqual:
      return value == term.value;
    case Comparison::kNotEqual:
      return value != term.value;
    case Comparison::kLess:
      return value < term.value;
    case Comparison::kLessOrEqual:
      return value <= term.value;
    case Comparison::kGreater:
      return value > term.value;
    case Comparison::kGreaterOrEqual:
      return value >= term.value;
    case Comparison::kHas:
      break;
  }
  return false;
}

}  // namespace

Result<std::vector<Term>> ParseFilter(std::string_view text) {
  constexpr std::string_view kAnd = "AND ";
  std::vector<Term> terms;
  if (text.size() > kMaxTextBytes) return BadFilter("is longer than 1000 bytes");
  SkipSpace(text);
  while (!text.empty()) {
    if (!terms.empty()) {
      if (!text.starts_with(kAnd)) return BadFilter("terms must be joined by AND");
      text.remove_prefix(kAnd.size());
      SkipSpace(text);
    }
    if (terms.size() == kMaxTerms) return BadFilter("has more than 20 terms");
    auto term = TakeTerm(text);
    if (!term) return term.error();
    terms.push_back(std::move(*term));
    SkipSpace(text);
  }
  return terms;
}

bool Matches(const std::vector<Term>& filter, const v1::Model& model) {
  return std::all_of(filter.begin(), filter.end(),
                     [&](const Term& term) { return Holds(term, ValueOf(model, term.field)); });
}

Result<std::vector<OrderKey>> ParseOrder(std::string_view text) {
  constexpr std::string_view kDescending = " desc";
  std::vector<OrderKey> keys;
  if (text.size() > kMaxTextBytes) return InvalidField("order_by", "is longer than 1000 bytes");
  while (!text.empty()) {
    const size_t end = std::min(text.find(','), text.size());
    std::string_view part = Trim(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
    OrderKey key;
    key.descending = part.ends_with(kDescending);
    if (key.descending) part = Trim(part.substr(0, part.size() - kDescending.size()));
    key.field = part;
    const auto type = TypeOf(part);
    if (!type || *type == FieldType::kList) {
      return InvalidField("order_by", "names a field that models cannot be ordered by");
    }
    if (keys.size() == kMaxKeys) return InvalidField("order_by", "names more than 5 fields");
    keys.push_back(std::move(key));
  }
  return keys;
}

std::vector<FieldValue> KeysOf(const std::vector<OrderKey>& order, const v1::Model& model) {
  std::vector<FieldValue> keys;
  keys.reserve(order.size());
  for (const OrderKey& key : order) keys.push_back(ValueOf(model, key.field));
  return keys;
}

int Compare(const std::vector<OrderKey>& order, const std::vector<FieldValue>& a,
            const std::vector<FieldValue>& b) {
  for (size_t i = 0; i < order.size(); ++i) {
    if (a[i] == b[i]) continue;
    if (a[i].index() == 0 || b[i].index() == 0) return b[i].index() == 0 ? -1 : 1;
    return (a[i] < b[i]) != order[i].descending ? -1 : 1;
  }
  return 0;
}

}  // namespace inferwire::endpoints
