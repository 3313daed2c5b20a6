// What a model says, on standard output as it arrives.
#pragma once

#include <string_view>

#include "arguments.h"
#include "markdown.h"
#include "visible_text.h"

namespace inferwire::cli {

// Whether output is to have colours: --color, NO_COLOR, TERM, and whether it goes to a terminal.
bool WantsColor(const GlobalArgs& global, int fd);

// On a terminal controls are made visible and Markdown is coloured; anywhere else the text goes out
// as it is.
class AnswerText {
 public:
  enum class Form { kMarkdown, kPlain };
  explicit AnswerText(const GlobalArgs& global, Form form = Form::kMarkdown);
  AnswerText(const AnswerText&) = delete;
  AnswerText& operator=(const AnswerText&) = delete;
  // Leaves no colour on.
  ~AnswerText() { (void)End(); }

  // False: standard output cannot be written.
  bool Add(std::string_view text);
  // Ends the text, with its last line.
  bool End();
  // The text as a whole.
  bool Print(std::string_view text) { return Add(text) && End(); }
  // Nothing came yet.
  bool empty() const { return empty_; }

 private:
  const bool colored_, guarded_;
  VisibleText visible_;
  Markdown markdown_;
  bool empty_ = true, ended_ = true;
  char last_ = '\n';
};

}  // namespace inferwire::cli
