// Text of others on its way to a terminal: a model's answer must not move the cursor, change the
// title or answer for the keyboard.
#pragma once

#include <string>
#include <string_view>

namespace inferwire::cli {

// Shows what would control the terminal instead: ESC as ^[, the C1 controls of Unicode as <U+009B>,
// bytes that are no UTF-8 as \xff. Newlines (with or without a carriage return) and tabs pass.
// Takes a text in pieces, cut anywhere.
class VisibleText {
 public:
  std::string Pass(std::string_view piece);
  // What was kept because it might have gone on.
  std::string Finish();

 private:
  std::string kept_;  // the beginning of a character, or a carriage return
};

// The same of a whole text.
std::string Visible(std::string_view text);

}  // namespace inferwire::cli
