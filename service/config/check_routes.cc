#include "config/check_routes.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "config/values.h"
#include "openai/dialect.h"

namespace inferwire::config {
namespace {

std::string At(const std::string& list, size_t i) { return list + "[" + std::to_string(i) + "]"; }

bool Has(const std::vector<std::string>& tags, const std::string& tag) {
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

// The checks of one route.
class RouteCheck {
 public:
  RouteCheck(const Config& config, const RouteConfig& route, std::string path, Faults& faults)
      : config_(config), route_(route), path_(std::move(path)), faults_(faults) {}

  void All() {
    std::set<std::pair<std::string, std::string>> seen;
    for (size_t i = 0; i < route_.targets.size(); ++i) {
      const RouteTargetConfig& target = route_.targets[i];
      const std::string at = At(path_ + ".targets", i);
      CheckUpstream(target.upstream, target.model, at);
      if (!target.upstream.empty() &&
          !seen.emplace(target.upstream, ModelOf(target.model)).second) {
        faults_.AddAt(at, "is a target of this route already: give one of them all the weight");
      }
    }
    CheckGroups();
    CheckTags();
    if (route_.shadow) CheckShadow(*route_.shadow, seen);
    if (route_.hedge) CheckHedge();
  }

 private:
  const UpstreamConfig* Find(const std::string& name) const {
    const auto found = std::find_if(config_.upstreams.begin(), config_.upstreams.end(),
                                    [&](const UpstreamConfig& each) { return each.name == name; });
    return found == config_.upstreams.end() ? nullptr : &*found;
  }

  // What is sent: of a prefix that names none, what was asked for.
  const std::string& ModelOf(const std::string& model) const {
    return model.empty() && !route_.is_prefix() ? route_.name : model;
  }

  void CheckUpstream(const std::string& name, const std::string& model, const std::string& at) {
    if (name.empty()) return;  // a fault of its own
    const UpstreamConfig* const upstream = Find(name);
    if (!upstream) {
      std::vector<std::string_view> names;
      for (const UpstreamConfig& each : config_.upstreams) names.push_back(each.name);
      return faults_.AddAt(at + ".upstream",
                           "is the name of no upstream" + DidYouMean(name, names));
    }
    const openai::Dialect* const dialect = openai::FindDialect(upstream->dialect);
    const bool in_path = dialect && dialect->deployments && !upstream->base_url.ends_with("/v1");
    if (in_path && route_.is_prefix() && model.empty()) {
      faults_.AddAt(at + ".model", "is missing: the route takes many names, and of " + name +
                                       " a model is a deployment, which has a name of its own");
    }
  }

  // Groups count from 1, and each has somebody who takes calls.
  void CheckGroups() {
    std::map<int, size_t> first;     // of each group's targets
    std::map<int, int64_t> weights;  // of each group, altogether
    for (size_t i = 0; i < route_.targets.size(); ++i) {
      first.emplace(route_.targets[i].group, i);
      weights[route_.targets[i].group] += route_.targets[i].weight;
    }
    int next = 1;
    for (const auto& [group, target] : first) {
      const std::string at = At(path_ + ".targets", target);
      if (group != next) {
        faults_.AddAt(at + ".group", "is " + std::to_string(group) + ", but there is no group " +
                                         std::to_string(next) +
                                         ": groups count from 1 without a gap");
      }
      next = group + 1;
      if (weights.at(group) > 0) continue;
      faults_.AddAt(at + ".weight", "is 0, as are all weights of group " + std::to_string(group) +
                                        ": nobody would take its calls");
    }
  }

  bool TargetHas(const RouteTargetConfig& target, const std::string& tag) const {
    const UpstreamConfig* const upstream = Find(target.upstream);
    return Has(target.tags, tag) || (upstream && Has(upstream->tags, tag));
  }

  void CheckTags() {
    const auto& tags = route_.require_tags;
    const auto& targets = route_.targets;
    bool each_is_somewhere = true;
    for (size_t i = 0; i < tags.size(); ++i) {
      if (std::any_of(targets.begin(), targets.end(),
                      [&](const auto& target) { return TargetHas(target, tags[i]); })) {
        continue;
      }
      each_is_somewhere = false;
      faults_.AddAt(At(path_ + ".require_tags", i), "is a tag that no target of the route has");
    }
    const auto has_all = [&](const RouteTargetConfig& target) {
      return std::all_of(tags.begin(), tags.end(),
                         [&](const std::string& tag) { return TargetHas(target, tag); });
    };
    if (each_is_somewhere && !tags.empty() &&
        std::none_of(targets.begin(), targets.end(), has_all)) {
      faults_.AddAt(path_ + ".require_tags", "are tags of which no target of the route has all");
    }
  }

  void CheckShadow(const ShadowConfig& shadow,
                   const std::set<std::pair<std::string, std::string>>& targets) {
    const std::string at = path_ + ".shadow";
    CheckUpstream(shadow.upstream, shadow.model, at);
    if (targets.contains({shadow.upstream, ModelOf(shadow.model)})) {
      faults_.AddAt(at, "is a target of this route: its answers are known already");
    }
    const UpstreamConfig* const upstream = Find(shadow.upstream);
    if (!upstream) return;
    for (const std::string& tag : route_.require_tags) {
      if (Has(upstream->tags, tag)) continue;
      faults_.AddAt(at + ".upstream", "does not have the tag " + tag +
                                          ", which the route requires: it would get no calls");
    }
  }

  // Somewhere else has to be, and an attempt to be made there.
  void CheckHedge() {
    const std::string at = path_ + ".hedge";
    const auto has_several = [&](const RouteTargetConfig& target) {
      const UpstreamConfig* const upstream = Find(target.upstream);
      return upstream && upstream->endpoints &&
             (!upstream->endpoints->dns.empty() || upstream->endpoints->list.size() > 1);
    };
    if (route_.targets.size() == 1 && std::ranges::none_of(route_.targets, has_several)) {
      faults_.AddAt(at,
                    "has nowhere to send a late call to: the route has one target, and its "
                    "upstream one endpoint");
    }
    if (route_.max_attempts == 1) {
      faults_.AddAt(at, "counts as an attempt, and max_attempts is 1: none would be made");
    }
  }

  const Config& config_;
  const RouteConfig& route_;
  const std::string path_;
  Faults& faults_;
};

}  // namespace

void CheckRoutes(const Config& config, Faults& faults) {
  std::map<std::string, std::string> owners;
  for (size_t i = 0; i < config.routes.size(); ++i) {
    const RouteConfig& route = config.routes[i];
    const std::string path = At("routes", i);
    const auto claim = [&](const std::string& at, const std::string& name) {
      if (name.empty()) return;  // a fault of its own
      const auto [owner, is_new] = owners.emplace(name, path);
      if (!is_new) faults.AddAt(at, "is a name that " + owner->second + " has already");
    };
    claim(path + ".name", route.name);
    for (size_t k = 0; k < route.also.size(); ++k) claim(At(path + ".also", k), route.also[k]);
    RouteCheck(config, route, path, faults).All();
  }
}

bool IsRouted(const Config& config, std::string_view model) {
  return std::any_of(config.routes.begin(), config.routes.end(), [&](const RouteConfig& route) {
    return route.is_prefix() ? model.starts_with(route.prefix())
                             : route.name == model || Has(route.also, std::string(model));
  });
}

}  // namespace inferwire::config
