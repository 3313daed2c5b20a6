#include "man_page.h"

#include <cctype>
#include <string_view>

namespace inferwire::cli {
namespace {

// Text that stands for itself, wherever in a line.
std::string Escaped(std::string_view text) {
  std::string out;
  bool line_start = true;
  for (const char c : text) {
    if (line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else if (c == '\'') {
      out += "\\(aq";
    } else if (c == '`') {
      out += "\\(ga";
    } else {
      out += c;
    }
    line_start = c == '\n';
  }
  return out;
}

std::string Upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

std::string ValueName(const OptionInfo& option) {
  if (option.value == OptionInfo::Value::kNone) return "";
  std::string name = option.value_name.empty() ? "TEXT" : option.value_name;
  if (!option.choices.empty()) {
    name.clear();
    for (const std::string& each : option.choices) name += (name.empty() ? "" : "|") + each;
  }
  return " \\fI" + Escaped(name) + "\\fR";
}

std::string OptionText(const OptionInfo& option) {
  std::string text = ".TP\n";
  std::string names;
  for (const std::string& name : option.names) {
    names += (names.empty() ? "\\fB" : ", \\fB") + Escaped(name) + "\\fR";
  }
  text += names + ValueName(option) + "\n";
  text += Escaped(option.what.empty() ? "See above." : option.what);
  if (!option.preset.empty()) text += " [" + Escaped(option.preset) + "]";
  if (option.required) text += " (required)";
  return text + "\n";
}

std::string Verbatim(std::string_view text) {
  if (text.empty()) return "";
  while (text.ends_with('\n')) text.remove_suffix(1);
  return ".PP\n.nf\n" + Escaped(text) + "\n.fi\n";
}

std::string Synopsis(const std::string& path, const VerbInfo& verb) {
  std::string line = "\\fB" + Escaped(path) + "\\fR";
  if (!verb.options.empty()) line += " [\\fIOPTIONS\\fR]";
  for (const OptionInfo& each : verb.arguments) {
    const std::string name =
        "\\fI" + Escaped(Upper(each.names.front())) + "\\fR" + (each.repeats ? " ..." : "");
    line += each.required ? " " + name : " [" + name + "]";
  }
  if (!verb.verbs.empty()) line += " \\fIVERB\\fR ...";
  return line;
}

// Options that every verb has, -h and --help, are said once.
bool IsHelp(const OptionInfo& option) {
  for (const std::string& name : option.names) {
    if (name == "--help") return true;
  }
  return false;
}

std::string OptionList(const VerbInfo& verb, bool with_help) {
  std::string text;
  for (const auto* const list : {&verb.arguments, &verb.options}) {
    for (const OptionInfo& each : *list) {
      if (with_help || !IsHelp(each)) text += OptionText(each);
    }
  }
  return text;
}

std::string VerbText(const std::string& path, const VerbInfo& verb) {
  std::string text = ".SS " + Synopsis(path, verb) + "\n" + Escaped(verb.what) + ".\n" +
                     OptionList(verb, false) + Verbatim(verb.footer);
  for (const VerbInfo& each : verb.verbs) text += VerbText(path + " " + each.name, each);
  return text;
}

}  // namespace

std::string ManPage(const VerbInfo& program, const ManText& text) {
  const auto line_end = program.what.find('\n');
  std::string summary = program.what.substr(0, line_end);
  if (summary.starts_with(program.name + ": ")) summary.erase(0, program.name.size() + 2);
  std::string page = ".\\\" Made from the program's declared command line.\n.TH " +
                     Escaped(Upper(program.name)) + " " + std::to_string(text.section) +
                     " \"\" \"" + Escaped(program.name + " " + text.version) + "\"\n" +
                     ".SH NAME\n" + Escaped(program.name) + " \\- " + Escaped(summary) +
                     "\n.SH SYNOPSIS\n" + Synopsis(program.name, program) + "\n";
  if (line_end != std::string::npos || !program.footer.empty()) {
    const auto from = program.what.find_first_not_of('\n', line_end);
    page += ".SH DESCRIPTION\n" + Escaped(summary) + "\n";
    if (from != std::string::npos) page += Verbatim(program.what.substr(from));
    page += Verbatim(program.footer);
  }
  page += ".SH OPTIONS\n" + OptionList(program, true);
  if (!program.verbs.empty()) page += ".SH VERBS\n";
  for (const VerbInfo& each : program.verbs) page += VerbText(program.name + " " + each.name, each);
  for (const auto& [heading, terms] : text.lists) {
    page += ".SH " + Escaped(heading) + "\n";
    for (const auto& [term, meaning] : terms) {
      page += ".TP\n\\fB" + Escaped(term) + "\\fR\n" + Escaped(meaning) + "\n";
    }
  }
  if (!text.see_also.empty()) page += ".SH SEE ALSO\n" + Escaped(text.see_also) + "\n";
  return page;
}

}  // namespace inferwire::cli
