#include "markdown.h"

#include <algorithm>
#include <cctype>
#include <utility>

namespace inferwire::cli {
namespace {

// SGR parameters.
constexpr std::string_view kPlain = "", kMark = "2", kHeading = "1;34", kCode = "36",
                           kBullet = "33";
constexpr std::size_t kMostKept = 256;  // bytes of a line's start
constexpr std::size_t kFence = 3, kMostHashes = 6, kMostDigits = 9;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool IsPunctuation(char c) { return std::ispunct(static_cast<unsigned char>(c)) != 0; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::size_t RunOf(std::string_view text, char c) {
  return std::min(text.find_first_not_of(c), text.size());
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  return text;
}

// ---, *** and ___, also with blanks in between.
bool IsRule(std::string_view line) {
  line = Trimmed(line);
  if (line.empty() || std::string_view("-*_").find(line[0]) == std::string_view::npos) return false;
  const auto marks = std::ranges::count(line, line[0]);
  return marks >= 3 &&
         std::ranges::all_of(line, [&](char c) { return c == line[0] || IsBlank(c); });
}

}  // namespace

std::string Markdown::Pass(std::string_view piece) {
  for (const char c : piece) Take(c);
  return std::exchange(out_, {});
}

std::string Markdown::Finish() {
  if (fence_ != '\0' && phase_ == Phase::kLineStart) {
    const bool closes = RunOf(Trimmed(start_), fence_) >= fence_length_;
    Emit(std::exchange(start_, {}), closes ? kMark : kCode);
  } else if (phase_ == Phase::kLineStart) {
    GiveUpStart();
  }
  ResolveRun('\n');
  Emit("", kPlain);
  std::string rest = std::move(out_);
  *this = Markdown();
  return rest;
}

void Markdown::Take(char c) {
  switch (phase_) {
    case Phase::kLineStart:
      return fence_ == '\0' ? TakeAtStart(c) : TakeInFence(c);
    case Phase::kInline:
      return TakeInline(c);
    case Phase::kFenceInfo:
      if (c == '\n') return EndLine();
      Emit({&c, 1}, kMark);
      // Not a code block but a span in backticks at the line's start.
      if (c == '`' && fence_ == '`') fence_ = '\0', phase_ = Phase::kInline;
      return;
    case Phase::kCode:
      if (c == '\n') return EndLine();
      return Emit({&c, 1}, kCode);
  }
}

void Markdown::EndLine() {
  Emit("\n", kPlain);
  phase_ = Phase::kLineStart;
  heading_ = quote_ = escaped_ = false;
  bold_ = italic_ = '\0';
  code_ = 0;
  before_ = ' ';
}

// Within a code block: is this line its end?
void Markdown::TakeInFence(char c) {
  if (c == '\n') {
    const std::string_view marks = Trimmed(start_);
    const bool closes =
        !marks.empty() && RunOf(marks, fence_) == marks.size() && marks.size() >= fence_length_;
    Emit(std::exchange(start_, {}), closes ? kMark : kCode);
    if (closes) fence_ = '\0';
    return EndLine();
  }
  start_ += c;
  const std::string_view marks = Trimmed(start_);
  const bool may_close = RunOf(marks, fence_) == marks.size() && start_.size() < kMostKept;
  if (may_close) return;
  Emit(std::exchange(start_, {}), kCode);
  phase_ = Phase::kCode;
}

void Markdown::TakeAtStart(char c) {
  if (start_.empty() && (c == ' ' || c == '\t' || c == '\r')) return Emit({&c, 1}, kPlain);
  if (start_.empty() && c == '>') {
    quote_ = true;
    return Emit(">", kMark);
  }
  if (Decides(c)) return;
  start_ += c;
  const char first = start_[0];
  const bool may_be_more = std::string_view("#-*+_`~").find(first) != std::string_view::npos ||
                           (IsDigit(first) && start_.size() <= kMostDigits + 1);
  if (!may_be_more || start_.size() > kMostKept) GiveUpStart();
}

// Whether with c it is known what the line begins with; c is then used up.
bool Markdown::Decides(char c) {
  if (start_.empty()) {
    if (c == '\n') EndLine();
    return c == '\n';
  }
  const char first = start_[0];
  const std::size_t run = RunOf(start_, first);
  const bool is_run = run == start_.size();
  const auto begin = [&](std::string_view style, Phase next) {
    Emit(std::exchange(start_, {}), style);
    phase_ = next;
    Take(c);
    return true;
  };
  if (c == '\n' && IsRule(start_)) {
    Emit(std::exchange(start_, {}), kMark);
    EndLine();
    return true;
  }
  if ((first == '`' || first == '~') && is_run && c != first && run >= kFence) {
    fence_ = first;
    fence_length_ = run;
    return begin(kMark, Phase::kFenceInfo);
  }
  if (first == '#' && is_run && run <= kMostHashes && IsBlank(c)) {
    heading_ = true;
    return begin(kHeading, Phase::kInline);
  }
  const bool bullet = run == 1 && is_run && (first == '-' || first == '*' || first == '+');
  if (bullet && IsBlank(c) && c != '\n') {
    // It may still become a rule (* * *), which then keeps the bullet's colour: no harm.
    return begin(kBullet, Phase::kLineStart);
  }
  if (IsDigit(first) && (start_.back() == '.' || start_.back() == ')') && IsBlank(c)) {
    return begin(kBullet, Phase::kLineStart);
  }
  bool goes_on = c == first || (IsBlank(c) && c != '\n' && IsRule(start_));
  if (IsDigit(first)) goes_on = IsDigit(c) || ((c == '.' || c == ')') && IsDigit(start_.back()));
  if (goes_on) return false;
  GiveUpStart();
  Take(c);
  return true;
}

// It is an ordinary line.
void Markdown::GiveUpStart() {
  phase_ = Phase::kInline;
  for (const char c : std::exchange(start_, {})) Take(c);
}

void Markdown::TakeInline(char c) {
  if (run_ != '\0') {
    if (c == run_) {
      ++run_length_;
      return;
    }
    ResolveRun(c);
  }
  if (c == '\n') return EndLine();
  const bool in_code = code_ > 0;
  if (!escaped_ && (c == '`' || (!in_code && (c == '*' || c == '_')))) {
    run_ = c;
    run_length_ = 1;
    return;
  }
  Emit({&c, 1}, InlineStyle());
  escaped_ = c == '\\' && !in_code && !escaped_;
  before_ = c;
}

void Markdown::ResolveRun(char next) {
  if (run_ == '\0') return;
  if (run_ == '`') {
    const bool opens = code_ == 0, closes = code_ == run_length_;
    if (opens) code_ = run_length_;
    Emit(std::string(run_length_, run_), InlineStyle());
    if (closes) code_ = 0;
  } else {
    ResolveEmphasis(next);
  }
  before_ = run_;
  run_ = '\0';
  run_length_ = 0;
}

// As CommonMark's delimiter runs: what stands on both sides says whether they open or close.
void Markdown::ResolveEmphasis(char next) {
  const bool left =
      !IsBlank(next) && (!IsPunctuation(next) || IsBlank(before_) || IsPunctuation(before_));
  const bool right =
      !IsBlank(before_) && (!IsPunctuation(before_) || IsBlank(next) || IsPunctuation(next));
  bool opens = left, closes = right;
  if (run_ == '_') {  // snake_case is no emphasis
    opens = left && (!right || IsPunctuation(before_));
    closes = right && (!left || IsPunctuation(next));
  }
  std::size_t rest = run_length_;
  if (closes && rest >= 2 && bold_ == run_) bold_ = '\0', rest -= 2;
  if (closes && rest >= 1 && italic_ == run_) italic_ = '\0', rest -= 1;
  if (opens && rest >= 2 && bold_ == '\0') bold_ = run_, rest -= 2;
  if (opens && rest >= 1 && italic_ == '\0') italic_ = run_, rest -= 1;
  const bool are_marks = rest < run_length_;
  Emit(std::string(run_length_, run_), are_marks ? std::string(kMark) : InlineStyle());
}

std::string Markdown::InlineStyle() const {
  std::string style;
  const auto add = [&](std::string_view more) {
    style += (style.empty() ? "" : ";") + std::string(more);
  };
  if (heading_) add(kHeading);
  if (quote_) add("3");
  if (bold_ != '\0') add("1");
  if (italic_ != '\0' && !quote_) add("3");
  if (code_ > 0) add(kCode);
  return style;
}

void Markdown::Emit(std::string_view text, std::string_view style) {
  if (style != style_) {
    if (!style_.empty()) out_ += "\x1b[0m";
    if (!style.empty()) out_ += "\x1b[" + std::string(style) + "m";
    style_ = style;
  }
  out_ += text;
}

}  // namespace inferwire::cli
