#include "completion.h"

#include <functional>
#include <string_view>

namespace inferwire::cli {
namespace {

using Value = OptionInfo::Value;

// The names of the chats that are kept, one a line.
constexpr char kChats[] =
    R"~(inferwire chats --json --limit 0 2>/dev/null | sed -n 's/^{"name":"\([^"]*\)".*/\1/p')~";

// path: the verbs from the command on, "batch create"; empty for the command itself.
using Visit = std::function<void(const std::string& path, const VerbInfo& verb)>;

void ForEachVerb(const VerbInfo& verb, const std::string& path, const Visit& visit) {
  visit(path, verb);
  for (const VerbInfo& each : verb.verbs) {
    ForEachVerb(each, path.empty() ? each.name : path + " " + each.name, visit);
  }
}

std::string Joined(const std::vector<std::string>& words, const std::string& between = " ") {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

// In single quotes, for all three shells.
std::string Quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'') {
      quoted += "'\\''";
    } else {
      quoted += c == '\n' ? ' ' : c;
    }
  }
  return quoted + "'";
}

std::vector<std::string> NamesOf(const std::vector<OptionInfo>& options) {
  std::vector<std::string> names;
  for (const OptionInfo& each : options) {
    names.insert(names.end(), each.names.begin(), each.names.end());
  }
  return names;
}

// Calls for each option with a value: its verb's path, the option, and a pattern for each name.
// any: the pattern for every verb, and what opens the quotes behind it: fish has them around both.
void ForEachValue(
    const VerbInfo& command,
    const std::function<void(const OptionInfo&, const std::vector<std::string>&)>& visit,
    const std::string& any = "*'") {
  ForEachVerb(command, "", [&](const std::string& path, const VerbInfo& verb) {
    for (const OptionInfo& each : verb.options) {
      if (each.value == Value::kNone) continue;
      std::vector<std::string> patterns;
      for (const std::string& name : each.names) {
        // The command's own options may stand behind every verb.
        patterns.push_back(path.empty() ? any + "|" + name + "'" : Quoted(path + "|" + name));
      }
      visit(each, patterns);
    }
  });
}

// Lines of a case statement of bash and zsh that go from a verb to the next one.
std::string Steps(const VerbInfo& command) {
  std::string lines;
  ForEachVerb(command, "", [&](const std::string& path, const VerbInfo& verb) {
    for (const VerbInfo& next : verb.verbs) {
      std::string patterns = Quoted(path + "|" + next.name);
      for (const std::string& alias : next.aliases) patterns += "|" + Quoted(path + "|" + alias);
      const std::string there = path.empty() ? next.name : path + " " + next.name;
      lines += "      " + patterns + ") verb=" + Quoted(there) + " ;;\n";
    }
  });
  ForEachValue(command, [&](const OptionInfo&, const std::vector<std::string>& patterns) {
    lines += "      " + Joined(patterns, "|") + ") ((i++)) ;;\n";
  });
  return lines;
}

// Lines that complete the value of the option before the cursor. act: what is done for a kind of
// value.
std::string Values(const VerbInfo& command,
                   const std::function<std::string(const OptionInfo&)>& act) {
  std::string lines;
  ForEachValue(command, [&](const OptionInfo& option, const std::vector<std::string>& patterns) {
    lines += "    " + Joined(patterns, "|") + ") " + act(option) + " return ;;\n";
  });
  return lines;
}

Value ArgumentOf(const VerbInfo& verb) {
  return verb.arguments.empty() ? Value::kNone : verb.arguments.front().value;
}

std::string BashAct(Value value, const std::vector<std::string>& choices = {}) {
  switch (value) {
    case Value::kFile:
      return "_inferwire_files;";
    case Value::kChat:
      return "_inferwire_words \"$(" + std::string(kChats) + ")\";";
    case Value::kChoice:
      return "_inferwire_words " + Quoted(Joined(choices)) + ";";
    case Value::kText:
    case Value::kNone:
      break;
  }
  return "";
}

std::string ZshAct(Value value, const std::vector<std::string>& choices = {}) {
  switch (value) {
    case Value::kFile:
      return "_files;";
    case Value::kChat:
      return "compadd -- ${(f)\"$(" + std::string(kChats) + ")\"};";
    case Value::kChoice:
      return "compadd -- " + Joined(choices) + ";";
    case Value::kText:
    case Value::kNone:
      break;
  }
  return "";
}

// 'name:what' for _describe.
std::string Described(const std::string& name, const std::string& what) {
  std::string escaped;
  for (const char c : name) escaped += c == ':' ? std::string("\\:") : std::string(1, c);
  return Quoted(escaped + ":" + what) + " ";
}

std::string DescribedOptions(const VerbInfo& verb) {
  std::string list;
  for (const OptionInfo& each : verb.options) {
    for (const std::string& name : each.names) list += Described(name, each.what);
  }
  return list;
}

}  // namespace

std::string BashCompletion(const VerbInfo& command) {
  std::string script = R"(# Completes inferwire in bash. Made by: inferwire completion bash

_inferwire_words() { mapfile -t COMPREPLY < <(compgen -W "$1" -- "$current"); }

_inferwire_files() {
  compopt -o filenames
  mapfile -t COMPREPLY < <(compgen -f -- "$current")
}

_inferwire() {
  local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} verb='' i
  COMPREPLY=()
  # bash makes three words of --option=value.
  if [[ $current == '=' ]]; then
    current=''
  elif [[ $previous == '=' ]]; then
    previous=${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$verb|${COMP_WORDS[i]}" in
)" + Steps(command) +
                       R"(    esac
  done
  case "$verb|$previous" in
)" + Values(command, [](const OptionInfo& each) { return BashAct(each.value, each.choices); }) +
                       R"(  esac
  local options=)" + Quoted(Joined(NamesOf(command.options))) +
                       R"(
  case "$verb" in
)";
  ForEachVerb(command, "", [&](const std::string& path, const VerbInfo& verb) {
    std::vector<std::string> verbs;
    for (const VerbInfo& each : verb.verbs) verbs.push_back(each.name);
    std::string act = verbs.empty() ? BashAct(ArgumentOf(verb)) : BashAct(Value::kChoice, verbs);
    const std::string own = path.empty() ? "" : Joined(NamesOf(verb.options));
    script += "    " + Quoted(path) + ")\n      options+=" + Quoted(" " + own) + "\n";
    if (!act.empty()) {
      script += "      [[ $current == -* ]] || " + act.substr(0, act.size() - 1) + "\n";
    }
    script += "      ;;\n";
  });
  return script + R"(  esac
  if [[ $current == -* ]]; then _inferwire_words "$options"; fi
}

