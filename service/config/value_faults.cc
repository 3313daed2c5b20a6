#include "config/value_faults.h"

#include <algorithm>
#include <string>

#include "config/reader.h"
#include "config/values.h"

namespace inferwire::config {
namespace {

void Check(const Keys& keys, const std::string& path, Faults& faults);

std::string At(const std::string& path, size_t i) { return path + "[" + std::to_string(i) + "]"; }

struct CheckValue {
  const Key& about;
  const std::string& path;
  Faults& faults;

  void operator()(const TextKey& key) const {
    if (key.to->empty()) {
      if (!about.notes.missing.empty()) faults.AddAt(path, std::string(about.notes.missing));
      return;
    }
    AddIfAny(path, key.form.fault(*key.to));
  }
  void operator()(const IntegerKey& key) const {
    const int64_t value =
        std::visit([](const auto* to) { return static_cast<int64_t>(*to); }, key.to);
    if (value >= key.least && value <= key.most) return;
    faults.AddAt(path, "must be from " + std::to_string(key.least) + " to " +
                           std::to_string(key.most) + ", not " + std::to_string(value));
  }
  void operator()(const TimeKey& key) const {
    if (*key.to >= key.least && *key.to <= key.most) return;
    faults.AddAt(path, "must be from " + DurationText(key.least) + " to " + DurationText(key.most));
  }
  void operator()(const TextListKey& key) const {
    if (key.to->size() > key.most) {
      return faults.AddAt(path, "must have at most " + std::to_string(key.most) + " entries");
    }
    for (size_t i = 0; i < key.to->size(); ++i) {
      AddIfAny(At(path, i), key.form.fault((*key.to)[i]));
      if (std::find(key.to->begin(), key.to->begin() + static_cast<ptrdiff_t>(i), (*key.to)[i]) !=
          key.to->begin() + static_cast<ptrdiff_t>(i)) {
        faults.AddAt(At(path, i), "stands here for the second time");
      }
    }
  }
  void operator()(const SubKey& key) const { Check(key.keys, path, faults); }
  void operator()(const OptionalKey& key) const {
    if (key.given()) Check(key.give(), path, faults);
  }
  void operator()(const ListKey& key) const {
    if (key.size() > key.most) {
      return faults.AddAt(path, "must have at most " + std::to_string(key.most) + " entries");
    }
    for (size_t i = 0; i < key.size(); ++i) Check(key.at(i), At(path, i), faults);
  }
  // Their types have no other values, or their owners check them.
  template <class Other>
  void operator()(const Other&) const {}

  void AddIfAny(const std::string& at, std::string fault) const {
    if (!fault.empty()) faults.AddAt(at, std::move(fault));
  }
};

void Check(const Keys& keys, const std::string& path, Faults& faults) {
  for (const Key& key : keys.list) {
    const std::string at = (path.empty() ? "" : path + ".") + std::string(key.name);
    std::visit(CheckValue{key, at, faults}, key.value);
  }
  if (keys.check) keys.check(path, faults);
}

}  // namespace

std::vector<ConfigFault> FaultsOf(const Keys& keys) {
  Faults faults;
  Check(keys, "", faults);
  return faults.none() ? std::vector<ConfigFault>() : faults.Take();
}

}  // namespace inferwire::config
