#include "settings.h"

#include <sys/stat.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cassert>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "folders.h"
#include "text_file.h"
#include "usage_error.h"

namespace inferwire::cli {
namespace {

using client::Result;
using Kind = Setting::Kind;
using Source = Setting::Source;

constexpr std::uintmax_t kMostFileBytes = 1 << 20;

std::vector<Setting> Declared() {
  return {
      {.name = "server",
       .environment = "INFERWIRE_SERVER",
       .what = "host, host:port, https://host or unix:/path",
       .value = "127.0.0.1:50051"},
      {.name = "admin",
       .environment = "INFERWIRE_ADMIN",
       .what = "the administrators' port",
       .value = "127.0.0.1:50052"},
      {.name = "model",
       .environment = "INFERWIRE_MODEL",
       .what = "of complete, chat, respond, many, batch and estimate",
       .value = "gpt-4.1-mini"},
      {.name = "ca",
       .environment = "INFERWIRE_CA",
       .what = "PEM file of the server's certificate authority",
       .kind = Kind::kPath},
      {.name = "cert",
       .environment = "",
       .what = "PEM file of the client's certificate",
       .kind = Kind::kPath},
      {.name = "key", .environment = "", .what = "PEM file of its key", .kind = Kind::kPath},
      {.name = "token_file",
       .environment = "",
       .what = "file with an API key or other bearer token",
       .kind = Kind::kPath},
      {.name = "api_key",
       .environment = "INFERWIRE_API_KEY",
       .what = "the key itself",
       .secret = true},
      {.name = "timeout",
       .environment = "",
       .what = "seconds for the whole call",
       .kind = Kind::kSeconds},
      {.name = "color",
       .environment = "",
       .what = "auto, always or never",
       .kind = Kind::kColor,
       .value = "auto"},
      {.name = "history",
       .environment = "",
       .what = "whether chat keeps its lines and its chats",
       .kind = Kind::kSwitch,
       .value = "true"},
  };
}

// What is wrong with a value; empty: nothing.
std::string FaultOf(const Setting& setting, const std::string& value) {
  if (value.empty()) return "is empty";
  switch (setting.kind) {
    case Kind::kSeconds: {
      double seconds = 0;
      const auto [end, fault] = std::from_chars(value.data(), value.data() + value.size(), seconds);
      const bool whole = fault == std::errc() && end == value.data() + value.size();
      return whole && seconds > 0 && seconds < 1e9 ? "" : "must be a number of seconds above 0";
    }
    case Kind::kSwitch:
      return value == "true" || value == "false" ? "" : "must be true or false";
    case Kind::kColor:
      return value == "auto" || value == "always" || value == "never"
                 ? ""
                 : "must be auto, always or never";
    case Kind::kText:
    case Kind::kPath:
      break;
  }
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7F; };
  return std::ranges::any_of(value, is_control) ? "has a control character" : "";
}

// A path of the file counts from the file's folder.
std::string PathFrom(const std::string& file, const std::string& value) {
  const char* const home = std::getenv("HOME");
  if (value.starts_with("~/") && home != nullptr) return home + value.substr(1);
  if (value.starts_with('/')) return value;
  return std::filesystem::path(file).parent_path() / value;
}

std::string Names(const std::vector<Setting>& all) {
  std::string names;
  for (const Setting& each : all) names += (names.empty() ? "" : ", ") + std::string(each.name);
  return names;
}

}  // namespace

Settings::Settings() : all_(Declared()) {
  if (const std::string folder = ConfigFolder(); !folder.empty()) file_ = folder + "/config.yaml";
}

Result<void> Settings::Read() {
  Result<void> good;
  struct stat found {};
  file_exists_ = !file_.empty() && stat(file_.c_str(), &found) == 0;
  if (file_exists_) {
    std::error_code error;
    if (std::filesystem::file_size(file_, error) > kMostFileBytes || error) {
      good = UsageError(file_ + ": is no file of at most 1 MiB");
    } else if (const auto text = cli::ReadText(file_); !text) {
      good = text.error();
    } else {
      good = ReadText(*text);
    }
    // As ssh does: what others can read is no place for a key.
    if (good && Find("api_key")->source == Source::kFile && (found.st_mode & 077) != 0) {
      good = UsageError(file_ + ": has an api_key and can be read by others: chmod 600 it");
    }
  }
  ReadEnvironment();
  return good;
}

Result<void> Settings::ReadText(const std::string& text) {
  const auto fault = [&](const YAML::Mark& mark, const std::string& message) {
    const std::string line = mark.is_null() ? "" : "line " + std::to_string(mark.line + 1) + ": ";
    return UsageError(file_ + ": " + line + message);
  };
  YAML::Node root;
  try {
    root = YAML::Load(text);
  } catch (const YAML::Exception& error) {
    return fault(error.mark, error.msg);
  }
  if (root.IsNull()) return {};
  if (!root.IsMap()) return fault(root.Mark(), "must be lines such as \"model: gpt-4.1\"");
  std::set<std::string> seen;
  for (const auto& each : root) {
    const YAML::Node &key = each.first, &node = each.second;
    const std::string name = key.IsScalar() ? key.Scalar() : "";
    Setting* const setting = Find(name);
    if (setting == nullptr) {
      return fault(key.Mark(), "unknown key \"" + name + "\"; there are " + Names(all_));
    }
    if (!seen.insert(name).second) return fault(key.Mark(), name + " is there twice");
    if (!node.IsScalar()) return fault(key.Mark(), name + " must be one value");
    const std::string& value = node.Scalar();
    if (const std::string wrong = FaultOf(*setting, value); !wrong.empty()) {
      return fault(node.Mark(), name + " " + wrong);
    }
    setting->value = setting->kind == Kind::kPath ? PathFrom(file_, value) : value;
    setting->source = Source::kFile;
  }
  if (seen.contains("api_key") && seen.contains("token_file")) {
    return UsageError(file_ + ": has both api_key and token_file: one of them");
  }
  return {};
}

void Settings::ReadEnvironment() {
  for (Setting& each : all_) {
    if (each.environment.empty()) continue;
    const char* const value = std::getenv(std::string(each.environment).c_str());
    if (value == nullptr || *value == '\0') continue;
    each.value = value;
    each.source = Source::kEnvironment;
    if (each.name == "api_key") Forget("token_file");
  }
}

void Settings::SetFlag(std::string_view name, std::string value) {
  Setting* const setting = Find(name);
  assert(setting != nullptr);
  setting->value = std::move(value);
  setting->source = Source::kFlag;
  if (name == "token_file") Forget("api_key");
}

// There is one credential: the weaker source's does not count.
void Settings::Forget(std::string_view name) {
  Setting& setting = *Find(name);
  setting.value.clear();
  setting.source = Source::kDefault;
}

Setting* Settings::Find(std::string_view name) {
  const auto found = std::ranges::find(all_, name, &Setting::name);
  return found == all_.end() ? nullptr : &*found;
}

const std::string& Settings::Value(std::string_view name) const {
  const auto found = std::ranges::find(all_, name, &Setting::name);
  assert(found != all_.end());
  return found->value;
}

std::string SourceText(const Setting& setting) {
  switch (setting.source) {
    case Source::kFile:
      return "file";
    case Source::kEnvironment:
      return std::string(setting.environment);
    case Source::kFlag:
      return "command line";
    case Source::kDefault:
      break;
  }
  return setting.value.empty() ? "not set" : "default";
}

}  // namespace inferwire::cli
