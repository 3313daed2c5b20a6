// inferwire config
#include "output.h"
#include "session.h"
#include "settings.h"
#include "table.h"

namespace inferwire::cli {
namespace {

// Secrets are never shown.
std::string ShownValue(const Setting& setting) {
  if (setting.value.empty()) return "";
  return setting.secret ? "(hidden)" : setting.value;
}

ExitCode PrintJson(const Settings& settings) {
  std::string json = "{\"file\":" + Quoted(settings.file()) +
                     ",\"exists\":" + (settings.file_exists() ? "true" : "false") +
                     ",\"settings\":{";
  bool first = true;
  for (const Setting& each : settings.all()) {
    json += (first ? "" : ",") + Quoted(each.name) + ":{\"value\":" + Quoted(ShownValue(each)) +
            ",\"from\":" + Quoted(SourceText(each)) + "}";
    first = false;
  }
  return Print(json + "}}\n") ? kOk : kCallFailed;
}

}  // namespace

ExitCode PrintSettings(const GlobalArgs& global, const Settings& settings) {
  if (global.json) return PrintJson(settings);
  Table table({"setting", "value", "from", "what"});
  for (const Setting& each : settings.all()) {
    const std::string value = ShownValue(each);
    table.Add({std::string(each.name), value.empty() ? "-" : value, SourceText(each),
               std::string(each.what)});
  }
  const std::string file =
      settings.file().empty()
          ? "no configuration file: HOME is not set\n"
          : settings.file() + (settings.file_exists() ? "\n" : " (not there)\n");
  return Print(file + "\n" + table.Text()) ? kOk : kCallFailed;
}

}  // namespace inferwire::cli