complete -F _inferwire inferwire
)";
}

std::string ZshCompletion(const VerbInfo& command) {
  std::string script = R"(#compdef inferwire
# Completes inferwire in zsh. Made by: inferwire completion zsh

_inferwire() {
  local previous=${words[CURRENT - 1]} verb='' i
  local -a verbs options
  for ((i = 2; i < CURRENT; i++)); do
    case "$verb|${words[i]}" in
)" + Steps(command) +
                       R"(    esac
  done
  case "$verb|$previous" in
)" + Values(command, [](const OptionInfo& each) { return ZshAct(each.value, each.choices); }) +
                       R"(  esac
  options=()" + DescribedOptions(command) +
                       R"()
  case "$verb" in
)";
  ForEachVerb(command, "", [&](const std::string& path, const VerbInfo& verb) {
    std::string verbs;
    for (const VerbInfo& each : verb.verbs) verbs += Described(each.name, each.what);
    script += "    " + Quoted(path) + ")\n      options+=(" +
              (path.empty() ? "" : DescribedOptions(verb)) + ")\n      verbs=(" + verbs + ")\n";
    const std::string act = verbs.empty() ? ZshAct(ArgumentOf(verb)) : "";
    if (!act.empty()) {
      script += "      if [[ ${words[CURRENT]} != -* ]]; then " + act + " return; fi\n";
    }
    script += "      ;;\n";
  });
  return script + R"(  esac
  if [[ ${words[CURRENT]} == -* ]]; then
    _describe -o option options
  elif ((${#verbs})); then
    _describe verb verbs
  fi
}

if [[ ${funcstack[1]} == _inferwire ]]; then _inferwire "$@"; else compdef _inferwire inferwire; fi
)";
}

std::string FishCompletion(const VerbInfo& command) {
  std::string steps, lines;
  ForEachVerb(command, "", [&](const std::string& path, const VerbInfo& verb) {
    const std::string here = "complete -c inferwire -n \"__inferwire_at " + Quoted(path) + "\"";
    for (const VerbInfo& next : verb.verbs) {
      std::string patterns = Quoted(path + "|" + next.name);
      for (const std::string& alias : next.aliases) patterns += " " + Quoted(path + "|" + alias);
      const std::string there = path.empty() ? next.name : path + " " + next.name;
      steps +=
          "            case " + patterns + "\n                set verb " + Quoted(there) + "\n";
      lines += here + " -a " + Quoted(next.name) + " -d " + Quoted(next.what) + "\n";
    }
    if (verb.verbs.empty() && ArgumentOf(verb) == Value::kFile) lines += here + " -F\n";
    if (verb.verbs.empty() && ArgumentOf(verb) == Value::kChat) {
      lines += here + " -a \"(__inferwire_chats)\"\n";
    }
    for (const OptionInfo& each : verb.options) {
      lines += path.empty() ? "complete -c inferwire" : here;
      for (const std::string& name : each.names) {
        lines += name.starts_with("--") ? " -l " + name.substr(2) : " -s " + name.substr(1);
      }
      if (each.value == Value::kFile) lines += " -r -F";
      if (each.value == Value::kText) lines += " -x";
      if (each.value == Value::kChoice) lines += " -x -a " + Quoted(Joined(each.choices));
      if (each.value == Value::kChat) lines += " -x -a \"(__inferwire_chats)\"";
      lines += " -d " + Quoted(each.what) + "\n";
    }
  });
  ForEachValue(
      command,
      [&](const OptionInfo&, const std::vector<std::string>& patterns) {
        steps += "            case " + Joined(patterns) + "\n                set skip 1\n";
      },
      "'*");
  return R"(# Completes inferwire in fish. Made by: inferwire completion fish

# The verbs in front of the cursor.
function __inferwire_verb
    set -l verb ''
    set -l skip 0
    for word in (commandline -opc)[2..]
        if test $skip = 1
            set skip 0
            continue
        end
        switch "$verb|$word"
)" + steps +
         R"(        end
    end
    echo $verb
end

function __inferwire_at
    test (__inferwire_verb) = "$argv[1]"
end

function __inferwire_chats
    )" + kChats +
         R"(
end

complete -c inferwire -f
)" + lines;
}

}  // namespace inferwire::cli
