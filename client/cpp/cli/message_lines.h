// Makes one message of the lines that a person types.
#pragma once

#include <optional>
#include <string>

namespace inferwire::cli {

// A backslash at a line's end continues the message on the next line; a line that begins with """
// opens a block in which everything stands for itself, to the next """ at a line's end.
class MessageLines {
 public:
  // The message, once its last line is there.
  std::optional<std::string> Add(const std::string& line);
  // Whether a message was begun.
  bool open() const { return open_; }
  // What there is of it: no line is lost where the input ends.
  std::string Finish();
  void Clear() { *this = MessageLines(); }

 private:
  std::string text_;
  bool open_ = false, block_ = false;
};

}  // namespace inferwire::cli
