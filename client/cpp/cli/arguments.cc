#include "arguments.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <optional>
#include <utility>

#include "admin_arguments.h"
#include "catalogue_arguments.h"
#include "key_arguments.h"
#include "local_arguments.h"
#include "output.h"
#include "realtime_arguments.h"
#include "respond_arguments.h"
#include "route_arguments.h"
#include "stored_arguments.h"
#include "tune_arguments.h"
#include "typed_arguments.h"
#include "usage_arguments.h"

namespace inferwire::cli {
namespace {

constexpr char kFooter[] = R"(Examples:
  inferwire complete "Why is the sky blue?"
  git diff | inferwire complete "Write a commit message for this change:"
  inferwire chat
  inferwire many questions.jsonl --output answers.jsonl
  inferwire batch create questions.jsonl --output answers.jsonl
  inferwire respond --background --stream "Compare the three offers."
  inferwire models compare gpt-4.1-mini gpt-5
  inferwire VERB --help    examples and options of one verb

Exit codes: 0 ok, 1 the call failed, 2 wrong usage, 3 the server cannot be reached, 130 cancelled.)";

constexpr char kCompleteFooter[] = R"(Examples:
  inferwire complete "Why is the sky blue?"
  cat report.txt | inferwire complete --system "Summarise in three sentences."
  git diff | inferwire complete "Write a commit message for this change:"
  inferwire complete --image photo.jpg "What is in this picture?"
  inferwire complete --schema person.json "Ada Lovelace, born 1815"
  inferwire complete --tool weather.json "Is it raining in Paris?"
  inferwire complete --json -n 2 "A name for a cat" | jq -r '.choices[].message.content'
  inferwire complete --param reasoning_effort=low --param 'metadata={"team":"a"}' "Hi"

A prompt and piped standard input are sent as one message, the prompt first; "-" is standard input
alone, and </dev/null keeps a script's own input out. The answer goes to standard output, the usage line to standard error. Ctrl-C cancels the call here
and upstream.)";

constexpr char kChatFooter[] = R"(Examples:
  inferwire chat --system "Answer in French."
  inferwire chat --continue
  inferwire chat --chat trip                   a chat with a name: begun, then taken up again
  printf 'Hello\nAnd in German?\n' | inferwire chat

In the chat: /reset forgets the conversation, /model NAME and /system TEXT change them, /exit or
Ctrl-D leaves, Ctrl-C cancels the running answer. A message of several lines: \ at a line's end, a
block between """ and """, Alt-Enter, or pasted. Arrow keys and Ctrl-R find earlier ones.

On a terminal chats are kept, and --continue takes up the last one; inferwire chats lists them.
Piped in, each line is sent when it comes; the first one that fails, or is not UTF-8, ends the chat.)";

constexpr char kManyFooter[] =
    R"(One item per line of FILE ("-": standard input), in one of three forms:
  {"item_id": "a", "prompt": "Why is the sky blue?"}
  {"item_id": "b", "model": "gpt-4.1", "messages": [{"role": "user", "content": "Hi"}]}
  {"custom_id": "c", "method": "POST", "url": "/v1/chat/completions", "body": {...}}
Without an id an item is called line-N. Members that this version does not know are sent as they are.

Examples:
  inferwire many questions.jsonl --max-in-flight 32 --output answers.jsonl
  inferwire many questions.jsonl --output answers.jsonl --resume    (asks again what failed or is missing)

Results come in order of arrival, one line each: {"custom_id", "response", "error"}, as in the
output file of OpenAI's batches. Exit code 0: all succeeded, 1: some failed.)";

constexpr char kRawFooter[] = R"(Examples:
  inferwire raw GET /models
  inferwire raw POST /embeddings --data '{"model":"text-embedding-3-small","input":"hello"}'
  inferwire raw POST /moderations --data @request.json
  inferwire raw GET /files --query limit=5 --query purpose=batch
  inferwire raw POST /chat/completions --stream --data @request.json

The server's allow-list decides which paths may be called. The body is printed whatever the HTTP
status is; 400 and above gives exit code 1.)";

constexpr char kModelsFooter[] = R"(Examples:
  inferwire models
  inferwire models list --filter 'features:structured_outputs AND price.input<500000' --order-by 'price.output desc'
  inferwire models show gpt-4.1-mini
  inferwire models compare gpt-4.1-mini gpt-4.1 gpt-5
  inferwire models retiring --within 60
  inferwire models estimate --model gpt-4.1 --max-tokens 500 "Why is the sky blue?"
  inferwire models compare gpt-4.1-mini gpt-5 --requests 1000000 --input 2000 --cached 500 --output 300 --batch 50

Prices are USD per million tokens; in filters they are micro-USD (USD 0.40 = 400000). A star marks what differs.)";

