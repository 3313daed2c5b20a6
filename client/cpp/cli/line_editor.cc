#include "line_editor.h"

#include <histedit.h>
#include <langinfo.h>
#include <termios.h>
#include <unistd.h>

#include <clocale>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "history_file.h"

namespace inferwire::cli {
namespace {

constexpr std::string_view kPasteOn = "\x1b[?2004h", kPasteOff = "\x1b[?2004l";
constexpr std::wstring_view kPasteEnd = L"\x1b[201~";
constexpr std::size_t kMostPasted = 1 << 20;  // characters

void WriteTerminal(std::string_view text) { (void)!write(STDERR_FILENO, text.data(), text.size()); }

// libedit reads characters as the locale has them; containers often have none.
void UseUtf8() {
  if (std::setlocale(LC_CTYPE, "") == nullptr ||
      std::string_view(nl_langinfo(CODESET)) != "UTF-8") {
    (void)std::setlocale(LC_CTYPE, "C.UTF-8");
  }
}

}  // namespace

struct LineEditor::Parts {
  EditLine* editor = nullptr;
  History* history = nullptr;
  std::string prompt;
  bool interrupted = false;
  termios before{};
  FILE* out = nullptr;  // standard error, but not a write for each character

  static Parts& Of(EditLine* editor) {
    void* data = nullptr;
    el_get(editor, EL_CLIENTDATA, &data);
    return *static_cast<Parts*>(data);
  }
  static char* Prompt(EditLine* editor) { return Of(editor).prompt.data(); }
  static unsigned char Interrupt(EditLine* editor, int) {
    Of(editor).interrupted = true;
    return CC_EOF;
  }
  // libedit's own handler of the signal gives the terminal back and takes it again.
  static unsigned char Suspend(EditLine*, int) {
    kill(getpid(), SIGTSTP);
    return CC_REFRESH;
  }
  static unsigned char NewLine(EditLine* editor, int) {
    return el_winsertstr(editor, L"\n") == 0 ? CC_REFRESH : CC_ERROR;
  }
  static unsigned char Paste(EditLine* editor, int);
  void Bind() const;
};

// Line ends do not enter the line: they are part of it. What is too much is not taken.
unsigned char LineEditor::Parts::Paste(EditLine* editor, int) {
  std::wstring text, tail;
  bool after_return = false;
  for (wchar_t c = 0; tail != kPasteEnd && el_wgetc(editor, &c) == 1;) {
    tail += c;
    if (tail.size() > kPasteEnd.size()) tail.erase(0, 1);
    const bool second_half = after_return && c == L'\n';  // of CR LF
    after_return = c == L'\r';
    if (c == L'\0' || second_half || text.size() >= kMostPasted) continue;
    text += after_return ? L'\n' : c;
  }
  if (text.ends_with(kPasteEnd)) text.resize(text.size() - kPasteEnd.size());
  return el_winsertstr(editor, text.c_str()) == 0 ? CC_REFRESH : CC_ERROR;
}

void LineEditor::Parts::Bind() const {
  el_set(editor, EL_ADDFN, "inferwire-interrupt", "Leave the line", &Interrupt);
  el_set(editor, EL_ADDFN, "inferwire-suspend", "Stop the process", &Suspend);
  el_set(editor, EL_ADDFN, "inferwire-newline", "One more line", &NewLine);
  el_set(editor, EL_ADDFN, "inferwire-paste", "Take what is pasted", &Paste);
  constexpr const char* kKeys[][2] = {
      {"^C", "inferwire-interrupt"},   {"^Z", "inferwire-suspend"},
      {"\\e^M", "inferwire-newline"},  {"\\e^J", "inferwire-newline"},
      {"\\e[200~", "inferwire-paste"}, {"^R", "em-inc-search-prev"},
      {"^W", "ed-delete-prev-word"},   {"\\e[3~", "ed-delete-next-char"},
      {"\\e[H", "ed-move-to-beg"},     {"\\e[F", "ed-move-to-end"},
      {"\\e[1~", "ed-move-to-beg"},    {"\\e[4~", "ed-move-to-end"},
      {"\\e[1;5C", "em-next-word"},    {"\\e[1;5D", "ed-prev-word"},
  };
  for (const auto& [key, function] : kKeys) el_set(editor, EL_BIND, key, function, nullptr);
  // While a line is read Ctrl-C is a key like others; it is a signal again while a model answers.
  el_set(editor, EL_SETTY, "-d", "-isig", nullptr);
}

bool LineEditor::IsPossible() {
  const char* const terminal = std::getenv("TERM");
  return isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 && terminal != nullptr &&
         *terminal != '\0' && std::string_view(terminal) != "dumb";
}

LineEditor::LineEditor(const std::vector<std::string>& history)
    : parts_(std::make_unique<Parts>()) {
  UseUtf8();
  tcgetattr(STDIN_FILENO, &parts_->before);
  parts_->history = history_init();
  HistEvent event;
  ::history(parts_->history, &event, H_SETSIZE, static_cast<int>(HistoryFile::kMostEntries));
  ::history(parts_->history, &event, H_SETUNIQUE, 1);
  for (const std::string& entry : history) Remember(entry);
  parts_->out = fdopen(dup(STDERR_FILENO), "w");
  parts_->editor = el_init("inferwire", stdin, parts_->out, parts_->out);
  el_set(parts_->editor, EL_CLIENTDATA, parts_.get());
  el_set(parts_->editor, EL_PROMPT, &Parts::Prompt);
  el_set(parts_->editor, EL_EDITOR, "emacs");
  el_set(parts_->editor, EL_SIGNAL, 1);
  el_set(parts_->editor, EL_HIST, ::history, parts_->history);
  parts_->Bind();
  (void)el_source(parts_->editor, nullptr);
}

LineEditor::~LineEditor() {
  el_end(parts_->editor);
  history_end(parts_->history);
  (void)std::fclose(parts_->out);
}

TypedLine LineEditor::Read(const std::string& prompt) {
  parts_->prompt = prompt;
  parts_->interrupted = false;
  el_resize(parts_->editor);
  // Before the prompt: what is typed as soon as it shows is a key already, and no signal.
  el_set(parts_->editor, EL_PREP_TERM, 1);
  WriteTerminal(kPasteOn);
  int length = 0;
  const char* const text = el_gets(parts_->editor, &length);
  WriteTerminal(kPasteOff);
  if (parts_->interrupted) {
    WriteTerminal("^C\n");
    return {.how = TypedLine::How::kInterrupted, .text = ""};
  }
  if (text == nullptr || length <= 0) {
    WriteTerminal("\n");
    return {.how = TypedLine::How::kEnd, .text = ""};
  }
  TypedLine line{.how = TypedLine::How::kEntered, .text = {text, static_cast<std::size_t>(length)}};
  if (line.text.ends_with('\n')) line.text.pop_back();
  return line;
}

void LineEditor::Remember(const std::string& entry) {
  HistEvent event;
  ::history(parts_->history, &event, H_ENTER, entry.c_str());
}

void LineEditor::RestoreTerminal() const {
  tcsetattr(STDIN_FILENO, TCSANOW, &parts_->before);
  WriteTerminal(kPasteOff);
}

}  // namespace inferwire::cli
