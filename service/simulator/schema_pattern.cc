#include <charconv>

#include "simulator/schema.h"

namespace inferwire::simulator {
namespace {

constexpr int kMaxRepeats = 4;          // beyond the least, where the pattern sets no end
constexpr int kMaxQuantifier = 1000;    // {m,n}
constexpr size_t kMaxTextBytes = 2000;  // std::regex, which checks it, recurses per character
constexpr int kMaxDepth = 16;
constexpr int kMaxSteps = 50'000;

// Walks the pattern and writes one text it matches. An alternative not taken is walked as well,
// into nowhere.
class Writer {
 public:
  Writer(std::string_view pattern, Random& random) : rest_(pattern), random_(random) {}

  std::optional<std::string> Write() {
    auto text = Alternatives(0);
    if (!text || !rest_.empty()) return std::nullopt;
    return text;
  }

 private:
  std::optional<std::string> Alternatives(int depth) {
    if (depth > kMaxDepth) return std::nullopt;
    std::optional<std::string> chosen = Sequence(depth);
    for (uint64_t seen = 2; chosen && rest_.starts_with('|'); ++seen) {
      rest_.remove_prefix(1);
      auto other = Sequence(depth);
      if (!other) return std::nullopt;
      if (random_.Below(seen) == 0) chosen = std::move(other);
    }
    return chosen;
  }

  std::optional<std::string> Sequence(int depth) {
    std::string text;
    while (!rest_.empty() && rest_.front() != '|' && rest_.front() != ')') {
      const std::string_view before = rest_;
      auto atom = Atom(depth);
      if (!atom) return std::nullopt;
      const auto count = Count();
      if (!count) return std::nullopt;
      const std::string_view next = rest_;
      for (int i = 0; i < *count && text.size() < kMaxTextBytes; ++i) {
        text += *atom;
        rest_ = before;  // again, for another choice
        atom = Atom(depth);
        if (!atom) return std::nullopt;
      }
      rest_ = next;
    }
    return text;
  }

  std::optional<std::string> Atom(int depth) {
    if (++steps_ > kMaxSteps) return std::nullopt;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (c == '^' || c == '$') return "";
    if (c == '.') return Pick("abcdefghijklmnopqrstuvwxyz0123456789");
    if (c == '[') return Class();
    if (c == '\\') return Escape();
    if (c != '(')
      return c == '*' || c == '+' || c == '?' ? std::nullopt : std::optional{std::string{c}};
    if (rest_.starts_with("?:")) rest_.remove_prefix(2);
    if (rest_.starts_with('?')) return std::nullopt;  // look-around
    auto inside = Alternatives(depth + 1);
    if (!inside || !rest_.starts_with(')')) return std::nullopt;
    rest_.remove_prefix(1);
    return inside;
  }

  static std::string_view Set(char letter) {
    if (letter == 'd') return "0123456789";
    if (letter == 'w') return "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    if (letter == 's') return " ";
    return {};
  }

  std::optional<std::string> Escape() {
    if (rest_.empty()) return std::nullopt;
    const char c = rest_.front();
    rest_.remove_prefix(1);
    if (!Set(c).empty()) return Pick(Set(c));
    if (c == 'n') return "\n";
    if (c == 't') return "\t";
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    return letter ? std::nullopt : std::optional{std::string{c}};
  }

  std::optional<std::string> Class() {
    const bool negated = rest_.starts_with('^');
    if (negated) rest_.remove_prefix(1);
    std::string members;
    while (!rest_.empty() && rest_.front() != ']') {
      if (!AddMember(members)) return std::nullopt;
    }
    if (rest_.empty()) return std::nullopt;
    rest_.remove_prefix(1);
    if (!negated) return members.empty() ? std::nullopt : std::optional(Pick(members));
    std::string others;
    for (char c = ' '; c < 0x7f; ++c) {
      if (members.find(c) == std::string::npos) others += c;
    }
    return others.empty() ? std::nullopt : std::optional(Pick(others));
  }

  bool AddMember(std::string& members) {
    char first = rest_.front();
    rest_.remove_prefix(1);
    if (first == '\\') {
      if (rest_.empty()) return false;
      first = rest_.front();
      rest_.remove_prefix(1);
      if (!Set(first).empty()) {
        members += Set(first);
        return true;
      }
      if (first == 'n') first = '\n';
      if (first == 't') first = '\t';
    }
    if (rest_.size() < 2 || rest_[0] != '-' || rest_[1] == ']') {
      members += first;
      return true;
    }
    const int from = static_cast<unsigned char>(first), to = static_cast<unsigned char>(rest_[1]);
    constexpr int kLastAscii = 127;
    if (from > to || to > kLastAscii) return false;
    rest_.remove_prefix(2);
    for (int c = from; c <= to; ++c) members += static_cast<char>(c);
    return true;
  }

  // How often the atom just read is to be written.
  std::optional<int> Count() {
    int least = 1, most = 1;
    if (rest_.starts_with('*') || rest_.starts_with('+') || rest_.starts_with('?')) {
      least = rest_.front() == '+' ? 1 : 0;
      most = rest_.front() == '?' ? 1 : least + kMaxRepeats;
      rest_.remove_prefix(1);
    } else if (rest_.starts_with('{')) {
      if (!Braces(least, most)) return std::nullopt;
    } else {
      return 1;
    }
    if (rest_.starts_with('?')) rest_.remove_prefix(1);  // lazy: no difference here
    return least + static_cast<int>(random_.Below(static_cast<uint64_t>(most - least) + 1));
  }

  bool Braces(int& least, int& most) {
    const size_t close = rest_.find('}');
    if (close == std::string_view::npos) return false;
    const std::string_view inside = rest_.substr(1, close - 1);
    rest_.remove_prefix(close + 1);
    const char* end = inside.data() + inside.size();
    auto read = std::from_chars(inside.data(), end, least);
    if (read.ec != std::errc() || least < 0 || least > kMaxQuantifier) return false;
    most = least;
    if (read.ptr == end) return true;
    if (*read.ptr != ',') return false;
    most = least + kMaxRepeats;
    if (read.ptr + 1 == end) return true;
    read = std::from_chars(read.ptr + 1, end, most);
    return read.ec == std::errc() && read.ptr == end && least <= most && most <= kMaxQuantifier;
  }

  std::string Pick(std::string_view from) { return {from[random_.Below(from.size())]}; }

  std::string_view rest_;
  Random& random_;
  int steps_ = 0;
};

}  // namespace

std::optional<std::string> MatchingText(std::string_view pattern, Random& random) {
  return Writer(pattern, random).Write();
}

}  // namespace inferwire::simulator
