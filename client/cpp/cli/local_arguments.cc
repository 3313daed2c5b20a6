#include "local_arguments.h"

#include "completion.h"

namespace inferwire::cli {
namespace {

constexpr char kChatsFooter[] = R"(Examples:
  inferwire chats
  inferwire chats show trip
  inferwire chats show trip --json >trip.json
  inferwire chats delete trip 2026-11-30-181502

They are files below $XDG_DATA_HOME/inferwire/chats (~/.local/share/...) that only you can read. Of
those without a name of yours the last 100 stay. inferwire chat --no-history keeps none.)";

constexpr char kConfigFooter[] = R"(Examples:
  inferwire config
  inferwire config --json | jq -r .file

The file is $XDG_CONFIG_HOME/inferwire/config.yaml (~/.config/...), for example:
  server: https://gateway.example:50051
  model: gpt-4.1
  ca: gateway-ca.pem        # paths count from the file's folder
  token_file: key
Flags go before the environment, the environment before the file.)";

constexpr char kCompletionFooter[] = R"(Examples:
  source <(inferwire completion bash)
  inferwire completion zsh >~/.zfunc/_inferwire        # a folder of $fpath
  inferwire completion fish >~/.config/fish/completions/inferwire.fish)";

}  // namespace

void LocalArguments::AddConfig(CLI::App& app, Arguments& all) {
  auto& config = *app.add_subcommand("config", "What is set, and where each value comes from");
  config.footer(kConfigFooter);
  config.callback([&all] { all.verb = ConfigArgs{}; });
}

void LocalArguments::AddChats(CLI::App& app, Arguments& all) {
  auto& verb = *app.add_subcommand("chats", "The chats that were kept");
  verb.footer(kChatsFooter);
  verb.require_subcommand(0, 1);
  verb.add_option("--limit", list_.limit, "of the list: at most so many; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  auto& list = *verb.add_subcommand("list", "The last ones first (the default)")->alias("ls");
  auto& show = *verb.add_subcommand("show", "What was said; --json: as a request");
  show_.verb = ChatsArgs::Verb::kShow;
  show.add_option("name", show_.names, "the chat's")->required()->expected(1)->type_name("CHAT");
  auto& remove = *verb.add_subcommand("delete", "Delete chats");
  delete_.verb = ChatsArgs::Verb::kDelete;
  remove.add_option("name", delete_.names, "the chats'")->required()->type_name("CHAT");
  for (auto* each : {&list, &show, &remove}) each->fallthrough();
  verb.final_callback([&, shown = &show, removed = &remove] {
    all.verb = shown->parsed() ? show_ : removed->parsed() ? delete_ : list_;
  });
}

void LocalArguments::AddCompletion(CLI::App& app, Arguments& all) {
  auto& verb = *app.add_subcommand("completion", "A script that completes command lines");
  verb.footer(kCompletionFooter);
  verb.require_subcommand(1);
  const auto add = [&](const char* shell, std::string (*make)(const VerbInfo&)) {
    verb.add_subcommand(shell, std::string("For ") + shell)->callback([&all, &app, make] {
      all.verb = PrintTextArgs{make(VerbInfo::Of(app))};
    });
  };
  add("bash", &BashCompletion);
  add("zsh", &ZshCompletion);
  add("fish", &FishCompletion);
}

}  // namespace inferwire::cli
