#include "answer_text.h"

#include <unistd.h>

#include <cstdlib>
#include <string>

#include "output.h"

namespace inferwire::cli {

bool WantsColor(const GlobalArgs& global, int fd) {
  if (global.color != "auto") return global.color == "always";
  const char* const unwanted = std::getenv("NO_COLOR");
  if (unwanted != nullptr && *unwanted != '\0') return false;
  const char* const terminal = std::getenv("TERM");
  const bool dumb =
      terminal == nullptr || *terminal == '\0' || std::string_view(terminal) == "dumb";
  return !dumb && isatty(fd) == 1;
}

AnswerText::AnswerText(const GlobalArgs& global, Form form)
    : colored_(form == Form::kMarkdown && WantsColor(global, STDOUT_FILENO)),
      guarded_(colored_ || isatty(STDOUT_FILENO) == 1) {}

bool AnswerText::Add(std::string_view text) {
  if (text.empty()) return true;
  empty_ = ended_ = false;
  last_ = text.back();
  if (!guarded_) return cli::Print(text);
  const std::string visible = visible_.Pass(text);
  return PrintAsIs(colored_ ? markdown_.Pass(visible) : visible);
}

bool AnswerText::End() {
  if (ended_) return true;
  ended_ = true;
  std::string rest = visible_.Finish();
  if (last_ != '\n') rest += '\n';
  if (!colored_) return PrintAsIs(rest);
  std::string styled = markdown_.Pass(rest);  // before what is left of it
  styled += markdown_.Finish();
  return PrintAsIs(styled);
}

}  // namespace inferwire::cli
