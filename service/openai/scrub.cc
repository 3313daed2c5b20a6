#include "openai/scrub.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "codec/utf8.h"
#include "openai/error.h"
#include "openai/secret_words.h"

namespace inferwire::openai {
namespace {

constexpr std::string_view kRedacted = "[redacted]";
// How much of a text is looked at for each byte that may be shown; the rest is dropped unseen.
constexpr size_t kLookedAtPerByte = 8;
// The shortest secret that is looked for as such.
constexpr size_t kShortestSecret = 8;
// How many words before a random one may tell what it is: those that do in the first place, and
// those that only say that it belongs to an account.
constexpr size_t kNearWords = 2, kFarWords = 5;

// What stands before a secret: "api_key=", "Authorization: Bearer", "key provided:".
constexpr std::array<std::string_view, 11> kSecretNames = {
    "api_key", "apikey",   "api-key", "x-api-key", "access_token", "secret",
    "bearer",  "password", "passwd",  "pwd",       "authorization"};
// The same, but as often before an ordinary word: "Unknown key: seed", "signature: str".
constexpr std::array<std::string_view, 5> kPerhapsNames = {"key", "token", "signature", "sig",
                                                           "provided"};
constexpr std::array<std::string_view, 16> kAfterBearer = {
    "auth",   "authentication", "token",   "tokens",  "scheme", "format",
    "header", "credentials",    "or",      "and",     "in",     "is",
    "not",    "missing",        "invalid", "required"};

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool EndsUrl(char c) {
  return c == ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`' || c == ')' ||
         c == '\\' || c == '}' || c == ']';
}

template <size_t N>
bool IsOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// api_key, and also AZURE_API_KEY and x-goog-api-key.
template <size_t N>
bool EndsWithName(std::string_view word, const std::array<std::string_view, N>& names) {
  return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
    if (!word.ends_with(name)) return false;
    const std::string_view before = word.substr(0, word.size() - name.size());
    return before.empty() || before.ends_with('_') || before.ends_with('-');
  });
}

// Control characters become spaces, runs of white space one space, bad UTF-8 U+FFFD.
std::string Clean(std::string_view text) {
  std::string clean;
  for (const char c : codec::ReplaceInvalidUtf8(text)) {
    const bool blank = static_cast<unsigned char>(c) <= 0x20 || c == 0x7f;
    if (!blank) {
      clean += c;
    } else if (!clean.empty() && clean.back() != ' ') {
      clean += ' ';
    }
  }
  while (clean.ends_with(' ')) clean.pop_back();
  return clean;
}

// One pass over a text: words are copied or replaced, everything else is copied.
class Scrubber {
 public:
  explicit Scrubber(std::string_view text) : text_(text) {}

  std::string Run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (IsWordByte(c)) {
        TakeWord();
      } else if (text_.substr(at_).starts_with("://")) {
        TakeUrl();
      } else if (c == '?' && (at_ < url_end_ || HasQuery())) {
        out_ += c, ++at_;
        Redact(UrlEnd());
      } else {
        out_ += c, ++at_;
      }
    }
    return std::move(out_);
  }

 private:
  void TakeWord() {
    size_t end = at_;
    while (end < text_.size() && IsWordByte(text_[end])) ++end;
    const std::string_view word = text_.substr(at_, end - at_);
    const std::string lower = Lower(word);
    const bool secret = IsSecretWord(word, WordsContext());
    Remember(lower);
    if (secret) return Redact(end);
    out_ += word, at_ = end;
    if (lower == "data" && IsDataUrl()) {
      out_ += ':', ++at_;
      return Redact(UrlEnd());
    }
    if (EndsWithName(lower, kSecretNames)) {
      TakeValue(lower, Value::kSecret);
    } else if (EndsWithName(lower, kPerhapsNames)) {
      // "Incorrect API key provided: abc", but "Invalid model provided: abc".
      const bool key = lower == "provided" && WordsContext() == Context::kAccount;
      TakeValue(lower, key ? Value::kSecret : Value::kPerhaps);
    }
  }

  // What the words before this place say about a random one here.
  Context WordsContext() const {
    const auto among = [this](size_t words, Context context) {
      const auto* end = words_.begin() + words;
      return std::find(words_.begin(), end, context) != end;
    };
    if (among(kNearWords, Context::kAccount)) return Context::kAccount;  // "team id"
    if (among(kNearWords, Context::kName)) return Context::kName;
    return among(kFarWords, Context::kAccount) ? Context::kAccount : Context::kNone;
  }

  // The end of a sentence ends what its words say.
  void Remember(std::string_view lower) {
    const bool ends = lower.size() > 1 && lower.ends_with('.');
    if (ends) lower.remove_suffix(1);
    std::rotate(words_.begin(), words_.end() - 1, words_.end());
    words_.front() = ContextOf(lower);
    if (ends) words_.fill(Context::kNone);
  }

  enum class Value { kSecret, kPerhaps };

  // After a secret's name: quotes, spaces, = or :, and then its value. Without = or : only "bearer"
  // is followed by a secret; "key" may be a word like another.
  void TakeValue(std::string_view name, Value kind) {
    while (true) {
      size_t value = at_;
      bool assigned = false, quoted = false;
      while (value < text_.size() && IsBeforeValue(text_[value])) {
        assigned = assigned || text_[value] == ':' || text_[value] == '=';
        quoted = assigned && (quoted || text_[value] == '"' || text_[value] == '\'');
        ++value;
      }
      if (value == at_ || (!assigned && name != "bearer")) return;
      const size_t end = ValueEnd(value);
      const std::string lower = Lower(text_.substr(value, end - value));
      std::string_view bare = lower;
      while (!bare.empty() && !IsLetter(bare.back()) && !IsDigit(bare.back())) {
        bare.remove_suffix(1);
      }
      if (end == value || (name == "bearer" && IsOneOf(bare, kAfterBearer))) return;
      const bool scheme = bare == "bearer" || (name == "authorization" && bare == "basic");
      const bool word =
          kind == Value::kPerhaps && IsReadableValue(text_.substr(value, bare.size()));
      const bool explains = assigned && !quoted && Explains(bare);
      if (!scheme && (word || explains)) return;
      out_ += text_.substr(at_, value - at_);
      at_ = value;
      if (!scheme) return Redact(end);
      // It is no secret; what follows it is, and may be the same word by mistake.
      out_ += text_.substr(at_, end - at_);
      at_ = end;
      name = "bearer", kind = Value::kSecret;
    }
  }

  static bool IsBeforeValue(char c) {
    return c == ' ' || c == '"' || c == '\'' || c == '\\' || c == ':' || c == '=';
  }

  size_t ValueEnd(size_t at) const {
    while (at < text_.size() && !EndsUrl(text_[at]) && text_[at] != ',' && text_[at] != ';' &&
           text_[at] != '&') {
      ++at;
    }
    return at;
  }

  // From :// on: user and password, and the query, are nobody's business.
  void TakeUrl() {
    out_ += "://", at_ += 3;
    url_end_ = UrlEnd();
    const std::string_view url = text_.substr(at_, url_end_ - at_);
    const std::string_view host = url.substr(0, url.find_first_of("/?#"));
    if (const size_t user = host.rfind('@'); user != std::string_view::npos) {
      Redact(at_ + user);
    }
  }

  // A data: URL is a piece of the prompt.
  bool IsDataUrl() const {
    const std::string_view rest = text_.substr(at_);
    const size_t comma = rest.find(',');
    return rest.starts_with(':') && comma != std::string_view::npos &&
           rest.substr(0, comma).find(' ') == std::string_view::npos;
  }

  bool HasQuery() const {
    size_t end = at_ + 1;
    while (end < text_.size() && IsWordByte(text_[end])) ++end;
    return end > at_ + 1 && end < text_.size() && (text_[end] == '=' || text_[end] == '&');
  }

  size_t UrlEnd() const {
    size_t end = at_;
    while (end < text_.size() && !EndsUrl(text_[end])) ++end;
    return end;
  }

  void Redact(size_t end) {
    out_ += kRedacted;
    at_ = end;
  }

  std::string_view text_;
  size_t at_ = 0;
  size_t url_end_ = 0;                      // of the last URL
  std::array<Context, kFarWords> words_{};  // the last one first
  std::string out_;
};

}  // namespace

std::string_view CutAtCharacter(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

void Redact(std::string_view secret, std::string& text) {
  if (secret.size() < kShortestSecret) return;
  for (size_t at = text.find(secret); at != std::string::npos; at = text.find(secret, at)) {
    text.replace(at, secret.size(), kRedacted);
    at += kRedacted.size();
  }
}

std::string Scrub(std::string_view text, size_t max_bytes) {
  const size_t looked_at = max_bytes * kLookedAtPerByte;
  std::string_view front = text.substr(0, looked_at);
  if (front.size() < text.size()) {
    // The last word may be the front of a key that its whole length would give away.
    while (!front.empty() && IsWordByte(front.back())) front.remove_suffix(1);
  }
  const std::string clean = Clean(front);
  const std::string scrubbed = Scrubber(clean).Run();
  return std::string(CutAtCharacter(scrubbed, max_bytes));
}

}  // namespace inferwire::openai
