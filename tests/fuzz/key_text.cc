// Any text as an API key: its form is judged alike from every side, and a judged one is looked up
// by an id that stands in it.
#include "tenancy/key_text.h"

#include "fuzz/input.h"
#include "fuzz/require.h"

namespace inferwire::fuzz {
namespace {

void CheckKey(std::string_view text) {
  const auto id = tenancy::IdOfKey(text);
  if (!id) return;
  Require(tenancy::LooksLikeKey(text), "a key looks like one", text);
  Require(text.size() == tenancy::kKeySize, "a key has its size", text);
  Require(tenancy::IsKeyId(*id), "its id is one", text);
  Require(text.substr(tenancy::kKeyPrefix.size(), tenancy::kKeyIdSize) == *id,
          "its id stands in it", text);
  // One letter that is another, wherever it is, and the check does not fit.
  std::string typo(text);
  for (size_t i = tenancy::kKeyPrefix.size(); i < typo.size(); ++i) {
    const char right = typo[i];
    typo[i] = right == 'a' ? 'b' : 'a';
    Require(!tenancy::IdOfKey(typo), "a typo is seen", typo);
    typo[i] = right;
  }
}

}  // namespace

void Run(std::string_view text) {
  CheckKey(text);
  tenancy::KeyHasher plain, peppered("pepper");
  const tenancy::KeyHash hash = plain.Of(text);
  Require(tenancy::SameHash(hash, plain.Of(text)), "a hash is the same each time");
  Require(!tenancy::SameHash(hash, peppered.Of(text)), "a pepper makes another one");
  Require(tenancy::ParseKeyHash(tenancy::HexOf(hash)) == hash, "a hash reads back");
  const auto parsed = tenancy::ParseKeyHash(text);
  Require(!parsed || tenancy::HexOf(*parsed) == text, "what is a hash is written in one way", text);
  // A key whose letters the input chooses is a key.
  size_t at = 0;
  const auto random = [&](unsigned char* to, size_t size) {
    for (size_t i = 0; i < size; ++i, ++at) {
      to[i] = text.empty() ? 0 : static_cast<unsigned char>(text[at % text.size()] + at / 7);
    }
    return text.size() > 0 && at < 100'000;
  };
  const auto key = tenancy::NewKey("AbCd1234", random);
  if (!key) return;
  CheckKey(*key);
  Require(tenancy::IdOfKey(*key) == "AbCd1234", "a new key is one", *key);
}

}  // namespace inferwire::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  inferwire::fuzz::Run(inferwire::fuzz::Input(data, size).Rest());
  return 0;
}
