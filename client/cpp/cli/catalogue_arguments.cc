#include "catalogue_arguments.h"

namespace inferwire::cli {
namespace {

constexpr char kFooter[] = R"(Examples:
  inferwire catalogue import --from litellm model_prices_and_context_window.json -o models.yaml
  inferwire catalogue import --from genai-prices data.json -o models.yaml --revision list-7
  inferwire catalogue import --from models.dev api.json -o models.yaml

Calls nothing: the file is one that was fetched before. What is written is a catalogue for the
gateway's catalogue.file or catalogue.overlay. What the list says and a catalogue cannot is listed by
its reason, with --json with the names of all entries.)";

}  // namespace

void CatalogueArguments::AddTo(CLI::App& app, Arguments& all) {
  auto& catalogue = *app.add_subcommand("catalogue", "Catalogues of models and prices");
  catalogue.footer(kFooter);
  catalogue.require_subcommand(1);
  catalogue.fallthrough();
  auto& import = *catalogue.add_subcommand("import", "Make a catalogue of a public list of prices");
  import.footer(kFooter);
  import.fallthrough();
  import.add_option("--from", import_.list, "litellm, genai-prices or models.dev")
      ->required()
      ->check(CLI::IsMember({"litellm", "genai-prices", "models.dev"}));
  import.add_option("file", import_.file, "the list's JSON; -: standard input")
      ->type_name("FILE")
      ->required();
  import.add_option("-o,--output", import_.output, "the catalogue's file")
      ->type_name("FILE")
      ->required();
  import.add_option("--revision", import_.revision,
                    "of the catalogue, 1 to 15 of a-z, 0-9, '_', '-' and '/'; default: the day");
  import.add_option("--day", import_.day,
                    "YYYY-MM-DD: which of dated prices are in force; default: today");
  import.callback([&] { all.verb = import_;
});
}  // namespace inferwire::cli

}  // namespace inferwire::cli