constexpr char kHealthFooter[] = R"(Examples:
  inferwire health && echo ready
  inferwire health --service inferwire.v1.ChatService --json)";

CLI::App& AddVerb(CLI::App& app, const std::string& name, const std::string& what,
                  const std::string& examples) {
  auto& verb = *app.add_subcommand(name, what);
  verb.footer(
      examples +
      "\n\ninferwire --help shows the options that every verb takes: --server, --json, ...");
  return verb;
}

void AddGlobals(CLI::App& app, GlobalArgs& args) {
  app.add_option("--server", args.server, "host, host:port, https://host or unix:/path")
      ->capture_default_str();
  app.add_option("--ca", args.ca, "PEM file of the server's certificate authority; uses TLS")
      ->type_name("FILE");
  app.add_option("--cert", args.cert, "PEM file of the client's certificate; uses TLS")
      ->type_name("FILE");
  app.add_option("--key", args.key, "PEM file of the client's key; uses TLS")->type_name("FILE");
  app.add_option("--token-file", args.token_file,
                 "file with an API key or other bearer token, instead of the variable "
                 "INFERWIRE_API_KEY; only over TLS or to this machine")
      ->type_name("FILE");
  app.add_option("--timeout", args.timeout_seconds, "seconds for the whole call")
      ->check(CLI::PositiveNumber);
  app.add_option("--color", args.color,
                 "of answers: auto is on terminals only, and not with NO_COLOR")
      ->check(CLI::IsMember({"auto", "always", "never"}))
      ->capture_default_str();
  app.add_flag("--json", args.json, "machine-readable output");
  app.add_flag("-v,--verbose", args.verbose, "also say what the gateway did");
}

void AddModel(CLI::App& verb, ModelArgs& args) {
  verb.add_option("-m,--model", args.model, "model name")->capture_default_str();
  verb.add_option("--system", args.system, "instructions before the conversation");
  verb.add_option("--schema", args.schema_file, "JSON Schema file that the answer must follow")
      ->type_name("FILE");
  verb.add_option("--tool", args.tool_files, "JSON file with a function tool, or a list of them")
      ->type_name("FILE")
      ->take_all()
      ->allow_extra_args(false);
  verb.add_option("--max-tokens", args.max_tokens, "most tokens to generate")
      ->check(CLI::PositiveNumber);
  verb.add_option("--temperature", args.temperature, "0 to 2");
  verb.add_option("--seed", args.seed, "for answers that can be repeated");
  verb.add_option("--stop", args.stop, "text that ends the answer; may be given again")
      ->take_all()
      ->allow_extra_args(false);
  verb.add_option("--param", args.params, "name=json: any other member of the request")
      ->take_all()
      ->allow_extra_args(false);
}

void AddAnswers(CLI::App& verb, ModelArgs& args) {
  verb.add_option("--image", args.images, "image file or URL; may be given again")
      ->type_name("FILE")
      ->take_all()
      ->allow_extra_args(false);
  verb.add_option("-n", args.n, "number of answers")->check(CLI::PositiveNumber);
}

void AddComplete(CLI::App& app, Arguments& all, CompleteArgs& args) {
  auto& verb = AddVerb(app, "complete", "Ask a model once", kCompleteFooter);
  verb.add_option("prompt", args.prompt, "the question; what is piped in follows it");
  AddModel(verb, args.model);
  AddAnswers(verb, args.model);
  auto* stream = verb.add_flag_callback(
      "--stream", [&] { args.stream = true; },
      "print tokens as they arrive (the default without --json and -n)");
  verb.add_flag_callback(
          "--no-stream", [&] { args.stream = false; }, "print the answer when it is complete")
      ->excludes(stream);
  verb.callback([&] { all.verb = args; });
}

void AddChat(CLI::App& app, Arguments& all, ChatArgs& args) {
  auto& verb = AddVerb(app, "chat", "Talk to a model", kChatFooter);
  AddModel(verb, args.model);
  auto* const go_on =
      verb.add_flag("-c,--continue", args.go_on, "go on with the chat that was kept last");
  auto* const name = verb.add_option("--chat", args.name, "go on with this one, or begin it")
                         ->type_name("CHAT")
                         ->excludes(go_on);
  verb.add_flag("--no-history", args.no_history, "keep neither the lines nor the chat")
      ->excludes(go_on)
      ->excludes(name);
  verb.callback([&all, &args, model = verb.get_option("--model")] {
    args.model_given = model->count() > 0;
    all.verb = args;
  });
}

