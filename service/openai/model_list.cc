#include "openai/model_list.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <nlohmann/json.hpp>
#include <utility>

#include "catalogue/ending.h"
#include "codec/json_gate.h"
#include "openai/wall_time.h"

namespace inferwire::openai {
namespace {

using Json = nlohmann::json;

constexpr std::array<const char*, 2> kLists = {"data", "models"};
constexpr std::array<const char*, 2> kNames = {"id", "name"};  // Ollama's own list has no ids
constexpr std::array<const char*, 3> kEnds = {"shutdown_date", "expiration_date", "deprecation"};
constexpr const char* kReplacement = "deprecation_replacement_model";
constexpr std::string_view kBefore = "models/", kBehind = ":latest";

Error Wrong(std::string what) {
  Error error;
  error.code = Code::kUnavailable;
  error.reason = v1::ERROR_REASON_UPSTREAM_PROTOCOL;
  error.origin = Origin::kUpstream;
  error.message = "the list of models " + std::move(what);
  return error;
}

// Names only: they become labels, log fields and messages. Empty: it is none.
std::string NameIn(const Json& json) {
  if (!json.is_string()) return "";
  const auto& text = json.get_ref<const std::string&>();
  const bool printable =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
  return printable && text.size() <= kMaxListedNameBytes ? text : "";
}

std::optional<WallTime> EndOf(const Json& model) {
  for (const char* const member : kEnds) {
    const auto found = model.find(member);
    if (found == model.end() || !found->is_string()) continue;
    const auto& text = found->get_ref<const std::string&>();
    if (const auto day = catalogue::BeginningOf(text)) return day;
    const auto moment = ParseIsoTime(text);
    if (moment) return WallTime(std::chrono::floor<std::chrono::days>(*moment));
  }
  return std::nullopt;
}

const Json* ListIn(const Json& body) {
  if (body.is_array()) return &body;
  if (!body.is_object()) return nullptr;
  for (const char* const member : kLists) {
    const auto found = body.find(member);
    if (found != body.end() && found->is_array()) return &*found;
  }
  return nullptr;
}

bool HasMore(const Json& body) {
  const auto more = body.is_object() ? body.find("has_more") : body.end();
  return more != body.end() && more->is_boolean() && more->get<bool>();
}

}  // namespace

const ListedModel* ModelList::Find(std::string_view name) const {
  for (const std::string_view before : {std::string_view(), kBefore}) {
    for (const std::string_view behind : {std::string_view(), kBehind}) {
      const auto found = models.find(std::string(before).append(name).append(behind));
      if (found != models.end()) return &found->second;
    }
  }
  return nullptr;
}

Result<ModelList> ParseModelList(std::string_view body) {
  if (auto good = codec::CheckJson(body, {.max_bytes = kMaxModelListBytes}); !good) {
    return Wrong("is no JSON");
  }
  const Json json = Json::parse(body, nullptr, /*allow_exceptions=*/false);
  const Json* const list = ListIn(json);
  if (!list) return Wrong("is none");
  ModelList read;
  read.complete = !HasMore(json);
  for (const Json& model : *list) {
    std::string name;
    for (const char* const member : kNames) {
      if (name.empty() && model.is_object() && model.contains(member)) name = NameIn(model[member]);
    }
    if (name.empty() || read.models.size() == kMaxListedModels) {
      read.complete = false;
      continue;
    }
    ListedModel& listed = read.models[std::move(name)];
    listed.ends = EndOf(model);
    if (model.contains(kReplacement)) listed.replacement = NameIn(model[kReplacement]);
  }
  return read;
}

}  // namespace inferwire::openai
