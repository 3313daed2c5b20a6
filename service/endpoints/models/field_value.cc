#include "endpoints/models/field_value.h"

namespace inferwire::endpoints {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr std::string_view kPrice = "price.";

bool IsDate(std::string_view field) {
  return field == "shutdown_date" || field == "knowledge_cutoff";
}

const FieldDescriptor* Find(std::string_view field) {
  return v1::Model::descriptor()->FindFieldByName(std::string(field));
}

FieldValue PriceOf(const v1::Model& model, std::string_view field) {
  field.remove_prefix(kPrice.size());
  const size_t dot = field.find('.');
  const bool says_tier = dot != std::string_view::npos;
  const std::string_view tier = says_tier ? field.substr(0, dot) : "standard";
  const std::string_view kind = says_tier ? field.substr(dot + 1) : field;
  for (const v1::Price& price : model.prices()) {
    if (price.service_tier() == tier && price.kind() == kind) {
      return price.micro_usd_per_million_tokens();
    }
  }
  return {};
}

std::vector<std::string> NamesIn(const v1::Model& model, const FieldDescriptor& field) {
  const auto& reflection = *model.GetReflection();
  std::vector<std::string> names;
  for (int i = 0; i < reflection.FieldSize(model, &field); ++i) {
    if (!field.is_map()) {
      names.push_back(reflection.GetRepeatedString(model, &field, i));
      continue;
    }
    const Message& entry = reflection.GetRepeatedMessage(model, &field, i);
    const auto* const key = entry.GetDescriptor()->map_key();
    const auto* const value = entry.GetDescriptor()->map_value();
    const bool is_false = value->cpp_type() == FieldDescriptor::CPPTYPE_BOOL &&
                          !entry.GetReflection()->GetBool(entry, value);
    if (!is_false) names.push_back(entry.GetReflection()->GetString(entry, key));
  }
  return names;
}

}  // namespace

std::optional<FieldType> TypeOf(std::string_view field) {
  if (field.starts_with(kPrice)) return FieldType::kNumber;
  const FieldDescriptor* const found = Find(field);
  if (!found) return std::nullopt;
  if (found->is_map()) return FieldType::kList;
  if (found->is_repeated()) {
    const bool texts = found->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
    return texts ? std::optional(FieldType::kList) : std::nullopt;
  }
  switch (found->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT64:
      return FieldType::kNumber;
    case FieldDescriptor::CPPTYPE_STRING:
      return IsDate(field) ? FieldType::kDate : FieldType::kText;
    case FieldDescriptor::CPPTYPE_BOOL:
      return FieldType::kBool;
    default:
      return std::nullopt;
  }
}

FieldValue ValueOf(const v1::Model& model, std::string_view field) {
  if (field.starts_with(kPrice)) return PriceOf(model, field);
  const FieldDescriptor& found = *Find(field);
  const auto& reflection = *model.GetReflection();
  switch (*TypeOf(field)) {
    case FieldType::kList:
      return NamesIn(model, found);
    case FieldType::kNumber:
      if (!reflection.HasField(model, &found)) return {};
      return reflection.GetInt64(model, &found);
    case FieldType::kDate:  // their order is that of their texts
    case FieldType::kText: {
      std::string text = reflection.GetString(model, &found);
      return text.empty() ? FieldValue() : FieldValue(std::move(text));
    }
    case FieldType::kBool:
      return reflection.GetBool(model, &found);
  }
  return {};
}

}  // namespace inferwire::endpoints
