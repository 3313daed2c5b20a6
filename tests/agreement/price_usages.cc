// price_usages KIND LIST DAY: imports a public list of prices, reads it as a catalogue and prices
// usages with it. Each line of standard input is one: model, tier and counts, separated by tabs;
// each line of standard output its cost in pico-USD, or why there is none. What could not be
// imported is on standard error, as JSON.
#include <cstdint>
#include <iostream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>

#include "agreement/imported.h"
#include "catalogue/price.h"

namespace inferwire {
namespace {

constexpr int kFailed = 1;

catalogue::Tokens TokensOf(std::istream& line) {
  catalogue::Tokens tokens;
  int64_t input = 0, output = 0;
  line >> input >> tokens.cached >> tokens.cache_write >> tokens.cache_write_long >> output >>
      tokens.reasoning >> tokens.audio_input >> tokens.cached_audio >> tokens.audio_output >>
      tokens.image_input >> tokens.cached_image >> tokens.image_output >> tokens.searches;
  tokens.input = input;
  tokens.output = output;
  return tokens;
}

void Report(const config::ImportedCatalogue& imported, const catalogue::Catalogue& catalogue) {
  nlohmann::json report = {{"entries", imported.entries},
                           {"said", imported.said},
                           {"chat", imported.chat},
                           {"chat_said", imported.chat_said},
                           {"models", catalogue.models().size()}};
  for (const auto& [reason, unsaid] : imported.unsaid) report["unsaid"][reason] = unsaid.entries;
  std::cerr << report.dump() << "\n";
}

int PriceLines(const catalogue::Catalogue& catalogue) {
  std::string text;
  while (std::getline(std::cin, text)) {
    std::istringstream line(text);
    std::string model, tier;
    line >> model >> tier;
    const catalogue::Tokens tokens = TokensOf(line);
    if (!line) return kFailed;
    const auto charge = catalogue::Price(catalogue.Find(model), tokens, tier);
    if (charge.total) {
      std::cout << *charge.total << "\n";
    } else {
      std::cout << charge.unpriced << "\n";
    }
  }
  return 0;
}

int Main(const std::string& kind, const std::string& path, const std::string& day) {
  const auto imported = agreement::Import(kind, path, day);
  if (!imported) return kFailed;
  Report(imported->list, *imported->catalogue);
  return PriceLines(*imported->catalogue);
}

}  // namespace
}  // namespace inferwire

int main(int argc, char** argv) {
  constexpr int kArguments = 4;
  if (argc != kArguments) {
    std::cerr << "price_usages litellm|genai-prices|models.dev LIST DAY\n";
    return 2;
  }
  return inferwire::Main(argv[1], argv[2], argv[3]);
}
