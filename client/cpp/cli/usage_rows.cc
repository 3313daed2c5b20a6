#include "usage_rows.h"

#include <cctype>
#include <cstdint>
#include <ctime>

#include "output.h"

namespace inferwire::cli {
namespace {

std::tm PartsOf(const google::protobuf::Timestamp& time) {
  const std::time_t seconds = time.seconds();
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  return parts;
}

std::string Written(const std::tm& parts) {
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

// The month's first day, and the next one's.
std::string MonthOf(const google::protobuf::Timestamp& time, int later) {
  std::tm parts = PartsOf(time);
  std::tm month{};
  const int months = parts.tm_year * 12 + parts.tm_mon + later;
  month.tm_year = months / 12;
  month.tm_mon = months % 12;
  month.tm_mday = 1;
  return Written(month);
}

// USAGE_SOURCE_PROVIDER as provider.
std::string SourceText(v1::UsageSource source) {
  std::string text = v1::UsageSource_Name(source).substr(std::string("USAGE_SOURCE_").size());
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

std::string Quotable(const std::string& field) {
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  std::string quoted = "\"";
  for (const char c : field) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

std::string IsoTime(const google::protobuf::Timestamp& time) { return Written(PartsOf(time)); }

std::string CsvLine(const std::vector<std::string>& fields) {
  std::string line;
  for (const std::string& field : fields) line += (line.empty() ? "" : ",") + Quotable(field);
  return line + "\r\n";
}

std::string GroupOf(const v1::UsageRow& row, const std::string& name) {
  const v1::Scope& scope = row.scope();
  if (name == "tenant") return scope.tenant_id();
  if (name == "team") return scope.team_id();
  if (name == "key") return scope.key_id();
  if (name == "user") return scope.user();
  if (name == "model") return scope.model_id();
  if (name == "upstream") return scope.upstream();
  if (name == "operation") return row.operation();
  if (name == "label") return row.label();
  return SourceText(row.source());
}

std::string UsageCsvHead(const std::vector<std::string>& by) {
  std::vector<std::string> head{"start", "end"};
  head.insert(head.end(), by.begin(), by.end());
  for (const char* name : {"calls", "failed_calls", "input_tokens", "cached_input_tokens",
                           "output_tokens", "reasoning_tokens", "usd", "unpriced_calls"}) {
    head.emplace_back(name);
  }
  return CsvLine(head);
}

std::string UsageCsv(const v1::UsageRow& row, const std::vector<std::string>& by) {
  std::vector<std::string> fields{IsoTime(row.start()), IsoTime(row.end())};
  for (const std::string& name : by) fields.push_back(GroupOf(row, name));
  for (const int64_t number :
       {row.calls(), row.failed_calls(), row.input_tokens(), row.cached_input_tokens(),
        row.output_tokens(), row.reasoning_tokens()}) {
    fields.push_back(std::to_string(number));
  }
  fields.push_back(row.usd());
  fields.push_back(std::to_string(row.unpriced_calls()));
  return CsvLine(fields);
}

std::string FocusHead() {
  return CsvLine({"ChargePeriodStart",
                  "ChargePeriodEnd",
                  "BillingPeriodStart",
                  "BillingPeriodEnd",
                  "BillingAccountId",
                  "SubAccountId",
                  "ResourceId",
                  "ServiceName",
                  "ServiceCategory",
                  "ProviderName",
                  "SkuId",
                  "ConsumedQuantity",
                  "ConsumedUnit",
                  "BilledCost",
                  "EffectiveCost",
                  "ListCost",
                  "ContractedCost",
                  "BillingCurrency",
                  "ChargeCategory",
                  "Tags",
                  "x_UsageSource",
                  "x_Calls",
                  "x_InputTokens",
                  "x_CachedInputTokens",
                  "x_OutputTokens",
                  "x_UnpricedCalls"});
}

std::string Focus(const v1::UsageRow& row) {
  const v1::Scope& scope = row.scope();
  const std::string tags = "{\"label\":" + Quoted(row.label()) +
                           ",\"operation\":" + Quoted(row.operation()) +
                           ",\"user\":" + Quoted(scope.user()) + "}";
  return CsvLine({IsoTime(row.start()),
                  IsoTime(row.end()),
                  MonthOf(row.start(), 0),
                  MonthOf(row.start(), 1),
                  scope.tenant_id(),
                  scope.team_id(),
                  scope.key_id(),
                  scope.model_id(),
                  "AI and Machine Learning",
                  scope.upstream(),
                  scope.model_id(),
                  std::to_string(row.input_tokens() + row.output_tokens()),
                  "Tokens",
                  row.usd(),
                  row.usd(),
                  row.usd(),
                  row.usd(),
                  "USD",
                  "Usage",
                  tags,
                  SourceText(row.source()),
                  std::to_string(row.calls()),
                  std::to_string(row.input_tokens()),
                  std::to_string(row.cached_input_tokens()),
                  std::to_string(row.output_tokens()),
                  std::to_string(row.unpriced_calls())});
}

}  // namespace inferwire::cli
