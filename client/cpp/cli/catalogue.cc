// inferwire catalogue: without a gateway.
#include <chrono>
#include <ctime>
#include <fstream>
#include <iostream>
#include <map>
#include <string>

#include "config/price_lists/price_list.h"
#include "output.h"
#include "session.h"
#include "table.h"
#include "text_file.h"

namespace inferwire::cli {
namespace {

config::PriceListKind KindOf(const std::string& list) {
  if (list == "litellm") return config::PriceListKind::kLiteLlm;
  if (list == "genai-prices") return config::PriceListKind::kGenaiPrices;
  return config::PriceListKind::kModelsDev;
}

std::string Today() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[sizeof "2027-01-31"] = {};
  return std::strftime(text, sizeof text, "%Y-%m-%d", &parts) > 0 ? text : "";
}

std::string Json(const config::ImportedCatalogue& imported) {
  std::string json = "{\"entries\": " + std::to_string(imported.entries) +
                     ", \"said\": " + std::to_string(imported.said) +
                     ", \"chat\": " + std::to_string(imported.chat) +
                     ", \"chatSaid\": " + std::to_string(imported.chat_said) + ", \"unsaid\": {";
  const char* comma = "";
  for (const auto& [reason, unsaid] : imported.unsaid) {
    json += comma + Quoted(reason) + ": [";
    const char* between = "";
    for (const std::string& entry : unsaid.entries) {
      json += between + Quoted(entry);
      between = ", ";
    }
    json += "]";
    comma = ", ";
  }
  return json + "}}\n";
}

std::string Lines(const config::ImportedCatalogue& imported) {
  std::string text = Grouped(imported.said) + " of " + Grouped(imported.entries) +
                     " priced entries are in the catalogue with all that the list says";
  if (imported.chat > 0) {
    text += "; of those that answer chats " + Grouped(imported.chat_said) + " of " +
            Grouped(imported.chat);
  }
  text += ".\n";
  if (imported.unsaid.empty()) return text;
  Table table({"not said", "entries", "for example"});
  for (const auto& [reason, unsaid] : imported.unsaid) {
    table.Add(
        {reason, Grouped(static_cast<int64_t>(unsaid.entries.size())), unsaid.entries.front()});
  }
  return text + table.Text();
}

}  // namespace

ExitCode Run(const GlobalArgs& global, const CatalogueImportArgs& args) {
  const auto json = ReadFile(args.file);
  if (!json) return Report(global, json.error());
  const std::string day = args.day.empty() ? Today() : args.day;
  const auto imported = config::ImportPriceList(KindOf(args.list), *json,
                                                args.revision.empty() ? day : args.revision, day);
  if (!imported) return Report(global, UsageError(args.file + ": " + imported.error().message));
  std::ofstream file(args.output, std::ios::binary | std::ios::trunc);
  file << imported->yaml << std::flush;
  if (!file) return Report(global, UsageError(args.output + " cannot be written"));
  return Print(global.json ? Json(*imported) : Lines(*imported)) ? kOk : kCallFailed;
}

}  // namespace inferwire::cli
