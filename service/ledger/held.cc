#include "ledger/held.h"

#include "ledger/segment_writer.h"

namespace inferwire::ledger {
namespace {

std::string KeyOf(const Names& names, const Usage& usage) {
  std::string key;
  for (const std::string_view name : names.all()) key += CutName(name) + '\0';
  key += static_cast<char>(usage.source);
  key += static_cast<char>(usage.code);
  return key;
}

}  // namespace

Names Held::Sum::names() const {
  return {texts[0], texts[1], texts[2], texts[3], texts[4], texts[5], texts[6], texts[7]};
}

void Held::Add(const Names& names, const Usage& usage) {
  calls_ += usage.calls;
  Names kept = names;
  std::string key = KeyOf(kept, usage);
  if (sums_.size() >= kMost && !sums_.contains(key)) {
    kept = {};
    key = KeyOf(kept, usage);  // as many more as there are sources and codes
  }
  const auto [found, added] = sums_.try_emplace(std::move(key));
  Sum& sum = found->second;
  if (added) {
    for (const std::string_view name : kept.all()) sum.texts.push_back(CutName(name));
    sum.usage = usage;
    return;
  }
  sum.usage.calls += usage.calls;
  sum.usage.unpriced += usage.unpriced;
  sum.usage.input += usage.input;
  sum.usage.cached += usage.cached;
  sum.usage.output += usage.output;
  sum.usage.reasoning += usage.reasoning;
  sum.usage.picousd += usage.picousd;
}

void Held::DropFirst() {
  calls_ -= first().usage.calls;
  sums_.erase(sums_.begin());
}

}  // namespace inferwire::ledger
