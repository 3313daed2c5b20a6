#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "simulator/content.h"
#include "simulator/multipart.h"
#include "unit/simulator/stored_batch.h"

namespace inferwire::simulator::testing {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

std::unique_ptr<Simulator> Start(Options options = {}) {
  return std::move(*Simulator::Start(options));
}

std::string Pattern(size_t size) {
  std::string bytes(size, '\0');
  for (size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 2654435761u >> 13);
  return bytes;
}

TEST(Content, KeepsSmallAndLargeBytesAlike) {
  for (const size_t size :
       {size_t{0}, size_t{10}, Content::kInMemory, Content::kInMemory * 3 + 7}) {
    const std::string bytes = Pattern(size);
    Content content("");
    for (size_t at = 0; at < size; at += 1000) {
      ASSERT_TRUE(content.Append(std::string_view(bytes).substr(at, 1000)));
    }
    EXPECT_EQ(content.size(), static_cast<int64_t>(size));
    EXPECT_TRUE(content.Read(0, size + 10) == bytes);
    EXPECT_EQ(content.Read(static_cast<int64_t>(size), 5), "");
    EXPECT_EQ(content.Read(3, 2), size > 5 ? bytes.substr(3, 2) : "");
  }
}

TEST(Content, SaysThatThereIsNoDirectory) {
  Content content("/nowhere/at/all");
  EXPECT_TRUE(content.Append("small"));
  EXPECT_FALSE(content.Append(std::string(Content::kInMemory, 'x')));
}

TEST(Content, IsReadLineByLine) {
  Content content("");
  ASSERT_TRUE(content.Append("one\r\n\ntwo\n" + std::string(100'000, 'x') + "\nend"));
  LineReader lines(content, 0);
  std::string line;
  const auto next = [&] { return lines.Next(line, 1000) ? line : "<end>"; };
  EXPECT_EQ(next(), "one");
  EXPECT_EQ(next(), "");
  EXPECT_EQ(next(), "two");
  EXPECT_EQ(lines.line_begin(), 6);
  EXPECT_EQ(next(), std::string(1000, 'x'));
  EXPECT_EQ(next(), "end");
  EXPECT_EQ(lines.line_begin(), 100'011);
  EXPECT_EQ(next(), "<end>");
}

struct Parts final : Multipart::Sink {
  void OnPart(const std::string& name, const std::string& filename) override {
    text += "[" + name + "|" + filename + "]";
  }
  void OnData(std::string_view bytes) override { text += bytes; }
  std::string text;
};

TEST(Multipart, ReadsPartsWhereverTheBytesAreCut) {
  const std::string body =
      "preamble\r\n--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n1\r\n-\r\n"
      "--b\r\ncontent-disposition: form-data; name=file; filename=\"x \\\"y\\\".jsonl\"\r\n"
      "Content-Type: text/plain\r\n\r\n\r\n--c\r\n\r\n"
      "--b\r\nContent-Disposition: form-data; name=\"empty\"\r\n\r\n\r\n--b--\r\nepilogue";
  for (size_t step = 1; step <= body.size(); ++step) {
    Parts parts;
    Multipart form("b", parts);
    for (size_t at = 0; at < body.size(); at += step) {
      ASSERT_TRUE(form.Put(std::string_view(body).substr(at, step)));
    }
    EXPECT_TRUE(form.complete());
    EXPECT_EQ(parts.text, "[a|]1\r\n-[file|x \"y\".jsonl]\r\n--c\r\n[empty|]") << step;
  }
}

TEST(Multipart, IsIncompleteWithoutTheLastBoundary) {
  Parts parts;
  Multipart form("b", parts);
  EXPECT_TRUE(form.Put("--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nx\r\n--b\r\n"));
  EXPECT_FALSE(form.complete());
  EXPECT_FALSE(form.Put("no header at all\r\n\r\n"));
}

TEST(Files, AreStoredListedReadAndDeleted) {
  auto simulator = Start();
  const std::string bytes = Pattern(300'000);
  const Json file = Upload(*simulator, FileForm("fine-tune", "f.bin", bytes)).json();
  EXPECT_EQ(file["object"], "file");
  EXPECT_EQ(file["bytes"], 300'000);
  EXPECT_EQ(file["filename"], "f.bin");
  EXPECT_EQ(file["purpose"], "fine-tune");
  EXPECT_EQ(file["status"], "processed");
  EXPECT_TRUE(file["expires_at"].is_null());
  const std::string path = "/v1/files/" + file["id"].get<std::string>();
  EXPECT_EQ(Get(*simulator, path).json(), file);
  const Response content = Get(*simulator, path + "/content");
  EXPECT_TRUE(content.body == bytes);
  EXPECT_EQ(content.Header("content-type"), "application/octet-stream");
  EXPECT_EQ(content.Header("content-length"), "300000");
  EXPECT_EQ(content.Header("content-disposition"), "attachment; filename=\"f.bin\"");
  EXPECT_EQ(Send(*simulator, "DELETE", path).json(),
            Json({{"object", "file"}, {"deleted", true}, {"id", file["id"]}}));
  EXPECT_EQ(Get(*simulator, path).status, 404);
  EXPECT_EQ(Get(*simulator, path + "/content").status, 404);
  EXPECT_EQ(Send(*simulator, "DELETE", path).status, 404);
  EXPECT_EQ(Get(*simulator, "/v1/files").json()["data"], Json::array());
}

TEST(Files, ArePagedNewestFirst) {
  auto simulator = Start();
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) {
    const char* purpose = i == 2 ? "fine-tune" : "batch";
    ids.push_back(Upload(*simulator, FileForm(purpose, "f.jsonl", "x")).json()["id"]);
  }
  const auto list = [&](const std::string& query) {
    const Json body = Get(*simulator, "/v1/files" + query).json();
    std::vector<std::string> found;
    for (const Json& file : body["data"]) found.push_back(file["id"]);
    return std::pair(found, body["has_more"].get<bool>());
  };
  using Page = std::pair<std::vector<std::string>, bool>;
  EXPECT_EQ(list(""), Page({ids[4], ids[3], ids[2], ids[1], ids[0]}, false));
  EXPECT_EQ(list("?limit=2"), Page({ids[4], ids[3]}, true));
  EXPECT_EQ(list("?limit=2&after=" + ids[3]), Page({ids[2], ids[1]}, true));
  EXPECT_EQ(list("?limit=2&after=" + ids[1]), Page({ids[0]}, false));
  EXPECT_EQ(list("?order=asc&limit=2&after=" + ids[0]), Page({ids[1], ids[2]}, true));
  EXPECT_EQ(list("?purpose=fine-tune"), Page({ids[2]}, false));
  EXPECT_EQ(Get(*simulator, "/v1/files?limit=0").status, 400);
  EXPECT_EQ(Get(*simulator, "/v1/files?limit=x").status, 400);
  EXPECT_EQ(Get(*simulator, "/v1/files?order=up").status, 400);
}

TEST(Files, GiveARangeOfTheirBytes) {
  auto simulator = Start();
  const std::string bytes = Pattern(200'000);
  const std::string id = UploadBatchInput(*simulator, bytes);
  const auto range = [&](const std::string& range, const HeaderList& more = {}) {
    HeaderList headers = more;
    headers.emplace_back("range", range);
    return Get(*simulator, "/v1/files/" + id + "/content", headers);
  };
  const Response rest = range("bytes=150000-");
  EXPECT_EQ(rest.status, 206);
  EXPECT_TRUE(rest.body == bytes.substr(150'000));
  EXPECT_EQ(rest.Header("content-range"), "bytes 150000-199999/200000");
  EXPECT_TRUE(range("bytes=5-9").body == bytes.substr(5, 5));
  EXPECT_EQ(range("bytes=200000-").status, 416);
  EXPECT_EQ(range("bytes=200000-").Header("content-range"), "bytes */200000");
  const Response whole = range("bytes=5-9", {{"x-simulator", "no_range"}});
  EXPECT_EQ(whole.status, 200);
  EXPECT_TRUE(whole.body == bytes);
}

TEST(Files, ExpireInVirtualTime) {
  auto simulator = Start();
  const HeaderList expiry = {{"expires_after[anchor]", "created_at"},
                             {"expires_after[seconds]", "3600"}};
  const Json file = Upload(*simulator, FileForm("fine-tune", "f", "x", expiry)).json();
  EXPECT_EQ(file["expires_at"].get<int64_t>() - file["created_at"].get<int64_t>(), 3600);
  const Json input = Upload(*simulator, FileForm("batch", "f.jsonl", "x")).json();
  EXPECT_EQ(input["expires_at"].get<int64_t>() - input["created_at"].get<int64_t>(), 2'592'000);
  simulator->Advance(seconds(3601));
  EXPECT_EQ(Get(*simulator, "/v1/files/" + file["id"].get<std::string>()).status, 404);
  EXPECT_EQ(Get(*simulator, "/v1/files").json()["data"].size(), 1u);
  EXPECT_EQ(Send(*simulator, "POST", "/simulator/advance?by=720h").status, 200);
  EXPECT_EQ(Get(*simulator, "/v1/files").json()["data"].size(), 0u);
}

TEST(Files, AreRefusedAsTheRealApiRefusesThem) {
  Options options;
  options.max_file_bytes = 1000;
  auto simulator = Start(options);
  const auto refused = [&](const Form& form) {
    const Response response = Upload(*simulator, form);
    return std::to_string(response.status) + " " +
           response.json()["error"].value("message", response.body);
  };
  EXPECT_EQ(refused(FileForm("", "f", "x")), "400 Missing required parameter: 'purpose'.");
  EXPECT_THAT(refused(FileForm("fun", "f", "x")), ::testing::HasSubstr("Invalid value: 'fun'"));
  EXPECT_EQ(refused(FileForm("batch", "f.txt", "x")),
            "400 Invalid file format for Batch API. Must be .jsonl");
  EXPECT_EQ(refused({"{}", "application/json"}), "400 Could not parse multipart form");
  EXPECT_THAT(refused(FileForm("batch", "f.jsonl", std::string(1001, 'x'))),
              ::testing::StartsWith("413 "));
  for (const char* seconds : {"1", "2592001", "x"}) {
    const HeaderList expiry = {{"expires_after[anchor]", "created_at"},
                               {"expires_after[seconds]", seconds}};
    EXPECT_THAT(refused(FileForm("batch", "f.jsonl", "x", expiry)), ::testing::StartsWith("400 "));
  }
  EXPECT_EQ(simulator->stats().files_created, 0u);
  EXPECT_EQ(Get(*simulator, "/v1/files/file-none").json()["error"]["message"],
            "No such File object: file-none");
}

TEST(Files, TakeAsMuchAsThereIsRoomFor) {
  Options options;
  options.max_stored_bytes = 1000;
  options.max_files = 2;
  auto simulator = Start(options);
  EXPECT_EQ(Upload(*simulator, FileForm("batch", "a.jsonl", std::string(600, 'x'))).status, 200);
  EXPECT_EQ(Upload(*simulator, FileForm("batch", "b.jsonl", std::string(600, 'x'))).status, 400);
  const Json second = Upload(*simulator, FileForm("batch", "b.jsonl", "x")).json();
  EXPECT_EQ(Upload(*simulator, FileForm("batch", "c.jsonl", "x")).status, 400);
  Send(*simulator, "DELETE", "/v1/files/" + second["id"].get<std::string>());
  EXPECT_EQ(Upload(*simulator, FileForm("batch", "c.jsonl", "x")).status, 200);
}

// A request whose connection breaks may have taken effect or not.
TEST(Files, UploadsFailBeforeOrAfterTheyTookEffect) {
  auto simulator = Start();
  const Form form = FileForm("batch", "a.jsonl", "x");
  const auto stored = [&](const std::string& words) {
    const Response response = Upload(*simulator, form, {{"x-simulator", words}});
    EXPECT_NE(response.status, 200);
    return simulator->stats().files_created;
  };
  EXPECT_EQ(stored("status=500"), 0u);
  EXPECT_EQ(stored("reset; effect=none"), 0u);
  EXPECT_EQ(stored("reset"), 1u);
  EXPECT_EQ(stored("status=504; effect=done"), 2u);
  EXPECT_EQ(stored("body_reset=10"), 2u);
  EXPECT_EQ(stored("body_answer=10; status=413"), 2u);
}

TEST(Files, AreShownLate) {
  auto simulator = Start();
  ASSERT_TRUE(simulator->SetRules({{.path = "/v1/files", .method = "GET", .set = "list_lag=1m"}}));
  UploadBatchInput(*simulator, "x");
  EXPECT_EQ(Get(*simulator, "/v1/files").json()["data"].size(), 0u);
  simulator->Advance(seconds(61));
  EXPECT_EQ(Get(*simulator, "/v1/files").json()["data"].size(), 1u);
}

TEST(Files, AnUploadIsReadAsSlowlyAsTold) {
  auto simulator = Start();
  const auto began = std::chrono::steady_clock::now();
  const Form form = FileForm("batch", "a.jsonl", std::string(40'000, 'x'));
  EXPECT_EQ(Upload(*simulator, form, {{"x-simulator", "body_rate=200000"}}).status, 200);
  EXPECT_GT(std::chrono::steady_clock::now() - began, std::chrono::milliseconds(150));
}

TEST(Files, AnUploadMayStallForEver) {
  Options options;
  options.idle_timeout = std::chrono::milliseconds(300);
  auto simulator = Start(options);
  const Form form = FileForm("batch", "a.jsonl", std::string(10'000, 'x'));
  const Response response = Upload(*simulator, form, {{"x-simulator", "body_stall=1000"}});
  EXPECT_EQ(response.status, 0);
  EXPECT_EQ(simulator->stats().files_created, 0u);
  EXPECT_EQ(simulator->stats().faults, 1u);
}

}  // namespace
}  // namespace inferwire::simulator::testing