void AddMany(CLI::App& app, Arguments& all, ManyArgs& args) {
  auto& verb = AddVerb(app, "many", "Answer every line of a file, many at a time", kManyFooter);
  verb.add_option("file", args.file, "JSON Lines")->type_name("FILE")->required();
  verb.add_option("-m,--model", args.model, "model of items that name none")->capture_default_str();
  verb.add_option("--max-in-flight", args.max_in_flight, "items at the same time; 0: the server's")
      ->check(CLI::NonNegativeNumber);
  auto* output =
      verb.add_option("-o,--output", args.output,
                      "file for the results; unset or \"-\": standard output")
          ->type_name("FILE")
          ->transform([](const std::string& file) { return file == "-" ? std::string() : file; });
  verb.add_flag("--resume", args.resume,
                "go on with an output file: skip what succeeded, ask the rest")
      ->needs(output);
  verb.callback([&] { all.verb = args; });
}

void AddRaw(CLI::App& app, Arguments& all, RawArgs& args) {
  auto& verb = AddVerb(app, "raw", "Call any allowed path of the upstream's HTTP API", kRawFooter);
  verb.add_option("method", args.method, "GET, POST or DELETE")->required();
  verb.add_option("path", args.path, "below the upstream's base URL")->required();
  verb.add_option("-d,--data", args.data, "the body, or @file (@-: standard input)");
  verb.add_option("--query", args.query, "name=value; may be given again")
      ->take_all()
      ->allow_extra_args(false);
  verb.add_flag("--stream", args.stream, "print what comes as it comes");
  verb.callback([&] { all.verb = args; });
}

void AddEstimateOptions(CLI::App& verb, ModelsArgs& args) {
  verb.add_option("prompt", args.request.prompt, "the question; what is piped in follows it");
  AddModel(verb, args.request.model);
  AddAnswers(verb, args.request.model);
  verb.add_flag("--batch", args.batch, "price it as an item of a batch");
  verb.add_option("--deadline", args.deadline_seconds,
                  "seconds that the answer may take: shows the cheapest way that keeps to it")
      ->check(CLI::PositiveNumber);
}

void AddEstimate(CLI::App& app, Arguments& all, ModelsArgs& args) {
  auto& verb = AddVerb(app, "estimate", "What a request would cost; sends nothing",
                       "The same as inferwire models estimate.");
  AddEstimateOptions(verb, args);
  verb.callback([&] {
    args.verb = ModelsArgs::Verb::kEstimate;
    all.verb = args;
  });
}

