// Colours a model's Markdown while it arrives.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace inferwire::cli {

// Headings, emphasis, code, lists, quotes and rules get colours (ANSI SGR); the marks themselves
// stay, dimmed. Without the escapes the output is the input, byte for byte, however it was cut:
// what the style of depends on what follows is kept back, a few bytes of one line. Emphasis and
// code spans end with their line, so that a mark without its partner colours no more than that.
class Markdown {
 public:
  std::string Pass(std::string_view piece);
  // What was kept back, and the colours off.
  std::string Finish();

 private:
  enum class Phase { kLineStart, kInline, kFenceInfo, kCode };

  void Take(char c);
  void TakeAtStart(char c);
  void TakeInFence(char c);
  void TakeInline(char c);
  bool Decides(char c);
  void GiveUpStart();
  void EndLine();
  void ResolveRun(char next);
  void ResolveEmphasis(char next);
  std::string InlineStyle() const;
  void Emit(std::string_view text, std::string_view style);

  Phase phase_ = Phase::kLineStart;
  std::string start_;  // of the line, not yet decided
  char fence_ = '\0';  // ` or ~ within a code block
  std::size_t fence_length_ = 0;
  bool heading_ = false, quote_ = false;
  char bold_ = '\0', italic_ = '\0';  // the mark that began it
  std::size_t code_ = 0;              // backticks that began the span
  bool escaped_ = false;
  char run_ = '\0';  // marks that are kept back until what follows them is known
  std::size_t run_length_ = 0;
  char before_ = ' ';  // the character before the marks
  std::string out_;
  std::string style_;  // that is switched on
};

}  // namespace inferwire::cli
