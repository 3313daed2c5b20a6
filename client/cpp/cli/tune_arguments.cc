#include "tune_arguments.h"

namespace inferwire::cli {
namespace {

constexpr char kFinetuneFooter[] = R"(Examples:
  inferwire files upload examples.jsonl --purpose fine-tune       prints the file's id
  inferwire finetune create file-abc --model gpt-4.1-mini --epochs 3 --suffix support
  inferwire finetune list
  inferwire finetune watch ftjob-abc                              until it has ended
  inferwire finetune events ftjob-abc
  inferwire finetune checkpoints ftjob-abc
  inferwire finetune pause ftjob-abc                              and resume, cancel
  inferwire finetune delete-model ft:gpt-4.1-mini:acme::abc)";

constexpr char kConversationFooter[] = R"(Examples:
  inferwire conversation create --message "We speak of rivers."   prints its id
  inferwire respond --conversation conv_abc "Which is the longest?"
  inferwire conversation items conv_abc --oldest-first
  inferwire conversation delete conv_abc)";

constexpr char kThreadFooter[] = R"(Examples:
  inferwire thread run --assistant asst_abc "How warm is it?"     its text as it comes, and the thread's id
  inferwire thread run --assistant asst_abc --thread thread_abc "And tomorrow?")";

CLI::App& AddVerb(CLI::App& app, const std::string& name, const std::string& what,
                  const std::string& examples = {}) {
  auto& verb = *app.add_subcommand(name, what);
  verb.footer(examples + (examples.empty() ? "" : "\n\n") +
              "inferwire --help shows the options that every verb takes: --server, --json, ...");
  return verb;
}

void AddUpstream(CLI::App& verb, std::string& upstream) {
  verb.add_option("--upstream", upstream, "name of the upstream; unset: the gateway's default one");
}

void AddLimit(CLI::App& verb, int& limit) {
  verb.add_option("--limit", limit, "at most so many; 0: all")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
}

void AddTexts(CLI::App& verb, const std::string& name, std::vector<std::string>& to,
              const std::string& what) {
  verb.add_option(name, to, what + "; may be given again")->take_all()->allow_extra_args(false);
}

template <class Args>
void Select(CLI::App& verb, Arguments& all, const Args& args) {
  verb.callback([&all, &args] { all.verb = args; });
}

// 3, 0.5 or auto.
std::string NumberOrAuto(const std::string& text) {
  double number = 0;
  if (text == "auto" || CLI::detail::lexical_cast(text, number)) return "";
  return "must be a number or auto";
}

std::string WholeNumberOrAuto(const std::string& text) {
  int number = 0;
  if (text == "auto" || CLI::detail::lexical_cast(text, number)) return "";
  return "must be a whole number or auto";
}

}  // namespace

void TuneArguments::AddTo(CLI::App& app, Arguments& all) {
  AddConversation(app, all);
  AddThread(app, all);
  AddFinetune(app, all);
}

void TuneArguments::AddFinetune(CLI::App& app, Arguments& all) {
  auto& finetune = AddVerb(app, "finetune", "Make models of your own by examples", kFinetuneFooter);
  finetune.require_subcommand(1);
  AddCreate(finetune, all);
  auto& list = AddVerb(finetune, "list", "The jobs, the youngest first");
  list.alias("ls");
  AddLimit(list, list_.limit);
  AddUpstream(list, list_.upstream);
  Select(list, all, list_);
  const auto add = [&](FinetuneArgs& args, const std::string& name, const std::string& what,
                       const std::string& id = "the job's id") -> CLI::App& {
    auto& verb = AddVerb(finetune, name, what);
    verb.add_option("id", args.id, id)->required();
    AddUpstream(verb, args.upstream);
    Select(verb, all, args);
    return verb;
  };
  add(show_, "show", "What is known of one job");
  add(watch_, "watch", "Follow a job and its events until it has ended");
  add(cancel_, "cancel", "End a job");
  add(pause_, "pause", "Hold a job");
  add(resume_, "resume", "Let a job go on that was held");
  AddLimit(add(events_, "events", "What happened in a job, the youngest first"), events_.limit);
  AddLimit(add(checkpoints_, "checkpoints", "The models that a job has made on its way"),
           checkpoints_.limit);
  add(delete_model_, "delete-model", "Delete a model that a job has made", "the model's name");
}

