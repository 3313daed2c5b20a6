// A line from the keyboard, edited and with the history of earlier ones (libedit).
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace inferwire::cli {

struct TypedLine {
  enum class How { kEntered, kInterrupted, kEnd };  // Enter, Ctrl-C, Ctrl-D on an empty line
  How how = How::kEnd;
  std::string text;  // may have several lines
};

// Paste brings in several lines at once, Alt-Enter one more line. The prompt and the line are on
// standard error. Ctrl-C reaches it as a key, only while it reads. ~/.editrc is read. One at a
// time.
class LineEditor {
 public:
  explicit LineEditor(const std::vector<std::string>& history);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // Standard input and error are a terminal that can be edited on.
  static bool IsPossible();

  TypedLine Read(const std::string& prompt);
  // What the arrow keys bring back.
  void Remember(const std::string& entry);
  // As it was before; from any thread, for the end of the process.
  void RestoreTerminal() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace inferwire::cli
