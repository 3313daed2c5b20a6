#include "config/reader.h"

#include <algorithm>
#include <set>
#include <utility>

#include "base/text.h"
#include "config/values.h"

namespace inferwire::config {
namespace {

// Of one mapping. Aliases make a small file mean much, so everything that repeats is bounded.
constexpr size_t kMaxKeys = 1000;

std::string Shown(std::string_view text) { return "'" + Printable(text) + "'"; }

std::vector<ConfigFault> InOrder(std::vector<ConfigFault> faults) {
  std::stable_sort(faults.begin(), faults.end(),
                   [](const auto& a, const auto& b) { return a.line < b.line; });
  return faults;
}

}  // namespace

int LineOf(const YAML::Node& node) { return node.IsDefined() ? node.Mark().line + 1 : 0; }

void Faults::Add(const std::string& path, int line, std::string text) {
  if (faults_.size() < kMaxConfigFaults) faults_.push_back({path, line, std::move(text)});
}

void Faults::AddAt(const std::string& path, std::string text) {
  Add(path, LineOf(path), std::move(text));
}

void Faults::WarnAt(const std::string& path, std::string text) {
  if (warnings_.size() < kMaxConfigFaults) {
    warnings_.push_back({path, LineOf(path), std::move(text)});
  }
}

int Faults::LineOf(const std::string& path) const {
  std::string around = path;
  while (!around.empty() && !lines_.contains(around)) {
    const size_t end = around.find_last_of(".[");
    around.resize(end == std::string::npos ? 0 : end);
  }
  const auto line = lines_.find(around);
  return line == lines_.end() ? 0 : line->second;
}

std::vector<ConfigFault> Faults::Take() { return InOrder(std::exchange(faults_, {})); }
std::vector<ConfigFault> Faults::TakeWarnings() { return InOrder(std::exchange(warnings_, {})); }

Section::Section(const YAML::Node& node, std::string path, Faults& faults)
    : path_(std::move(path)), line_(LineOf(node)), faults_(faults) {
  if (!node.IsDefined() || node.IsNull()) return;
  if (!node.IsMap()) {
    faults_.Add(path_, line_, "must be a mapping (key: value)");
    return;
  }
  if (node.size() > kMaxKeys) {
    faults_.Add(path_, line_, "has more than " + std::to_string(kMaxKeys) + " keys");
    return;
  }
  std::set<std::string> seen;
  for (const auto& entry : node) {
    const int line = LineOf(entry.first);
    if (!entry.first.IsScalar()) {
      faults_.Add(path_, line, "has a key that is not a text");
      continue;
    }
    const std::string& key = entry.first.Scalar();
    if (!seen.insert(key).second) {
      faults_.Add(PathOf(key), line, "stands here for the second time");
      continue;
    }
    faults_.Saw(PathOf(key), line);
    entries_.emplace_back(key, entry.second);
  }
}

std::string Section::PathOf(std::string_view key) const {
  return path_.empty() ? Printable(key) : path_ + "." + Printable(key);
}

void Section::Fault(std::string_view key, std::string text) {
  faults_.AddAt(PathOf(key), std::move(text));
}

YAML::Node Section::Find(std::string_view key) {
  if (std::find(known_.begin(), known_.end(), key) == known_.end()) known_.push_back(key);
  const auto entry =
      std::find_if(entries_.begin(), entries_.end(), [&](const auto& e) { return e.first == key; });
  return entry == entries_.end() ? YAML::Node(YAML::NodeType::Undefined) : entry->second;
}

bool Section::Has(std::string_view key) { return Find(key).IsDefined(); }

std::optional<std::string> Section::Scalar(std::string_view key) {
  const YAML::Node node = Find(key);
  if (!node.IsDefined()) return std::nullopt;
  if (node.IsScalar()) return node.Scalar();
  Fault(key, node.IsNull() ? "has no value" : "must be a single value");
  return std::nullopt;
}

void Section::Text(std::string_view key, std::string& to, const Check& check) {
  const auto text = Scalar(key);
  if (!text) return;
  std::string fault = check(*text);
  if (fault.empty()) {
    to = *text;
  } else {
    Fault(key, std::move(fault));
  }
}

void Section::Bool(std::string_view key, bool& to) {
  const auto text = Scalar(key);
  if (!text) return;
  if (const auto value = ParseBool(*text)) {
    to = *value;
  } else {
    Fault(key, "must be true or false, not " + Shown(*text));
  }
}

int64_t Section::IntegerIn(std::string_view key, int64_t current, int64_t least, int64_t most) {
  const auto text = Scalar(key);
  if (!text) return current;
  const auto value = ParseInteger(*text);
  if (value && *value >= least && *value <= most) return *value;
  Fault(key, "must be a whole number from " + std::to_string(least) + " to " +
                 std::to_string(most) + ", not " + Shown(*text));
  return current;
}

size_t Section::IndexIn(std::string_view key, const std::vector<std::string_view>& names) {
  const auto text = Scalar(key);
  if (!text) return names.size();
  const auto found = std::find(names.begin(), names.end(), *text);
  if (found == names.end()) {
    Fault(key, "must be one of " + JoinWithCommas(names) + ", not " + Shown(*text));
  }
  return static_cast<size_t>(found - names.begin());
}

void Section::Size(std::string_view key, size_t& to, size_t least, size_t most) {
  const auto text = Scalar(key);
  if (!text) return;
  const auto value = ParseSize(*text);
  if (value && *value >= least && *value <= most) {
    to = *value;
  } else {
    Fault(key, "must be a size from " + SizeText(least) + " to " + SizeText(most) +
                   " (a number and B, KiB, MiB or GiB), not " + Shown(*text));
  }
}

void Section::Time(std::string_view key, std::chrono::milliseconds& to,
                   std::chrono::milliseconds least, std::chrono::milliseconds most) {
  const auto text = Scalar(key);
  if (!text) return;
  const auto value = ParseDuration(*text);
  if (value && *value >= least && *value <= most) {
    to = *value;
  } else {
    Fault(key, "must be a duration from " + DurationText(least) + " to " + DurationText(most) +
                   " (a number and ms, s, m or h), not " + Shown(*text));
  }
}

void Section::Ratio(std::string_view key, double& to) {
  const auto text = Scalar(key);
  if (!text) return;
  if (const auto value = ParseRatio(*text)) {
    to = *value;
  } else {
    Fault(key, "must be a number from 0 to 1, not " + Shown(*text));
  }
}

Section Section::Sub(std::string_view key) { return Section(Find(key), PathOf(key), faults_); }

bool Section::List(std::string_view key, size_t least, size_t most,
                   const std::function<void(const YAML::Node&, const std::string&)>& each) {
  const YAML::Node node = Find(key);
  if (!node.IsDefined()) return false;
  if (!node.IsSequence()) {
    Fault(key, "must be a list");
    return true;
  }
  if (node.size() < least) Fault(key, "is an empty list");
  if (node.size() > most) {
    Fault(key, "has more than " + std::to_string(most) + " elements");
    return true;
  }
  size_t index = 0;
  for (const auto& element : node) {
    const std::string path = PathOf(key) + "[" + std::to_string(index++) + "]";
    faults_.Saw(path, LineOf(element));
    each(element, path);
  }
  return true;
}

void Section::TextMap(
    std::string_view key, std::map<std::string, std::string>& to,
    const std::function<std::string(const std::string&, const std::string&)>& check) {
  Section map = Sub(key);
  for (const auto& [name, node] : map.entries_) {
    std::string fault = node.IsScalar() ? check(name, node.Scalar()) : "must be a single value";
    if (fault.empty()) {
      to[name] = node.Scalar();
    } else {
      map.Fault(name, std::move(fault));
    }
  }
}

void Section::Done() {
  for (const auto& [key, node] : entries_) {
    if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
    const std::string meant = DidYouMean(key, known_);
    Fault(key,
          "is not known here" + (meant.empty() ? "; known are: " + JoinWithCommas(known_) : meant));
  }
}

}  // namespace inferwire::config
