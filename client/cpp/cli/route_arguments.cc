#include "route_arguments.h"

#include <cstdint>
#include <map>

namespace inferwire::cli {
namespace {

constexpr char kFooter[] = R"(Examples:
  inferwire routes                                        every route's targets, and how they are
  inferwire routes list gpt-5
  inferwire routes explain gpt-5                          where a request for it would go now
  inferwire routes explain gpt-5 --prompt "Why is the sky blue?" --require-tag eu --exclude openai
  inferwire routes drain --upstream openai --ttl 1h       no new calls to it
  inferwire routes drain --upstream openai --model gpt-5
  inferwire routes drain --upstream vllm --endpoint 10.0.0.7:8000
  inferwire routes undrain --upstream openai
  inferwire routes reset --upstream openai --key a        a key that was refused is tried again

Each gateway sees and does this for itself: behind a load balancer, ask each of them. Drain, undrain
and reset have to be allowed by the server's configuration (server.route_admin).)";

constexpr int64_t kLongestDrain = 24 * 3600;

CLI::App& AddVerb(CLI::App& app, const std::string& name, const std::string& what) {
  auto& verb = *app.add_subcommand(name, what);
  verb.footer("inferwire --help shows the options that every verb takes: --server, --json, ...");
  return verb;
}

CLI::Option* AddPlace(CLI::App& verb, RoutesAdminArgs& args) {
  verb.add_option("-m,--model", args.model, "a model, by the name that the upstream is sent");
  verb.add_option("--endpoint", args.endpoint, "host:port of one of its endpoints");
  return verb.add_option("--upstream", args.upstream, "the configured name");
}

}  // namespace

void RouteArguments::AddTo(CLI::App& app, Arguments& all) {
  auto& routes = AddVerb(app, "routes", "Where calls go and why, and what is kept from them");
  routes.footer(kFooter);
  routes.require_subcommand(0, 1);
  routes.fallthrough();

  auto& list = AddVerb(routes, "list", "The routes, their targets and how they are (the default)");
  list.alias("ls");
  list.add_option("name", list_.name, "a route's, or a model's; unset: all");

  auto& explain = AddVerb(routes, "explain", "Where this request would go now; sends nothing");
  explain.add_option("model", explain_.request.model.model, "a model's name, or a route's")
      ->required();
  explain
      .add_option("-p,--prompt", explain_.request.prompt,
                  "the question, for where its length matters; what is piped in follows it")
      ->expected(1)
      ->capture_default_str();
  explain.add_option("--max-tokens", explain_.request.model.max_tokens, "most tokens to generate")
      ->check(CLI::PositiveNumber);
  explain.add_option("--upstream", explain_.upstream, "only this one");
  explain.add_option("--require-tag", explain_.require_tags, "may be given again")
      ->take_all()
      ->allow_extra_args(false);
  explain.add_option("--exclude", explain_.exclude, "an upstream; may be given again")
      ->take_all()
      ->allow_extra_args(false);
  explain.add_flag("--no-fallback", explain_.no_fallback, "one target, the chosen one");
  explain.add_flag("--hedge", explain_.hedge, "a second attempt where the first one is late");

  auto& drain = AddVerb(routes, "drain", "No new calls to an upstream, or to a model there");
  AddPlace(drain, drain_)->required();
  drain.add_option("--ttl", drain_.ttl_seconds, "for how long: 90s, 30m, 1h; a day at most")
      ->transform(
          CLI::AsNumberWithUnit(std::map<std::string, int64_t>{{"s", 1}, {"m", 60}, {"h", 3600}}))
      ->check(CLI::Range(int64_t{1}, kLongestDrain))
      ->default_str("24h");
  auto& undrain = AddVerb(routes, "undrain", "Let calls through again");
  AddPlace(undrain, undrain_);
  auto& reset = AddVerb(routes, "reset", "Close breakers and cool-downs, take removed keys back");
  AddPlace(reset, reset_);
  reset.add_option("--key", reset_.key,
                   "a key of the upstream's pool by its configured name, or api_key");

  explain.callback([&] { all.verb = explain_; });
  drain.callback([&] { all.verb = drain_; });
  undrain.callback([&] { all.verb = undrain_; });
  reset.callback([&] { all.verb = reset_; });
  list.callback([&] { all.verb = list_; });
  routes.final_callback([&, parent = &routes] {
    if (parent->get_subcommands().empty()) all.verb = list_;
  });
}

}  // namespace inferwire::cli
