#include "base/secret.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include <concepts>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <ostream>
#include <type_traits>

namespace inferwire {
namespace {

using testing::HasSubstr;
using testing::Not;

// What a secret must never be able to do, checked where a change would first compile.
template <class T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};
template <class T>
concept Comparable = requires(const T& a, const T& b) {
  a == b;
};
static_assert(!std::is_copy_constructible_v<Secret> && !std::is_copy_assignable_v<Secret>);
static_assert(std::is_nothrow_move_constructible_v<Secret>);
static_assert(!std::is_convertible_v<Secret, std::string>);
static_assert(!std::is_convertible_v<Secret, std::string_view>);
static_assert(!std::is_constructible_v<std::string, Secret>);
static_assert(!std::is_constructible_v<Secret, std::string>);
static_assert(!Streamable<Secret> && !Comparable<Secret>);
static_assert(Streamable<std::string> && Comparable<std::string>);  // the concepts can say yes

class SecretFile : public testing::Test {
 protected:
  SecretFile() {
    char name[] = "/tmp/inferwire_secret_XXXXXX";
    folder = mkdtemp(name);
    path = folder / "api-key";
  }
  ~SecretFile() override { std::filesystem::remove_all(folder); }
  void Write(std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

  std::filesystem::path folder, path;
};

TEST_F(SecretFile, IsReadWithoutItsLastLineBreak) {
  for (const char* text : {"sk-test", "sk-test\n", "sk-test\r\n"}) {
    Write(text);
    const auto secret = Secret::FromFile(path);
    ASSERT_TRUE(secret.ok()) << secret.error().message;
    EXPECT_EQ(secret->Reveal(), "sk-test");
  }
}

TEST_F(SecretFile, OfTheLargestSizeIsRead) {
  const std::string key(kMaxSecretBytes, 'k');
  Write(key + "\r\n");
  const auto secret = Secret::FromFile(path);
  ASSERT_TRUE(secret.ok());
  EXPECT_EQ(secret->Reveal(), key);
}

TEST_F(SecretFile, ThatIsTooLargeIsRefused) {
  Write(std::string(kMaxSecretBytes + 1, 'k'));
  const auto secret = Secret::FromFile(path);
  ASSERT_FALSE(secret.ok());
  EXPECT_THAT(secret.error().message, HasSubstr("16 KiB"));
}

TEST_F(SecretFile, ThatIsEmptyIsRefused) {
  for (const char* text : {"", "\n", "\r\n"}) {
    Write(text);
    const auto secret = Secret::FromFile(path);
    ASSERT_FALSE(secret.ok());
    EXPECT_THAT(secret.error().message, HasSubstr("is empty"));
  }
}

TEST_F(SecretFile, WithBytesUnfitForAHeaderIsRefusedWithoutShowingThem) {
  for (const std::string& text : {std::string("sk-canary\nsecond"), std::string("sk-canary\n\n"),
                                  std::string("sk canary"), std::string("sk-canary\0x", 11),
                                  std::string("sk-canary\xc3\xa4"), std::string("\tsk-canary")}) {
    Write(text);
    const auto secret = Secret::FromFile(path);
    ASSERT_FALSE(secret.ok());
    EXPECT_THAT(secret.error().message, HasSubstr(path.string()));
    EXPECT_THAT(secret.error().message, Not(HasSubstr("canary")));
  }
}

TEST_F(SecretFile, ThatCannotBeReadIsNamed) {
  const auto missing = Secret::FromFile(path);
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().code, Code::kFailedPrecondition);
  EXPECT_THAT(missing.error().message, HasSubstr(path.string()));
  EXPECT_FALSE(Secret::FromFile(folder).ok());
}

TEST(Secret, ComesFromTheEnvironment) {
  ASSERT_EQ(setenv("INFERWIRE_TEST_KEY", "sk-env", 1), 0);
  const auto secret = Secret::FromEnv("INFERWIRE_TEST_KEY");
  ASSERT_TRUE(secret.ok());
  EXPECT_EQ(secret->Reveal(), "sk-env");

  unsetenv("INFERWIRE_TEST_KEY");
  const auto missing = Secret::FromEnv("INFERWIRE_TEST_KEY");
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().message, HasSubstr("INFERWIRE_TEST_KEY"));
}

TEST(Secret, MovesAndLeavesNothingBehind) {
  Secret from = std::move(*Secret::FromText("sk-one", "a test"));
  Secret to = std::move(from);
  EXPECT_EQ(to.Reveal(), "sk-one");
  EXPECT_EQ(from.Reveal(), "");  // NOLINT(bugprone-use-after-move): this is what is promised

  Secret other = std::move(*Secret::FromText("sk-two", "a test"));
  other = std::move(to);
  EXPECT_EQ(other.Reveal(), "sk-one");
  Secret& same = other;
  other = std::move(same);
  EXPECT_EQ(other.Reveal(), "sk-one");
}

}  // namespace
}  // namespace inferwire
