// inferwire models: list, show, estimate. compare and retiring are in files of their own.
#include <algorithm>
#include <array>
#include <map>

#include "models_listings.h"
#include "models_pages.h"
#include "output.h"
#include "request.h"
#include "session.h"
#include "table.h"

namespace inferwire::cli {
namespace {

std::string PriceText(const v1::Model& model, std::string_view kind) {
  for (const v1::Price& price : model.prices()) {
    if (price.service_tier() == "standard" && price.kind() == kind) {
      return UsdText(price.micro_usd_per_million_tokens(), 6);
    }
  }
  return "-";
}

// A fee has no price per million; what is finer than 6 digits is shown as it is.
std::string AmountText(const v1::Price& price) {
  constexpr size_t kDigits = 6;
  const int64_t per_million = price.micro_usd_per_million_tokens();
  const size_t point = price.usd().find('.');
  const bool finer = point != std::string::npos && price.usd().size() - point - 1 > kDigits;
  const bool fee = per_million == 0 && !price.usd().empty() && price.usd() != "0";
  if (fee) return "USD " + price.usd() + " each";
  return "USD " + (finer ? price.usd() : UsdText(per_million, kDigits)) + " per million tokens";
}

std::string CountText(bool known, int64_t count) { return known ? Grouped(count) : "-"; }

ExitCode List(Session& session, const ModelsArgs& args) {
  const auto list = AllModels(session, args.filter, args.order_by);
  if (!list) return Report(session.global, list.error());
  if (session.global.json) return PrintJson(*list);
  std::vector<std::string> head = {"model",     "upstream",   "context",    "max output",
                                   "input $/M", "cached $/M", "output $/M", "also called"};
  const bool noted = std::any_of(list->models().begin(), list->models().end(),
                                 [](const v1::Model& model) { return !NoteOf(model).empty(); });
  if (noted) head.emplace_back("note");
  Table table(std::move(head));
  for (const v1::Model& model : list->models()) {
    std::string names;
    for (const auto& alias : model.aliases()) names += (names.empty() ? "" : ", ") + alias;
    std::vector<std::string> row = {
        model.model_id(),
        model.upstream().empty() ? "-" : model.upstream(),
        CountText(model.has_context_window_tokens(), model.context_window_tokens()),
        CountText(model.has_max_output_tokens(), model.max_output_tokens()),
        PriceText(model, "input"),
        PriceText(model, "cached_input"),
        PriceText(model, "output"),
        names};
    if (noted) row.push_back(NoteOf(model));
    table.Add(std::move(row));
  }
  return Print(table.Text() + ListingsText(*list)) ? kOk : kCallFailed;
}

// 2027-01-14 (45 days left)
std::string EndText(const v1::Model& model) {
  if (!model.has_days_left()) return model.shutdown_date();
  return model.shutdown_date() +
         (model.ended() ? " (ended)" : " (" + Grouped(model.days_left()) + " days left)");
}

ExitCode Show(Session& session, const ModelsArgs& args) {
  v1::GetModelRequest request;
  request.set_model_id(args.models.front());
  const auto got = session.client.GetModel(request, session.Arm());
  session.interrupts.Disarm();
  if (!got) return Report(session.global, got.error());
  if (session.global.json) return PrintJson(*got);
  const v1::Model& model = got->model();
  Table table({"", model.model_id()});
  const auto add = [&](const std::string& name, const std::string& value) {
    if (!value.empty() && value != "-") table.Add({name, value});
  };
  const auto add_list = [&](const std::string& name, const auto& values) {
    std::string joined;
    for (const auto& value : values) joined += (joined.empty() ? "" : ", ") + value;
    add(name, joined);
  };
  add("name", model.display_name());
  add("about", model.description());
  add("owned by", model.owned_by());
  add("upstream", model.upstream());
  for (const v1::ModelListing& listing : model.listings()) {
    add(listing.listed() ? "listed by" : "NOT listed by", ListingText(listing));
  }
  if (!model.catalogued()) add("catalogue", "does not have it: unchecked and unpriced");
  add("current snapshot", got->snapshot_id());
  add_list("snapshots", model.snapshots());
  add_list("also called", model.aliases());
  add("context window",
      CountText(model.has_context_window_tokens(), model.context_window_tokens()));
  add("max output", CountText(model.has_max_output_tokens(), model.max_output_tokens()));
  add("knowledge cutoff", model.knowledge_cutoff());
  add_list("input", model.input_modalities());
  add_list("output", model.output_modalities());
  std::map<std::string, std::string> ratings(model.ratings().begin(), model.ratings().end());
  for (const auto& [name, rating] : ratings) add(name, rating);
  add("recommended instead", model.recommended_model_id());
  if (model.deprecated()) add("deprecated", "yes");
  add("answers until", EndText(model));
  add("replaced by", model.replacement_model_id());
  for (const v1::Price& price : model.prices()) {
    const std::string longer =
        price.above_input_tokens() > 0
            ? ", above " + Grouped(price.above_input_tokens()) + " input tokens"
            : "";
    add("price " + price.service_tier() + " " + price.kind() + longer, AmountText(price));
  }
  for (const auto* support : {&model.features(), &model.endpoints()}) {
    std::vector<std::string> has, lacks;
    for (const auto& [name, value] : *support) (value ? has : lacks).push_back(name);
    std::sort(has.begin(), has.end());
    std::sort(lacks.begin(), lacks.end());
    const std::string what = support == &model.features() ? "features" : "endpoints";
    add_list(what, has);
    add_list("no " + what, lacks);
  }
  for (const v1::TierLimit& limit : model.tier_limits()) {
    std::string text;
    const auto part = [&](bool known, int64_t count, const char* unit) {
      if (known) text += (text.empty() ? "" : ", ") + Grouped(count) + " " + unit;
    };
    part(limit.has_requests_per_minute(), limit.requests_per_minute(), "requests/min");
    part(limit.has_requests_per_day(), limit.requests_per_day(), "requests/day");
    part(limit.has_tokens_per_minute(), limit.tokens_per_minute(), "tokens/min");
    part(limit.has_batch_queue_tokens(), limit.batch_queue_tokens(), "tokens in batches");
    add("limits " + limit.tier(), text);
  }
  add("price list", got->price_revision());
  add_list("our reading, not the provider's words", model.inferred_fields());
  return Print(table.Text()) ? kOk : kCallFailed;
}

// How it is done, how soon, and whether it is the one to take.
std::string WayText(const v1::ServiceWay& way) {
  std::string text = ", " + way.how();
  if (way.has_within()) text += ", within " + std::to_string(way.within().seconds() / 3600) + " h";
  if (way.has_meets_deadline() && !way.meets_deadline()) text += ", TOO LATE";
  return text + (way.cheapest() ? "  <- cheapest" : "");
}

ExitCode PrintEstimate(const v1::EstimateResponse& estimate) {
  Table table(
      {"model", estimate.model_id().empty() ? "not in the catalogue" : estimate.model_id()});
  const bool exact = estimate.count_method() == v1::TOKEN_COUNT_METHOD_EXACT;
  table.Add(
      {"input tokens", Grouped(estimate.input_tokens()) +
                           (exact ? " (exact, " + estimate.tokenizer() + ")" : " (estimate)")});
  if (estimate.has_max_output_tokens()) {
    table.Add({"output tokens at most", Grouped(estimate.max_output_tokens())});
  }
  const auto cost_text = [](const v1::Cost& cost) {
    return cost.has_total_picousd() ? CostText(cost.total_picousd()) : cost.unpriced_reason();
  };
  table.Add({"cost of the input", cost_text(estimate.input_cost())});
  table.Add({estimate.max_cost_is_bound() ? "cost at most" : "cost, without a bound",
             cost_text(estimate.max_cost())});
  for (const v1::EstimateWay& each : estimate.ways()) {
    if (estimate.ways_size() == 1) break;
    const bool limited = each.max_cost().has_total_picousd();
    const v1::Cost& cost = limited ? each.max_cost() : each.input_cost();
    table.Add({"by " + each.way().service_tier(),
               (limited ? "at most " : "input ") + cost_text(cost) + WayText(each.way())});
  }
  if (estimate.has_fits_context_window()) {
    table.Add({"fits the context window", estimate.fits_context_window() ? "yes" : "NO"});
  }
  for (const v1::FeatureNeed& need : estimate.features()) {
    table.Add({"needs " + need.feature(), !need.has_supported() ? "not known whether it has that"
                                          : need.supported()    ? "has it"
                                                                : "DOES NOT HAVE IT"});
  }
  if (!estimate.upstream().empty()) {
    table.Add({"would go to", estimate.upstream() + ", as " + estimate.upstream_model()});
  }
  for (const v1::RequestProblem& problem : estimate.problems()) {
    table.Add({"WOULD BE REFUSED", problem.field() + " " + problem.description()});
  }
  for (const std::string& note : estimate.count_notes()) table.Add({"note", note});
  return Print(table.Text()) ? kOk : kCallFailed;
}

ExitCode Estimate(Session& session, const ModelsArgs& args) {
  auto params = BuildRequest(args.request);
  if (!params) return Report(session.global, params.error());
  v1::EstimateRequest request;
  *request.mutable_params() = *std::move(params);
  request.set_batch(args.batch);
  if (args.deadline_seconds > 0) request.mutable_deadline()->set_seconds(args.deadline_seconds);
  const auto estimate = session.client.Estimate(request, session.Arm());
  session.interrupts.Disarm();
  if (!estimate) return Report(session.global, estimate.error());
  return session.global.json ? PrintJson(*estimate) : PrintEstimate(*estimate);
}

}  // namespace

client::Result<v1::ListModelsResponse> AllModels(Session& session, const std::string& filter,
                                                 const std::string& order_by) {
  v1::ListModelsRequest request;
  constexpr int kLargestPage = 500;
  request.set_filter(filter);
  request.set_order_by(order_by);
  request.set_page_size(kLargestPage);
  v1::ListModelsResponse all;
  do {
    auto page = session.client.ListModels(request, session.Arm());
    session.interrupts.Disarm();
    if (!page) return page.error();
    all.set_price_revision(page->price_revision());
    all.set_total_size(page->total_size());
    all.mutable_listings()->Swap(page->mutable_listings());
    for (auto& model : *page->mutable_models()) all.add_models()->Swap(&model);
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  return all;
}

ExitCode Run(Session& session, const ModelsArgs& args) {
  switch (args.verb) {
    case ModelsArgs::Verb::kList:
      return List(session, args);
    case ModelsArgs::Verb::kShow:
      return Show(session, args);
    case ModelsArgs::Verb::kCompare:
      return ShowCompared(session, args);
    case ModelsArgs::Verb::kEstimate:
      return Estimate(session, args);
    case ModelsArgs::Verb::kRetiring:
      return ShowRetiring(session, args);
  }
  return kUsage;
}

}  // namespace inferwire::cli
