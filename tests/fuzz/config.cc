// Any file as configuration: settings, or faults that say where.
#include "config/config.h"

#include <algorithm>
#include <string>

#include "codec/utf8.h"
#include "fuzz/input.h"
#include "fuzz/json_judge.h"
#include "fuzz/require.h"

namespace inferwire::fuzz {
namespace {

void CheckFaults(const std::vector<config::ConfigFault>& faults, int lines) {
  Require(!faults.empty() && faults.size() <= config::kMaxConfigFaults,
          "there are faults, but not endless");
  int line = 0;
  for (const config::ConfigFault& fault : faults) {
    const std::string text = config::ToText(fault);
    Require(!fault.path.empty(), "a fault says where", text);
    Require(!fault.text.empty(), "a fault says what", text);
    Require(fault.line >= line && fault.line <= lines, "faults are in the order of lines", text);
    Require(codec::IsUtf8(text), "a fault is UTF-8", text);
    Require(std::none_of(text.begin(), text.end(),
                         [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }),
            "a fault is one line", text);
    line = fault.line;
  }
}

void CheckConfig(const config::Config& config) {
  Require(!config.upstreams.empty(), "there is an upstream");
  const auto defaults = std::count_if(config.upstreams.begin(), config.upstreams.end(),
                                      [](const auto& upstream) { return upstream.is_default; });
  Require(defaults == 1, "exactly one upstream is the default");
  Require(IsJson(config::Redacted(config)), "settings can be shown");
}

}  // namespace

void Run(std::string_view yaml) {
  const config::LoadedConfig loaded = config::ParseConfig(yaml, "fuzz.yaml");
  // A lone CR ends a line too.
  const auto lines =
      1 + std::count_if(yaml.begin(), yaml.end(), [](char c) { return c == '\n' || c == '\r'; });
  if (const auto* config = std::get_if<config::Config>(&loaded)) return CheckConfig(*config);
  CheckFaults(std::get<std::vector<config::ConfigFault>>(loaded), static_cast<int>(lines));
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run(inferwire::fuzz::Input(data, size).Rest());
  return 0;
}
