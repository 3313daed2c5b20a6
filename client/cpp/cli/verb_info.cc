#include "verb_info.h"

#include <CLI/CLI.hpp>

namespace inferwire::cli {
namespace {

using Value = OptionInfo::Value;

// What a check of CLI::IsMember calls itself: TEXT:{hour,day}.
std::vector<std::string> ChoicesOf(const std::string& type) {
  const auto from = type.find(":{"), to = type.rfind('}');
  if (from == std::string::npos || to == std::string::npos) return {};
  return CLI::detail::split(type.substr(from + 2, to - from - 2), ',');
}

OptionInfo InfoOf(const CLI::Option& option) {
  OptionInfo info;
  for (const std::string& name : option.get_lnames()) info.names.push_back("--" + name);
  for (const std::string& name : option.get_snames()) info.names.push_back("-" + name);
  if (info.names.empty()) info.names.push_back(option.get_name(/*positional=*/true));
  info.what = option.get_description();
  info.preset = option.get_default_str();
  info.required = option.get_required();
  info.repeats = option.get_items_expected_max() > 1 ||
                 option.get_multi_option_policy() == CLI::MultiOptionPolicy::TakeAll;
  const std::string type = option.get_type_name();
  info.value_name = type.substr(0, type.find_first_of(":["));
  info.choices = ChoicesOf(type);
  if (option.get_items_expected_max() == 0) {
    info.value = Value::kNone;
  } else if (!info.choices.empty()) {
    info.value = Value::kChoice;
  } else if (info.value_name == "FILE") {
    info.value = Value::kFile;
  } else if (info.value_name == "CHAT") {
    info.value = Value::kChat;
  }
  return info;
}

}  // namespace

VerbInfo VerbInfo::Of(const CLI::App& app) {
  VerbInfo info;
  info.name = app.get_name();
  info.aliases = app.get_aliases();
  info.what = app.get_description();
  info.footer = app.get_footer();
  for (const CLI::Option* const option : app.get_options()) {
    if (option->get_group().empty()) continue;  // hidden
    (option->nonpositional() ? info.options : info.arguments).push_back(InfoOf(*option));
  }
  for (const CLI::App* const verb : app.get_subcommands([](const CLI::App*) { return true; })) {
    info.verbs.push_back(Of(*verb));
  }
  return info;
}

}  // namespace inferwire::cli
