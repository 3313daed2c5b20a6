// The command at a real gateway: sound and pictures go up from files and come back as files.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/sha256.h"
#include "client/command.h"
#include "gateway.h"
#include "support/temp_folder.h"

namespace inferwire::e2e {
namespace {

using ::testing::HasSubstr;

std::string HashOf(const std::string& bytes) {
  Sha256 hash;
  hash.Add(bytes);
  return hash.Hex();
}

std::string ReadAllOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

TEST(MediaCommand, SpeaksListensAndEdits) {
  Gateway gateway;
  testing_support::TempFolder folder;
  const auto run = [&](std::vector<std::string> args, const std::string& input = "") {
    args.insert(args.begin(), {"--server", gateway.target()});
    return inferwire::testing_support::Command(std::move(args), input).Wait();
  };
  const std::string sound = folder.File("hello.wav");
  const auto spoken = run({"speak", "Hello there", "--model", "tts-1", "-o", sound});
  ASSERT_EQ(spoken.exit_code, 0) << spoken.err;
  const std::string bytes = ReadAllOf(sound);
  EXPECT_EQ(bytes.substr(0, 4), "RIFF");
  EXPECT_EQ(run({"speak", "Hello there", "--model", "tts-1", "--format", "wav", "-o", "-"}).out,
            bytes);
  const auto heard = run({"transcribe", sound});
  ASSERT_EQ(heard.exit_code, 0) << heard.err;
  EXPECT_THAT(heard.out, HasSubstr(HashOf(bytes)));
  EXPECT_THAT(heard.err, HasSubstr("sent"));
  // The same text, as it is understood.
  const auto streamed = run({"transcribe", sound, "--stream"});
  ASSERT_EQ(streamed.exit_code, 0) << streamed.err;
  EXPECT_EQ(streamed.out, heard.out);
  EXPECT_THAT(run({"transcribe", sound, "--stream", "--json"}).out,
              HasSubstr("\"type\":\"transcript.text.delta\""));
  EXPECT_EQ(run({"transcribe", sound, "--stream", "-m", "gpt-4o-transcribe+status=400"}).exit_code,
            1);
  const auto piped = run({"translate", "-", "--name", "a.wav"}, bytes);
  ASSERT_EQ(piped.exit_code, 0) << piped.err;
  EXPECT_THAT(piped.out, HasSubstr("a.wav"));
  EXPECT_THAT(piped.out, HasSubstr(HashOf(bytes)));
  EXPECT_EQ(run({"translate", "-"}, bytes).exit_code, 2) << "without a name";
  EXPECT_THAT(run({"transcribe", sound, "--model", "whisper-1", "--format", "vtt"}).out,
              HasSubstr("WEBVTT"));
  const std::string picture = folder.File("out.png");
  const auto edited =
      run({"image", "edit", sound, sound, "--mask", sound, "--prompt", "Blue", "-o", picture});
  ASSERT_EQ(edited.exit_code, 0) << edited.err;
  EXPECT_EQ(edited.out, picture + "\n");
  EXPECT_EQ(ReadAllOf(picture).substr(1, 3), "PNG");
  EXPECT_NE(run({"image", "a cat"}).exit_code, 0) << "without -o";
  // Sound that is cut leaves no file.
  const std::string cut = folder.File("cut.mp3");
  EXPECT_EQ(run({"speak", "Hello", "--model", "tts-1+big=300000+reset_after=100000", "-o", cut})
                .exit_code,
            1);
  EXPECT_FALSE(std::filesystem::exists(cut));
  EXPECT_FALSE(std::filesystem::exists(cut + ".part"));
}

}  // namespace
}  // namespace inferwire::e2e
