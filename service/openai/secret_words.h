// Which words of a foreign text are keys, tokens or account ids, and which are names that a caller
// must be able to read: models, deployments, tools, request ids. Pure.
#pragma once

#include <string_view>

namespace inferwire::openai {

// Letters, digits and - _ * . + ~, of which words are made.
bool IsWordByte(char c);

// The word begins like a known kind of key or account id, whatever follows. For what is no sentence
// (a header), where no name is lost by it.
bool BeginsLikeSecret(std::string_view word);

// What the words before it say about a long random word.
enum class Context {
  kNone,
  kName,     // "request id", "deployment", "revision": it may be read
  kAccount,  // "team", "api key": it may not
};

// The word looks like a key, a token or an account id: it begins like one and goes on at random, or
// it is long and random altogether.
bool IsSecretWord(std::string_view word, Context context);

// What a word, in lower case, says about those after it.
Context ContextOf(std::string_view word);

// After "key:", "token =" and the like: the value is an ordinary word or name, not a secret.
bool IsReadableValue(std::string_view value);

// A word that explains: "api_key: required", "token: invalid value".
bool Explains(std::string_view lower);

}  // namespace inferwire::openai
