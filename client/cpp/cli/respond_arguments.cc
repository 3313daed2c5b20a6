#include "respond_arguments.h"

namespace inferwire::cli {
namespace {

constexpr char kFooter[] = R"(Examples:
  inferwire respond "Why is the sky blue?"
  inferwire respond --previous resp_abc "And at night?"
  inferwire respond --conversation conv_abc --instructions "Be brief." "Where were we?"
  inferwire respond --tool web_search "Who won yesterday?"
  inferwire respond --tool weather.json --effort low "Is it raining in Paris?"
  inferwire respond --background "Compare the three offers."      prints the id at once
  inferwire respond watch resp_abc                                its status until it has ended
  inferwire respond resume resp_abc                               its text as it comes
  inferwire respond get resp_abc
  inferwire respond cancel resp_abc

What is piped into standard input follows the text. The answer goes to standard output; what was
used, and the id for --previous, to standard error. Ctrl-C leaves a response in the background
alone: respond cancel ends it.

inferwire --help shows the options that every verb takes: --server, --json, ...)";

CLI::App& AddVerb(CLI::App& app, const std::string& name, const std::string& what) {
  auto& verb = *app.add_subcommand(name, what);
  verb.footer("inferwire --help shows the options that every verb takes: --server, --json, ...");
  return verb;
}

void AddParams(CLI::App& verb, RespondArgs& args) {
  verb.add_option("text", args.text, "the question; what is piped in follows it");
  verb.add_option("-m,--model", args.model, "model name")->capture_default_str();
  verb.add_option("--instructions", args.instructions, "what the model is to keep to");
  auto* const previous =
      verb.add_option("--previous", args.previous, "id of the response that this one follows");
  verb.add_option("--conversation", args.conversation, "id of the conversation it belongs to")
      ->excludes(previous);
  verb.add_option("--effort", args.effort, "of reasoning: none, minimal, low, medium, high, ...");
  verb.add_option("--tool", args.tools,
                  "web_search or another hosted tool, or a JSON file with one or a list of them; "
                  "may be given again")
      ->type_name("FILE")
      ->take_all()
      ->allow_extra_args(false);
  verb.add_option("--max-tokens", args.max_tokens, "most tokens to generate")
      ->check(CLI::PositiveNumber);
  verb.add_option("--param", args.params, "name=json: any other member of the request")
      ->take_all()
      ->allow_extra_args(false);
  verb.add_flag("--background", args.background,
                "let it work on at the upstream; prints its id, with --stream its text");
  auto* const stream = verb.add_flag_callback(
      "--stream", [&] { args.stream = true; },
      "print text as it arrives (the default without --json and --background)");
  verb.add_flag_callback(
          "--no-stream", [&] { args.stream = false; }, "print the answer when it is complete")
      ->excludes(stream);
}

// What is said before `get` and the others would be lost.
void RefuseOptionsOf(const CLI::App& respond) {
  for (const auto* const option : respond.get_options()) {
    if (option->count() == 0) continue;
    throw CLI::ValidationError(option->get_name(), "goes with a new response only");
  }
}

}  // namespace

void RespondArguments::AddTo(CLI::App& app, Arguments& all) {
  auto& respond = AddVerb(app, "respond", "Ask for a response: tools, memory, background work");
  respond.footer(kFooter);
  respond.require_subcommand(0, 1);
  respond_.model = all.settings.Value("model");
  AddParams(respond, respond_);
  AddStored(respond, all);
  respond.final_callback([&, parent = &respond] {
    if (!parent->get_subcommands().empty()) return RefuseOptionsOf(*parent);
    all.verb = respond_;
  });
}

void RespondArguments::AddStored(CLI::App& respond, Arguments& all) {
  const auto add = [&](RespondStoredArgs& args, const std::string& name, const std::string& what,
                       const std::string& id) -> CLI::App& {
    auto& verb = AddVerb(respond, name, what);
    auto* const ids = verb.add_option("id", args.ids, id)->required();
    if (args.verb != RespondStoredArgs::Verb::kDelete) ids->expected(1);
    verb.add_option("--upstream", args.upstream,
                    "name of the upstream; unset: the gateway's default one");
    verb.callback([&all, &args] { all.verb = args; });
    return verb;
  };
  add(get_, "get", "Show one, and how far it is", "the response's id");
  add(watch_, "watch", "Follow one that works in the background until it has ended", "its id");
  auto& resume = add(resume_, "resume", "Stream one that works in the background", "its id");
  resume.add_option("--after", resume_.after, "only events behind this number; unset: all")
      ->check(CLI::NonNegativeNumber);
  add(cancel_, "cancel", "End one that works in the background", "its id");
  add(delete_, "delete", "Delete responses", "their ids");
}

}  // namespace inferwire::cli
