// inferwire embed, moderate, image and continue.
#include "client/cli_typed_fixture.h"
#include "inferwire/v1/embeddings_service.pb.h"
#include "inferwire/v1/images_service.pb.h"
#include "inferwire/v1/moderations_service.pb.h"
#include "inferwire/v1/text_completions_service.pb.h"

namespace inferwire {
namespace {

using ::testing::HasSubstr;

class CliEmbed : public testing_support::CliTypedTest {
 protected:
  // A vector of two numbers for each text: its length, and a tenth.
  void Serve() {
    typed_.On<v1::EmbedRequest, v1::EmbedResponse>(
        "EmbeddingsService/Embed", [this](const auto& request, auto& response) {
          seen_.push_back(request.params());
          auto& result = *response.mutable_result();
          result.set_model("text-embedding-3-small");
          for (int i = request.params().input_size() - 1; i >= 0; --i) {
            auto& embedding = *result.add_embeddings();
            embedding.set_index(i);
            embedding.add_values(static_cast<float>(request.params().input(i).size()));
            embedding.add_values(0.1F);
          }
          result.mutable_usage()->set_input_tokens(request.params().input_size());
          result.mutable_usage()->set_total_tokens(request.params().input_size());
          response.mutable_gateway()->mutable_cost()->set_total_picousd(20'000);
          return grpc::Status::OK;
        });
  }

  // The same one by one, the last of each two first.
  void ServeStream(grpc::Status status = grpc::Status::OK) {
    typed_.OnStream<v1::StreamEmbedRequest>(
        "EmbeddingsService/StreamEmbed", [this, status](const auto& request) {
          seen_.push_back(request.params());
          testing_support::FakeTyped::Stream<v1::StreamEmbedResponse> stream;
          stream.status = status;
          const int count = request.params().input_size();
          for (int i = 0; i < count; ++i) {
            const int index = std::min(i ^ 1, count - 1);
            auto& embedding = *stream.messages.emplace_back().mutable_embedding();
            embedding.set_index(index);
            embedding.add_values(static_cast<float>(request.params().input(index).size()));
            embedding.add_values(0.1F);
          }
          if (!status.ok()) return stream;
          auto& completed = *stream.messages.emplace_back().mutable_completed();
          completed.set_count(count);
          completed.mutable_result()->set_model("text-embedding-3-small");
          completed.mutable_result()->mutable_usage()->set_input_tokens(count);
          completed.mutable_result()->mutable_usage()->set_total_tokens(count);
          completed.mutable_gateway()->mutable_cost()->set_total_picousd(20'000);
          return stream;
        });
  }

  std::vector<v1::EmbeddingParams> seen_;
};
class CliModerate : public testing_support::CliTypedTest {
 protected:
  void Serve(bool flagged) {
    typed_.On<v1::ModerateRequest, v1::ModerateResponse>(
        "ModerationsService/Moderate", [this, flagged](const auto& request, auto& response) {
          seen_ = request.params();
          auto& result = *response.mutable_moderation()->add_results();
          result.set_flagged(flagged);
          (*result.mutable_categories())["violence"] = flagged;
          (*result.mutable_categories())["hate"] = false;
          (*result.mutable_category_scores())["violence"] = 0.91234;
          (*result.mutable_category_scores())["hate"] = 0.00001;
          return grpc::Status::OK;
        });
  }

  v1::ModerationParams seen_;
};
class CliImage : public testing_support::CliTypedTest {
 protected:
  void Serve(int count = 1) {
    typed_.On<v1::GenerateImagesRequest, v1::GenerateImagesResponse>(
        "ImagesService/GenerateImages", [this, count](const auto& request, auto& response) {
          seen_ = request.params();
          for (int i = 1; i <= count; ++i) {
            response.mutable_result()->add_images()->set_data("PNG\n" + std::to_string(i));
          }
          response.mutable_gateway()->set_model("gpt-image-1");
          return grpc::Status::OK;
        });
  }

  v1::ImageParams seen_;
};
TEST_F(CliImage, WritesPreviewsBesideTheImage) {
  typed_.OnStream<v1::StreamGenerateImagesRequest>(
      "ImagesService/StreamGenerateImages", [this](const auto& request) {
        seen_ = request.params();
        testing_support::FakeTyped::Stream<v1::StreamGenerateImagesResponse> stream;
        const auto add = [&](const std::string& data, bool last, std::optional<int> preview) {
          v1::ImagePart& part = *stream.messages.emplace_back().mutable_part();
          part.set_data(data);
          part.set_last(last);
          if (preview) part.set_partial_image_index(*preview);
        };
        add("first", true, 0);
        add("sec", false, 1);
        add("ond", true, 1);
        add("the ", false, std::nullopt);
        add("image", true, std::nullopt);
        auto& completed = *stream.messages.emplace_back().mutable_completed();
        completed.mutable_result()->add_images();
        completed.mutable_gateway()->set_model("gpt-image-1");
        return stream;
      });
  const auto done = Run({"image", "a cat", "-o", Path("cat.png"), "--previews", "2"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(seen_.partial_images(), 2);
  EXPECT_EQ(Read("cat-preview-1.png"), "first");
  EXPECT_EQ(Read("cat-preview-2.png"), "second");
  EXPECT_EQ(Read("cat.png"), "the image");
  EXPECT_EQ(done.out, Path("cat.png") + "\n");
}

class CliContinue : public testing_support::CliTypedTest {
 protected:
  v1::TextCompletionParams seen_;
};

TEST_F(CliEmbed, PrintsALineForEachText) {
  Serve();
  const auto done = Run({"embed", "a", "bb", "--dimensions", "2"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out,
            "{\"custom_id\":\"text-1\",\"embedding\":[1,0.1]}\n"
            "{\"custom_id\":\"text-2\",\"embedding\":[2,0.1]}\n");
  EXPECT_EQ(done.err, "[text-embedding-3-small, 2 in + 0 out = 2 tokens, USD 0.00000002]\n");
  EXPECT_EQ(seen_.at(0).dimensions(), 2);
  EXPECT_EQ(seen_.at(0).model(), "text-embedding-3-small");
}

TEST_F(CliEmbed, ReadsStandardInputAsOneText) {
  Serve();
  EXPECT_EQ(Run({"embed"}, "all of it").out, "{\"custom_id\":\"text-1\",\"embedding\":[9,0.1]}\n");
}

TEST_F(CliEmbed, JsonIsTheUpstreamsOwnForm) {
  Serve();
  const auto json = Parse(Run({"embed", "--json", "a"}).out);
  EXPECT_EQ(json["object"], "list");
  EXPECT_EQ(json["data"][0]["embedding"][0], 1);
}

TEST_F(CliEmbed, GoesThroughAFileInParts) {
  Serve();
  ServeStream();
  std::string lines = "\"first\"\n\n{\"custom_id\":\"b\",\"input\":\"second\"}\n";
  for (int i = 0; i < 2100; ++i) lines += "{\"text\":\"x\"}\n";
  const auto done = Run({"embed", "--input", File("in.jsonl", lines), "-o", Path("out.jsonl")});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, "");
  EXPECT_THAT(done.err, HasSubstr("2102 in + 0 out = 2102 tokens, USD 0.00000004]"));
  ASSERT_EQ(seen_.size(), 2u);
  EXPECT_EQ(seen_[0].input_size(), 2048);
  EXPECT_EQ(seen_[1].input_size(), 54);
  const std::string out = Read("out.jsonl");
  EXPECT_EQ(std::ranges::count(out, '\n'), 2102);
  EXPECT_THAT(out, HasSubstr("{\"custom_id\":\"line-1\",\"embedding\":[5,0.1]}\n"
                             "{\"custom_id\":\"b\",\"embedding\":[6,0.1]}\n"
                             "{\"custom_id\":\"line-4\""));
}

TEST_F(CliEmbed, OfACutStreamTheLinesStayThatCame) {
  ServeStream(grpc::Status(grpc::StatusCode::UNAVAILABLE, "cut"));
  std::string lines;
  for (int i = 0; i < 300; ++i) lines += "\"x\"\n";
  const auto done = Run({"embed", "--input", File("in.jsonl", lines)});
  EXPECT_NE(done.exit_code, 0);
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 300);
}

TEST_F(CliEmbed, ACallTakesNoMoreThanHalfAMegabyte) {
  Serve();
  const std::string line = "\"" + std::string(400'000, 'x') + "\"\n";
  const auto done = Run({"embed", "--input", File("in.jsonl", line + line + line)});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(seen_.size(), 3u);
  EXPECT_EQ(std::ranges::count(done.out, '\n'), 3);
}

TEST_F(CliEmbed, RefusesABadLineWithItsNumber) {
  Serve();
  const auto bad = [&](const std::string& lines) {
    const auto done = Run({"embed", "--input", File("in.jsonl", lines)});
    EXPECT_EQ(done.exit_code, 2) << lines;
    return done.err;
  };
  EXPECT_THAT(bad("\"a\"\nb\n"), HasSubstr("line 2: is neither a JSON string nor an object"));
  EXPECT_THAT(bad("{\"custom_id\":\"a\"}\n"), HasSubstr("line 1: has no input"));
  EXPECT_THAT(bad("{\"input\":7}\n"), HasSubstr("line 1: input must be a string"));
  EXPECT_THAT(bad("\"  \"\n"), HasSubstr("line 1: the text is empty"));
  EXPECT_THAT(bad("\n"), HasSubstr("there are no texts"));
  EXPECT_TRUE(seen_.empty());
  EXPECT_EQ(Run({"embed", "--input", Path("none")}).exit_code, 2);
  EXPECT_EQ(Run({"embed", "--input", Path("none"), "text"}).exit_code, 2);
}

TEST_F(CliModerate, ShowsTheLikeliestCategoryFirst) {
  Serve(true);
  const auto done = Run({"moderate", "some", "text"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out,
            "category  flagged  score\n"
            "violence  yes      0.9123\n"
            "hate      no       0.0000\n"
            "flagged\n");
  EXPECT_EQ(seen_.input(0), "some text");
  EXPECT_FALSE(seen_.has_model());
}

TEST_F(CliModerate, CheckTellsByItsExitCode) {
  Serve(true);
  EXPECT_EQ(Run({"moderate", "--check", "text"}).exit_code, 1);
  EXPECT_EQ(Run({"moderate", "--check", "--json", "text"}).exit_code, 1);
  Serve(false);
  const auto done = Run({"moderate", "--check", "--model", "m"}, "text");
  EXPECT_EQ(done.exit_code, 0);
  EXPECT_THAT(done.out, HasSubstr("not flagged\n"));
  EXPECT_EQ(seen_.model(), "m");
  EXPECT_EQ(Parse(Run({"moderate", "--json", "text"}).out)["results"][0]["flagged"], false);
}

TEST_F(CliModerate, NoVerdictIsNoPermission) {
  typed_.On<v1::ModerateRequest, v1::ModerateResponse>(
      "ModerationsService/Moderate", [](const auto&, auto&) { return grpc::Status::OK; });
  EXPECT_EQ(Run({"moderate", "--check", "text"}).exit_code, 1);
}

TEST_F(CliImage, WritesTheFileAndPrintsItsName) {
  Serve();
  const auto done =
      Run({"image", "a", "cat", "-o", Path("cat.png"), "--size", "1024x1024", "--quality", "low"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, Path("cat.png") + "\n");
  EXPECT_EQ(done.err, "[gpt-image-1]\n");
  EXPECT_EQ(Read("cat.png"), "PNG\n1");
  EXPECT_EQ(seen_.prompt(), "a cat");
  EXPECT_EQ(seen_.size(), "1024x1024");
  EXPECT_EQ(seen_.quality(), "low");
  EXPECT_FALSE(seen_.has_output_format());
}

TEST_F(CliImage, NumbersSeveral) {
  Serve(2);
  const auto done = Run({"image", "a cat", "-o", Path("cat.webp"), "--n", "2", "--json"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(Read("cat-1.webp"), "PNG\n1");
  EXPECT_EQ(Read("cat-2.webp"), "PNG\n2");
  EXPECT_FALSE(std::filesystem::exists(Path("cat.webp")));
  const auto json = Parse(done.out);
  EXPECT_EQ(json["data"][1]["file"], Path("cat-2.webp"));
  EXPECT_FALSE(json["data"][1].contains("b64_json"));
  EXPECT_EQ(seen_.n(), 2);
  EXPECT_EQ(seen_.output_format(), "webp");
}

TEST_F(CliImage, GoesToAPipeButOneOnly) {
  Serve();
  EXPECT_EQ(Run({"image", "a cat", "-o", "-"}).out, "PNG\n1");
  EXPECT_EQ(Run({"image", "a cat", "-o", "-", "-n", "2"}).exit_code, 2);
  EXPECT_EQ(Run({"image", "a cat", "-o", "-", "--json"}).exit_code, 2);
}

TEST_F(CliImage, AUrlIsPrinted) {
  typed_.On<v1::GenerateImagesRequest, v1::GenerateImagesResponse>(
      "ImagesService/GenerateImages", [](const auto&, auto& response) {
        response.mutable_result()->add_images()->set_url("https://example.com/cat.png");
        return grpc::Status::OK;
      });
  EXPECT_EQ(Run({"image", "a cat", "-o", Path("cat.png")}).out, "https://example.com/cat.png\n");
}

TEST_F(CliImage, AsksNobodyForWhatCannotBeKept) {
  const auto done = Run({"image", "a cat", "-o", Path("no/such/folder/cat.png")});
  EXPECT_EQ(done.exit_code, 2);
  EXPECT_THAT(done.err, HasSubstr("cannot write"));
  EXPECT_EQ(Run({"image", "a cat"}).exit_code, 2);
  // What is refused leaves no file behind.
  EXPECT_EQ(Run({"image", "a cat", "-o", Path("cat.png")}).exit_code, 1);
  EXPECT_FALSE(std::filesystem::exists(Path("cat.png")));
}

TEST_F(CliContinue, StreamsTheText) {
  typed_.OnStream<v1::StreamCompleteTextRequest>(
      "TextCompletionsService/StreamCompleteText", [this](const auto& request) {
        seen_ = request.params();
        testing_support::FakeTyped::Stream<v1::StreamCompleteTextResponse> stream;
        for (const char* const text : {" upon", " a time"}) {
          auto& chunk = *stream.messages.emplace_back().mutable_chunk();
          chunk.set_model("instruct-2");
          chunk.add_choices()->set_text(text);
        }
        auto& end = *stream.messages.emplace_back().mutable_chunk()->add_choices();
        end.set_finish_reason("length");
        auto& usage = *stream.messages.emplace_back().mutable_completed()->mutable_usage();
        usage.set_input_tokens(1);
        usage.set_output_tokens(3);
        usage.set_total_tokens(4);
        return stream;
      });
  const auto done = Run({"continue", "Once", "--max-tokens", "3", "--stop", ".", "--suffix", "end",
                         "--temperature", "0.5", "--param", "logprobs=1"});
  EXPECT_EQ(done.exit_code, 0) << done.err;
  EXPECT_EQ(done.out, " upon a time\n");
  EXPECT_EQ(done.err, "[instruct-2, 1 in + 3 out = 4 tokens, cut at the token limit]\n");
  EXPECT_EQ(seen_.prompt(0), "Once");
  EXPECT_EQ(seen_.model(), "gpt-3.5-turbo-instruct");
  EXPECT_EQ(seen_.max_tokens(), 3);
  EXPECT_EQ(seen_.stop(0), ".");
  EXPECT_EQ(seen_.suffix(), "end");
  EXPECT_EQ(seen_.temperature(), 0.5);
  EXPECT_EQ(seen_.extra().at("logprobs"), "1");
}

TEST_F(CliContinue, SeveralAnswersComeWhole) {
  typed_.On<v1::CompleteTextRequest, v1::CompleteTextResponse>(
      "TextCompletionsService/CompleteText", [](const auto& request, auto& response) {
        for (int i = 0; i < request.params().n(); ++i) {
          auto& choice = *response.mutable_completion()->add_choices();
          choice.set_index(i);
          choice.set_text("text " + std::to_string(i));
        }
        return grpc::Status::OK;
      });
  EXPECT_EQ(Run({"continue", "Once", "-n", "2"}).out,
            "--- answer 1\ntext 0\n--- answer 2\ntext 1\n");
  const auto json = Parse(Run({"continue", "Once", "-n", "1", "--json"}).out);
  EXPECT_EQ(json["object"], "text_completion");
  EXPECT_EQ(json["choices"][0]["text"], "text 0");
}

}  // namespace
}  // namespace inferwire
