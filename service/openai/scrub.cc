#include "openai/scrub.h"

#include <algorithm>
#include <array>

#include "codec/utf8.h"
#include "openai/error.h"
#include "openai/words.h"

namespace llmgate::openai {
namespace {

constexpr std::string_view kRedacted = "[redacted]";
// How much of a text is looked at for each byte that may be shown; the rest is dropped unseen.
constexpr size_t kLookedAtPerByte = 8;
// Letters and digits without a break that are longer than this are no word of any language.
constexpr size_t kLongestWord = 27;

// Account ids and keys that are redacted wherever in a word they begin.
constexpr std::array<std::string_view, 6> kSecretParts = {"sk-",  "sk_",   "org-",
                                                          "org_", "proj_", "proj-"};
// Further keys by the way they begin: providers', clouds', JSON web tokens, our own.
constexpr std::array<std::string_view, 15> kSecretPrefixes = {
    "gsk_",   "xai-", "hf_",  "pplx-", "r8_", "aiza", "akia", "ghp_",
    "nvapi-", "csk-", "tgp_", "sess-", "eyj", "lg_",  "fw_"};
// Names of things that a caller asked for and must be able to read.
constexpr std::array<std::string_view, 12> kPublicPrefixes = {
    "file-", "batch_", "resp_", "chatcmpl-", "ftjob-", "req_",
    "msg_",  "call_",  "run_",  "thread_",   "gen-",   "vs_"};
// What stands before a secret: "api_key=", "Authorization: Bearer", "key provided:".
constexpr std::array<std::string_view, 16> kSecretNames = {
    "provided", "key",    "api_key",  "apikey", "api-key", "x-api-key", "token", "access_token",
    "secret",   "bearer", "password", "passwd", "pwd",     "signature", "sig",   "authorization"};
constexpr std::array<std::string_view, 6> kAfterBearer = {"auth",   "authentication", "token",
                                                          "tokens", "scheme",         "format"};

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsWordByte(char c) {
  return IsLetter(c) || IsDigit(c) || c == '-' || c == '_' || c == '*' || c == '.' || c == '+' ||
         c == '~';
}
bool EndsUrl(char c) {
  return c == ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '`' || c == ')' ||
         c == '\\' || c == '}' || c == ']';
}

template <size_t N>
bool IsOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

template <size_t N>
bool BeginsWithOneOf(std::string_view word, const std::array<std::string_view, N>& prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) {
    return word.size() > prefix.size() && word.starts_with(prefix);
  });
}

// api_key, and also AZURE_API_KEY and x-goog-api-key.
bool NamesSecret(std::string_view word) {
  return std::any_of(kSecretNames.begin(), kSecretNames.end(), [&](std::string_view name) {
    if (!word.ends_with(name)) return false;
    const std::string_view before = word.substr(0, word.size() - name.size());
    return before.empty() || before.ends_with('_') || before.ends_with('-');
  });
}

bool HasSecretPart(std::string_view word) {
  for (size_t at = 0; at < word.size(); ++at) {
    const bool begins = at == 0 || !(IsLetter(word[at - 1]) || IsDigit(word[at - 1]));
    if (begins && BeginsWithOneOf(word.substr(at), kSecretParts)) return true;
  }
  return false;
}

// A long run of letters and digits, or of hexadecimal digits with hyphens (a UUID).
bool IsUnreadable(std::string_view word) {
  size_t run = 0, longest = 0, hex = 0, digits = 0, letters = 0;
  for (const char c : word) {
    run = IsLetter(c) || IsDigit(c) || c == '*' ? run + 1 : 0;
    longest = std::max(longest, run);
    digits += IsDigit(c);
    letters += IsLetter(c);
    hex += IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '-';
  }
  if (digits == 0 || letters == 0) return longest > 4 * kLongestWord;
  return longest > kLongestWord || (hex == word.size() && hex > kLongestWord);
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
    if (IsSecretWord(word)) return Redact(end);
    out_ += word, at_ = end;
    if (lower == "data" && IsDataUrl()) {
      out_ += ':', ++at_;
      return Redact(UrlEnd());
    }
    if (NamesSecret(lower)) TakeValue(lower);
  }

  // After a secret's name: quotes, spaces, = or :, and then its value. Without = or : only "bearer"
  // is followed by a secret; "key" may be a word like another.
  void TakeValue(std::string_view name) {
    while (true) {
      size_t value = at_;
      bool assigned = false;
      while (value < text_.size() && IsBeforeValue(text_[value])) {
        assigned = assigned || text_[value] == ':' || text_[value] == '=';
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
      out_ += text_.substr(at_, value - at_);
      at_ = value;
      const bool scheme = bare == "bearer" || (name == "authorization" && bare == "basic");
      if (!scheme) return Redact(end);
      // It is no secret; what follows it is, and may be the same word by mistake.
      out_ += text_.substr(at_, end - at_);
      at_ = end;
      name = "bearer";
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
  size_t url_end_ = 0;  // of the last URL
  std::string out_;
};

}  // namespace

std::string_view CutAtCharacter(std::string_view text, size_t max_bytes) {
  if (text.size() <= max_bytes) return text;
  size_t end = max_bytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

bool BeginsLikeSecret(std::string_view word) {
  const std::string lower = Lower(word);
  return BeginsWithOneOf(std::string_view(lower), kSecretPrefixes) || HasSecretPart(lower);
}

bool IsSecretWord(std::string_view word) {
  std::string_view core = word;
  while (!core.empty() && !IsLetter(core.front()) && !IsDigit(core.front())) core.remove_prefix(1);
  while (!core.empty() && (core.back() == '.' || core.back() == '-')) core.remove_suffix(1);
  if (BeginsLikeSecret(core)) return true;
  return !BeginsWithOneOf(std::string_view(core), kPublicPrefixes) && IsUnreadable(core);
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

}  // namespace llmgate::openai
