#include "openai/secret_words.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace inferwire::openai {
namespace {

// Letters and digits without a break that are longer than this are no word of any language.
constexpr size_t kLongestWord = 27;
// The least of a key's random part, at the word's beginning and within it.
constexpr size_t kRandomAtFront = 8, kRandomWithin = 20;
// A UUID without its hyphens; keys of hexadecimal digits are as long or longer.
constexpr size_t kLongHex = 32;

// Keys and account ids that may begin within a word, too.
constexpr std::array<std::string_view, 6> kParts = {"sk-", "sk_", "org-", "org_", "proj_", "proj-"};
// Further keys by the way they begin: providers', clouds', our own.
constexpr std::array<std::string_view, 12> kPrefixes = {
    "gsk_", "xai-", "hf_", "pplx-", "r8_", "ghp_", "lg_", "fw_", "nvapi-", "csk-", "tgp_", "sess-"};
// The same without a separator, written just so: clouds' keys and JSON web tokens.
constexpr std::array<std::string_view, 3> kBarePrefixes = {"AIza", "AKIA", "eyJ"};
// Names of things that a caller asked for and must be able to read.
constexpr std::array<std::string_view, 12> kPublicPrefixes = {
    "file-", "batch_", "resp_", "chatcmpl-", "ftjob-", "req_",
    "msg_",  "call_",  "run_",  "thread_",   "gen-",   "vs_"};

constexpr std::array<std::string_view, 25> kNames = {
    "request",  "requestid", "request_id", "request-id", "trace",    "traceid", "trace_id",
    "id",       "ids",       "model",      "deployment", "endpoint", "file",    "batch",
    "response", "operation", "job",        "revision",   "commit",   "version", "sha256",
    "digest",   "function",  "tool",       "correlation"};
constexpr std::array<std::string_view, 24> kAccounts = {
    "team",      "org",        "organization", "organisation", "account",  "project",
    "tenant",    "user",       "subscription", "workspace",    "customer", "owner",
    "principal", "key",        "keys",         "api_key",      "apikey",   "api-key",
    "token",     "credential", "credentials",  "secret",       "bearer",   "password"};
constexpr std::array<std::string_view, 24> kExplanations = {
    "invalid", "missing", "required", "field",  "none",      "null",    "undefined", "empty",
    "is",      "not",     "must",     "cannot", "the",       "expired", "unknown",   "incorrect",
    "string",  "str",     "any",      "unset",  "malformed", "please",  "should",    "value"};

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }
bool IsAlphanumeric(char c) { return IsLower(c) || IsUpper(c) || IsDigit(c); }
bool IsHex(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

template <size_t N>
bool IsOneOf(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

// The prefix that the word has and is longer than; empty if it has none.
template <size_t N>
std::string_view PrefixIn(std::string_view word, const std::array<std::string_view, N>& prefixes) {
  for (const std::string_view prefix : prefixes) {
    if (word.size() > prefix.size() && word.starts_with(prefix)) return prefix;
  }
  return {};
}

// Calls it with each run of letters, digits and the asterisks of a masked key until it says true.
template <class Accept>
bool AnyRun(std::string_view word, Accept accept) {
  size_t begin = 0;
  for (size_t at = 0; at <= word.size(); ++at) {
    if (at < word.size() && (IsAlphanumeric(word[at]) || word[at] == '*')) continue;
    if (at > begin && accept(word.substr(begin, at - begin))) return true;
    begin = at + 1;
  }
  return false;
}

// As many capitals as small letters, or nearly: getCustomerOrderHistory has one in five.
bool HasRandomCase(std::string_view run) {
  constexpr size_t kEnough = 16;
  const auto upper = static_cast<size_t>(std::count_if(run.begin(), run.end(), IsUpper));
  const auto lower = static_cast<size_t>(std::count_if(run.begin(), run.end(), IsLower));
  return upper + lower >= kEnough && 10 * upper >= 3 * (upper + lower) &&
         10 * lower >= 3 * (upper + lower);
}

// Changes between kinds of letters come often where letters are drawn at random, and seldom in what
// people write, such as gpt4omini20240718eastus.
bool IsRandom(std::string_view run) {
  if (run.find('*') != std::string_view::npos || HasRandomCase(run)) return true;
  size_t changes = 0;
  for (size_t at = 1; at < run.size(); ++at) {
    const char before = run[at - 1], c = run[at];
    changes += IsDigit(before) != IsDigit(c) || (IsLower(before) && IsUpper(c));
  }
  return changes * 4 > run.size();
}

bool IsHexRun(std::string_view run) { return std::all_of(run.begin(), run.end(), IsHex); }

bool HasRandomRun(std::string_view word, size_t least) {
  return AnyRun(word, [least](std::string_view run) {
    return run.size() >= least && (IsRandom(run) || run.size() > 4 * kLongestWord);
  });
}

bool HasDigitOrMask(std::string_view word) {
  return std::any_of(word.begin(), word.end(), [](char c) { return IsDigit(c) || c == '*'; });
}

// CANARY: names are written in small letters, or with a few capitals.
bool IsAllCapitals(std::string_view run) {
  constexpr size_t kEnough = 6;
  return run.size() >= kEnough && std::all_of(run.begin(), run.end(), IsUpper);
}

// QZXW12ab, QZXWabcdef: names seldom have capitals and digits, or a row of capitals and more, in
// one run.
bool IsMixed(std::string_view run) {
  constexpr size_t kRow = 4;
  size_t row = 0, longest = 0;
  for (const char c : run) longest = std::max(longest, row = IsUpper(c) ? row + 1 : 0);
  return run.size() >= kRandomAtFront && (longest >= kRow || (HasDigitOrMask(run) && longest > 0));
}

// Nothing else begins with "sk-" or "eyJ"; what begins like the other kinds may be a name, such as
// proj_status, hf_transfer or org-chart-v2.
bool IsKey(std::string_view word, std::string_view lower, Context context) {
  if (lower.starts_with("sk-") || !PrefixIn(word, kBarePrefixes).empty()) return true;
  auto prefix = PrefixIn(lower, kParts);
  if (prefix.empty()) prefix = PrefixIn(lower, kPrefixes);
  if (prefix.empty()) return false;
  const std::string_view rest = word.substr(prefix.size());
  return context == Context::kAccount || HasRandomRun(rest, kRandomAtFront) ||
         AnyRun(rest, [](std::string_view run) { return IsAllCapitals(run) || IsMixed(run); });
}

bool HasKeyWithin(std::string_view word, std::string_view lower) {
  for (size_t at = 1; at < word.size(); ++at) {
    if (IsAlphanumeric(word[at - 1])) continue;
    const auto prefix = PrefixIn(lower.substr(at), kParts);
    if (!prefix.empty() && HasRandomRun(word.substr(at + prefix.size()), kRandomWithin)) {
      return true;
    }
  }
  return false;
}

// 8-4-4-4-12 hexadecimal digits, or any long row of them with hyphens.
bool IsUuid(std::string_view word) {
  const auto digits = static_cast<size_t>(std::count_if(word.begin(), word.end(), IsHex));
  const auto hyphens = static_cast<size_t>(std::count(word.begin(), word.end(), '-'));
  return hyphens >= 3 && digits > kLongestWord && digits + hyphens == word.size() &&
         HasDigitOrMask(word);
}

bool IsLongAndRandom(std::string_view word) {
  return AnyRun(word, [](std::string_view run) {
    if (run.size() >= kLongHex && IsHexRun(run) && HasDigitOrMask(run)) return true;
    return run.size() > kLongestWord && (IsRandom(run) || run.size() > 4 * kLongestWord);
  });
}

// The word without what surrounds it in a sentence.
std::string_view Core(std::string_view word) {
  while (!word.empty() && !IsAlphanumeric(word.front())) word.remove_prefix(1);
  while (word.ends_with('.') || word.ends_with('-')) word.remove_suffix(1);
  return word;
}

}  // namespace

bool IsWordByte(char c) {
  return IsAlphanumeric(c) || c == '-' || c == '_' || c == '*' || c == '.' || c == '+' || c == '~';
}

bool BeginsLikeSecret(std::string_view word) {
  const std::string lower = Lower(word);
  return !PrefixIn(std::string_view(lower), kParts).empty() ||
         !PrefixIn(std::string_view(lower), kPrefixes).empty() ||
         !PrefixIn(word, kBarePrefixes).empty();
}

bool IsSecretWord(std::string_view word, Context context) {
  const std::string_view core = Core(word);
  const std::string lower = Lower(core);
  if (IsKey(core, lower, context) || HasKeyWithin(core, lower)) return true;
  if (!PrefixIn(std::string_view(lower), kPublicPrefixes).empty()) return false;
  if (IsUuid(core)) return context == Context::kAccount;
  return context != Context::kName && IsLongAndRandom(core);
}

Context ContextOf(std::string_view word) {
  if (IsOneOf(word, kNames)) return Context::kName;
  return IsOneOf(word, kAccounts) ? Context::kAccount : Context::kNone;
}

bool IsReadableValue(std::string_view value) {
  const std::string_view core = Core(value);
  if (core.empty() || core.size() > 2 * kLongestWord) return false;
  return !AnyRun(core, [](std::string_view run) {
    const bool number = std::all_of(run.begin(), run.end(), IsDigit) && run.size() <= 6;
    return run.size() > kLongestWord || IsRandom(run) || IsAllCapitals(run) ||
           (HasDigitOrMask(run) && !number);
  });
}

bool Explains(std::string_view lower) { return IsOneOf(Core(lower), kExplanations); }

}  // namespace inferwire::openai
