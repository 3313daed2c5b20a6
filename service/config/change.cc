#include "config/change.h"

#include "config/parse.h"
#include "config/sections.h"

namespace inferwire::config {
namespace {

// Gives `to` the values of `from`, the same keys of another configuration: the whole of them, or
// only what needs a restart.
void Take(const Keys& from, const Keys& to, bool whole);

struct TakeValue {
  const KeyValue& from;

  template <class K>
  void operator()(const K& to) const {
    const K& source = std::get<K>(from);
    if constexpr (std::is_same_v<K, IntegerKey>) {
      std::visit([&](auto* value) { *value = *std::get<decltype(value)>(source.to); }, to.to);
    } else if constexpr (std::is_same_v<K, ChoiceKey> || std::is_same_v<K, ChoicesKey>) {
      to.set(source.get());
    } else if constexpr (std::is_same_v<K, SubKey>) {
      Take(source.keys, to.keys, true);
    } else if constexpr (std::is_same_v<K, OptionalKey>) {
      if (!source.given()) return to.drop();
      Take(source.give(), to.give(), true);
    } else if constexpr (std::is_same_v<K, ListKey>) {
      to.clear();
      for (size_t i = 0; i < source.size(); ++i) Take(source.at(i), to.add(), true);
    } else {
      *to.to = *source.to;
    }
  }
};

void Take(const Keys& from, const Keys& to, bool whole) {
  for (size_t i = 0; i < to.list.size(); ++i) {
    const OnChange on_change = to.list[i].notes.on_change;
    const auto* sub = std::get_if<SubKey>(&to.list[i].value);
    const bool stays =
        on_change == OnChange::kAsAround ? whole : on_change == OnChange::kNeedsRestart;
    if (sub) {
      Take(std::get<SubKey>(from.list[i].value).keys, sub->keys, stays);
    } else if (stays) {
      std::visit(TakeValue{from.list[i].value}, to.list[i].value);
    }
  }
}

}  // namespace

Config Reloaded(const Config& running, const Config& wanted) {
  Config kept = running, next = wanted;
  Take(KeysOf(kept), KeysOf(next), false);
  return next;
}

std::vector<ConfigFault> FaultsOf(const Config& config) {
  Config checked = config;
  Faults faults;
  CheckConfig(checked, faults);
  // What a start makes of it: a server that runs keeps its connections' grace.
  if (config.server.max_connection_age_grace < LongestCall(config.deadlines)) {
    faults.AddAt("server.max_connection_age_grace",
                 "is less than the new deadlines.max, and needs a restart to follow it");
  }
  return faults.none() ? std::vector<ConfigFault>() : faults.Take();
}

}  // namespace inferwire::config