void AddModels(CLI::App& app, Arguments& all, ModelsArgs& args) {
  auto& verb =
      AddVerb(app, "models", "What models there are, what they can do and cost", kModelsFooter);
  auto* filter = verb.add_option("--filter", args.filter,
                                 "of the list: terms joined by AND, e.g. owned_by=openai");
  auto* order = verb.add_option("--order-by", args.order_by,
                                "of the list: fields, each with an optional \" desc\"");
  auto& list = *verb.add_subcommand("list", "All models (the default)")->alias("ls");
  auto& show = *verb.add_subcommand("show", "Everything that is known of one model");
  show.add_option("model", args.models, "id, snapshot or alias")->required()->expected(1);
  auto& compare = *verb.add_subcommand("compare", "Models side by side");
  compare.add_option("models", args.models, "2 to 10 models")->required()->expected(2, 10);
  auto* requests = compare.add_option("--requests", args.requests, "per month: prices the load")
                       ->check(CLI::PositiveNumber);
  compare.add_option("--input", args.input_tokens, "input tokens per request")->needs(requests);
  compare.add_option("--cached", args.cached_tokens, "how many of them are cached")
      ->needs(requests);
  compare.add_option("--output", args.output_tokens, "output tokens per request")->needs(requests);
  compare.add_option("--batch", args.batch_percent, "percent of the requests in batches")
      ->needs(requests)
      ->check(CLI::Range(0, 100));
  compare
      .add_option("--deadline", args.deadline_seconds,
                  "seconds that an answer may take: shows the cheapest way that keeps to it")
      ->needs(requests)
      ->check(CLI::PositiveNumber);
  auto& estimate = *verb.add_subcommand("estimate", "What a request would cost; sends nothing");
  AddEstimateOptions(estimate, args);
  estimate.callback([&] { args.verb = ModelsArgs::Verb::kEstimate; });
  auto& retiring = *verb.add_subcommand(
      "retiring", "Models that end: when, what replaces them, who still calls them");
  retiring
      .add_option("--within", args.within_days, "days from now on; by default all that are known")
      ->check(CLI::Range(0, 36'500));
  retiring.callback([&] { args.verb = ModelsArgs::Verb::kRetiring; });
  show.callback([&] { args.verb = ModelsArgs::Verb::kShow; });
  compare.callback([&] { args.verb = ModelsArgs::Verb::kCompare; });
  for (auto* each : {&list, &show, &compare, &estimate, &retiring}) each->fallthrough();
  verb.require_subcommand(0, 1);
  verb.final_callback([&all, &args, filter, order] {
    for (const auto* option : {filter, order}) {
      if (args.verb != ModelsArgs::Verb::kList && option->count() > 0) {
        throw CLI::ValidationError(option->get_name(), "goes with models list only");
      }
    }
    all.verb = args;
  });
}

void AddHealth(CLI::App& app, Arguments& all, HealthArgs& args) {
  auto& verb = AddVerb(app, "health", "Ask whether the server serves", kHealthFooter);
  verb.add_option("--service", args.service, "full service name; empty: the whole server");
  verb.callback([&] { all.verb = args; });
}

// The whole command line. What is parsed goes into the arguments that it was made with.
class Declaration {
 public:
  explicit Declaration(Arguments& all) {
    TakeSettings(all);
    app.footer(kFooter);
    app.require_subcommand(1);
    app.fallthrough();  // --json and the others may stand behind the verb
    AddGlobals(app, all.global);
    AddComplete(app, all, complete_);
    AddChat(app, all, chat_);
    local_.AddChats(app, all);
    AddMany(app, all, many_);
    respond_.AddTo(app, all);
    typed_.AddTo(app, all);
    AddRaw(app, all, raw_);
    realtime_.AddTo(app, all);
    tune_.AddTo(app, all);
    stored_.AddTo(app, all);
    AddModels(app, all, models_);
    AddEstimate(app, all, estimate_);
    routes_.AddTo(app, all);
    usage_.AddTo(app, all);
    keys_.AddTo(app, all);
    tenants_.AddTo(app, all);
    catalogue_.AddTo(app, all);
    AddHealth(app, all, health_);
    LocalArguments::AddConfig(app, all);
    LocalArguments::AddCompletion(app, all);
    app.set_version_flag("--version", "inferwire " INFERWIRE_VERSION, "Print the version");
    app.add_subcommand("version", "Print the versions")->callback([&all] {
      all.verb = VersionArgs{};
    });
  }

  CLI::App app{"inferwire: large language models through a gateway", "inferwire"};

 private:
  void TakeSettings(Arguments& all) {
    const Settings& settings = all.settings;
    GlobalArgs& global = all.global;
    for (const auto& [name, value] : {std::pair("server", &global.server),
                                      {"ca", &global.ca},
                                      {"cert", &global.cert},
                                      {"key", &global.key},
                                      {"token_file", &global.token_file},
                                      {"api_key", &global.api_key},
                                      {"color", &global.color},
                                      {"model", &complete_.model.model},
                                      {"model", &chat_.model.model},
                                      {"model", &many_.model},
                                      {"model", &models_.request.model.model},
                                      {"model", &estimate_.request.model.model}}) {
      *value = settings.Value(name);
    }
    global.history = settings.IsOn("history");
    if (const std::string& seconds = settings.Value("timeout"); !seconds.empty()) {
      global.timeout_seconds = std::strtod(seconds.c_str(), nullptr);
    }
  }

  CompleteArgs complete_;
  ChatArgs chat_;
  ManyArgs many_;
  RawArgs raw_;
  ModelsArgs models_, estimate_;
  HealthArgs health_;
  RespondArguments respond_;
  TypedArguments typed_;
  TuneArguments tune_;
  RealtimeArguments realtime_;
  StoredArguments stored_;
  RouteArguments routes_;
  UsageArguments usage_;
  KeyArguments keys_;
  TenantArguments tenants_;
  CatalogueArguments catalogue_;
  LocalArguments local_;
};

// For `inferwire config`, and because a token that is named here counts more than any other.
void TakeFlags(const CLI::App& app, Arguments& all) {
  const auto names = all.settings.all();
  for (const Setting& each : names) {
    std::string flag = "--" + std::string(each.name);
    std::ranges::replace(flag, '_', '-');
    const CLI::Option* const option = app.get_option_no_throw(flag);
    if (option == nullptr || option->count() == 0) continue;
    all.settings.SetFlag(each.name, option->results().back());
  }
  all.global.api_key = all.settings.Value("api_key");
}

bool NeedsSettings(const Arguments& all) {
  return !std::holds_alternative<VersionArgs>(all.verb) &&
         !std::holds_alternative<PrintTextArgs>(all.verb);
}

}  // namespace

std::variant<Arguments, ExitCode> ParseArguments(int argc, char** argv) {
  Arguments all;
  const auto read = all.settings.Read();
  Declaration declared(all);
  try {
    declared.app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return declared.app.exit(error) == 0 ? kOk : kUsage;
  }
  if (!read && NeedsSettings(all)) return Report(all.global, read.error());
  TakeFlags(declared.app, all);
  return all;
}

VerbInfo DescribeCommand() {
  Arguments all;
  return VerbInfo::Of(Declaration(all).app);
}

}  // namespace inferwire::cli