void TuneArguments::AddCreate(CLI::App& finetune, Arguments& all) {
  auto& args = create_;
  auto& verb = AddVerb(finetune, "create", "Begin a job; prints its id", kFinetuneFooter);
  verb.add_option("file", args.training_file, "id of the file with the examples")->required();
  verb.add_option("-m,--model", args.model, "the model to begin with")->required();
  verb.add_option("--validation-file", args.validation_file, "id of the file to check it with");
  verb.add_option("--request-id", args.request_id,
                  "the same again gives the job that exists already");
  verb.add_option("--suffix", args.suffix, "a part of the new model's name");
  verb.add_option("--method", args.method, "supervised, dpo or reinforcement")
      ->check(CLI::IsMember({"supervised", "dpo", "reinforcement"}));
  const CLI::Validator whole(WholeNumberOrAuto, "INT|auto"), number(NumberOrAuto, "FLOAT|auto");
  verb.add_option("--epochs", args.epochs, "how often the examples are gone through")->check(whole);
  verb.add_option("--batch-size", args.batch_size, "examples in a step")->check(whole);
  verb.add_option("--learning-rate", args.learning_rate, "a factor of the usual one")
      ->check(number);
  verb.add_option("--beta", args.beta, "of dpo")->check(number);
  verb.add_option("--seed", args.seed, "for jobs that can be repeated");
  AddTexts(verb, "--metadata", args.metadata, "name=value");
  AddUpstream(verb, args.upstream);
  Select(verb, all, args);
}

void TuneArguments::AddConversation(CLI::App& app, Arguments& all) {
  auto& conversation =
      AddVerb(app, "conversation", "What responses remember, kept upstream", kConversationFooter);
  conversation.require_subcommand(1);
  auto& create = AddVerb(conversation, "create", "Begin one; prints its id");
  AddTexts(create, "--message", begin_.messages, "a message of the user's to begin with");
  AddTexts(create, "--metadata", begin_.metadata, "name=value");
  AddUpstream(create, begin_.upstream);
  Select(create, all, begin_);
  const auto add = [&](ConversationArgs& args, const std::string& name,
                       const std::string& what) -> CLI::App& {
    auto& verb = AddVerb(conversation, name, what);
    auto* const id = verb.add_option("id", args.ids, "the conversation's id")->required();
    if (args.verb != ConversationArgs::Verb::kDelete) id->expected(1);
    AddUpstream(verb, args.upstream);
    Select(verb, all, args);
    return verb;
  };
  add(conversation_, "show", "Show one");
  auto& items = add(items_, "items", "What is in it, the youngest first");
  AddLimit(items, items_.limit);
  items.add_flag("--oldest-first", items_.oldest_first, "in the order in which they came");
  add(delete_, "delete", "Delete conversations; their items stay upstream");
}

void TuneArguments::AddThread(CLI::App& app, Arguments& all) {
  auto& thread =
      AddVerb(app, "thread", "Assistants at work, where a server has them", kThreadFooter);
  thread.require_subcommand(1);
  auto& run = AddVerb(thread, "run", "Ask an assistant", kThreadFooter);
  run.add_option("message", run_.words, "what it is asked; unset: standard input");
  run.add_option("--assistant", run_.assistant, "the assistant's id")->required();
  run.add_option("--thread", run_.thread, "the id of a thread; unset: a new one");
  AddUpstream(run, run_.upstream);
  Select(run, all, run_);
}

}  // namespace inferwire::cli
