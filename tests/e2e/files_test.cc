// FilesService over real sockets: what goes up comes down, whoever is slow, and whatever breaks.
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <unistd.h>

#include <atomic>
#include <future>
#include <iostream>
#include <optional>
#include <utility>

#include "base/sha256.h"
#include "client/command.h"
#include "gateway.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "inferwire/v1/files_service.grpc.pb.h"
#include "support/process_memory.h"
#include "support/sanitizer.h"

namespace inferwire::e2e {
namespace {

using ::testing::HasSubstr;
using v1::FilesService;

constexpr size_t kPart = 256 * 1024;

// The bytes of a large file that is nowhere whole.
std::string PartAt(size_t index, size_t size = kPart) {
  std::string bytes(size, '\0');
  uint64_t state = index * 0x9e3779b97f4a7c15u + 1;
  for (size_t i = 0; i + 8 <= size; i += 8) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    bytes.replace(i, 8, reinterpret_cast<const char*>(&state), 8);
  }
  return bytes;
}

struct Uploaded {
  grpc::Status status;
  v1::UploadFileResponse response;
  bool written = true;  // every message could be written
};

class FilesTest : public ::testing::Test {
 protected:
  explicit FilesTest(simulator::Options options = {})
      : gateway_({}, std::move(options)), files_(FilesService::NewStub(gateway_.NewChannel())) {}

  static v1::UploadFileRequest Header(const std::string& filename = "in.jsonl") {
    v1::UploadFileRequest message;
    message.mutable_header()->set_filename(filename);
    message.mutable_header()->set_purpose("batch");
    return message;
  }
  static v1::UploadFileRequest Data(std::string bytes) {
    v1::UploadFileRequest message;
    message.set_data(std::move(bytes));
    return message;
  }
  static v1::UploadFileRequest End() {
    v1::UploadFileRequest message;
    message.mutable_end();
    return message;
  }

  Uploaded Upload(const std::vector<v1::UploadFileRequest>& messages) {
    Uploaded uploaded;
    auto context = NewContext();
    auto writer = files_->UploadFile(context.get(), &uploaded.response);
    for (const auto& message : messages) uploaded.written &= writer->Write(message);
    writer->WritesDone();
    uploaded.status = writer->Finish();
    return uploaded;
  }
  std::string Store(const std::string& bytes) {
    const Uploaded uploaded = Upload({Header(), Data(bytes), End()});
    EXPECT_TRUE(uploaded.status.ok()) << uploaded.status.error_message();
    return uploaded.response.file().file_id();
  }

  struct Downloaded {
    grpc::Status status;
    std::string bytes;
    std::optional<v1::DownloadFileStarted> started;
    std::optional<v1::DownloadFileCompleted> completed;
    size_t largest = 0;
  };
  Downloaded Download(const std::string& id, int64_t offset = 0) {
    Downloaded downloaded;
    auto context = NewContext();
    v1::DownloadFileRequest request;
    request.set_file_id(id);
    request.set_offset(offset);
    auto reader = files_->DownloadFile(context.get(), request);
    v1::DownloadFileResponse message;
    while (reader->Read(&message)) {
      if (message.has_started()) downloaded.started = message.started();
      if (message.has_completed()) downloaded.completed = message.completed();
      downloaded.bytes += message.data();
      downloaded.largest = std::max(downloaded.largest, message.data().size());
    }
    downloaded.status = reader->Finish();
    return downloaded;
  }

  void Rule(const std::string& method, const std::string& path, const std::string& words) {
    ASSERT_TRUE(gateway_.upstream().SetRules({{.path = path, .method = method, .set = words}}));
  }
  uint64_t stored() { return gateway_.upstream().stats().files_created; }

  Gateway gateway_;
  std::unique_ptr<FilesService::Stub> files_;
};

// The fields that an error says are wrong.
std::vector<std::string> FieldsOf(const grpc::Status& status) {
  google::rpc::Status details;
  details.ParseFromString(status.error_details());
  std::vector<std::string> fields;
  google::rpc::BadRequest bad;
  for (const auto& detail : details.details()) {
    if (!detail.UnpackTo(&bad)) continue;
    for (const auto& each : bad.field_violations()) fields.push_back(each.field());
  }
  return fields;
}

TEST_F(FilesTest, AnUpstreamsRefusalNamesTheFieldOfTheRequest) {
  v1::UploadFileRequest bogus = Header();
  bogus.mutable_header()->set_purpose("bogus");
  const Uploaded purpose = Upload({bogus, Data("x"), End()});
  EXPECT_EQ(purpose.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(FieldsOf(purpose.status), ::testing::ElementsAre("header.purpose"));

  v1::UploadFileRequest brief = Header();
  brief.mutable_header()->mutable_expires_after()->set_seconds(1);
  const Uploaded expiry = Upload({brief, Data("x"), End()});
  EXPECT_EQ(expiry.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_THAT(FieldsOf(expiry.status), ::testing::ElementsAre("header.expires_after.seconds"));
}

TEST_F(FilesTest, StoresListsGivesAndDeletes) {
  const std::string bytes = PartAt(1, 300'000);
  const Uploaded uploaded = Upload({Header("a \"b\" ü.jsonl"), Data(bytes.substr(0, 200'000)),
                                    Data(bytes.substr(200'000)), End()});
  ASSERT_TRUE(uploaded.status.ok()) << uploaded.status.error_message();
  const v1::File& file = uploaded.response.file();
  EXPECT_EQ(file.size_bytes(), 300'000);
  EXPECT_EQ(file.purpose(), "batch");
  EXPECT_EQ(file.filename(), "a %22b%22 ü.jsonl");
  EXPECT_GT(file.create_time().seconds(), 1'600'000'000);
  EXPECT_GT(file.expire_time().seconds(), file.create_time().seconds());
  EXPECT_EQ(file.extra().at("status"), "\"processed\"");
  EXPECT_EQ(uploaded.response.gateway().attempts(), 1);
  Sha256 sha256;
  sha256.Add(bytes);
  EXPECT_EQ(uploaded.response.sha256(), sha256.Hex());

  v1::GetFileRequest get;
  get.set_file_id(file.file_id());
  v1::GetFileResponse got;
  ASSERT_TRUE(files_->GetFile(NewContext().get(), get, &got).ok());
  EXPECT_TRUE(google::protobuf::util::MessageDifferencer::Equals(got.file(), file));

  const Downloaded whole = Download(file.file_id());
  EXPECT_TRUE(whole.status.ok());
  EXPECT_TRUE(whole.bytes == bytes);
  EXPECT_EQ(whole.started->size_bytes(), 300'000);
  EXPECT_EQ(whole.completed->size_bytes(), 300'000);
  EXPECT_LE(whole.largest, kPart);

  v1::DeleteFileRequest remove;
  remove.set_file_id(file.file_id());
  v1::DeleteFileResponse removed;
  EXPECT_TRUE(files_->DeleteFile(NewContext().get(), remove, &removed).ok());
  const grpc::Status gone = files_->GetFile(NewContext().get(), get, &got);
  EXPECT_EQ(gone.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(InfoOf(gone).reason(), "RESOURCE_NOT_FOUND");
  EXPECT_EQ(Download(file.file_id()).status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(files_->DeleteFile(NewContext().get(), remove, &removed).error_code(),
            grpc::StatusCode::NOT_FOUND);
}

TEST_F(FilesTest, ListsPageByPage) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(Store("x"));
  v1::ListFilesRequest request;
  request.set_page_size(2);
  request.set_ascending(true);
  request.set_purpose("batch");
  std::vector<std::string> found;
  do {
    v1::ListFilesResponse page;
    ASSERT_TRUE(files_->ListFiles(NewContext().get(), request, &page).ok());
    EXPECT_LE(page.files_size(), 2);
    for (const auto& file : page.files()) found.push_back(file.file_id());
    request.set_page_token(page.next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(found, ids);
  v1::ListFilesResponse page;
  v1::ListFilesRequest others;
  others.set_purpose("fine-tune");
  ASSERT_TRUE(files_->ListFiles(NewContext().get(), others, &page).ok());
  EXPECT_EQ(page.files_size(), 0);
  others.set_page_size(1001);
  EXPECT_EQ(files_->ListFiles(NewContext().get(), others, &page).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
}

// 100 MB in each direction. Simulator, gateway and client share this process, and the simulator
// keeps the file on disk: what all of them hold stays small.
TEST_F(FilesTest, AHundredMegabytesTakeNoMemory) {
  constexpr size_t kParts = 400;
  Store("warm");
  const size_t before = inferwire::testing_support::PeakBytes(getpid());
  auto context = NewContext(120s);
  v1::UploadFileResponse response;
  auto writer = files_->UploadFile(context.get(), &response);
  v1::UploadFileRequest header = Header();
  header.mutable_header()->set_size_bytes(kParts * kPart);
  ASSERT_TRUE(writer->Write(header));
  Sha256 sent;
  for (size_t i = 0; i < kParts; ++i) {
    const v1::UploadFileRequest part = Data(PartAt(i));
    sent.Add(part.data());
    ASSERT_TRUE(writer->Write(part));
  }
  writer->WritesDone();
  ASSERT_TRUE(writer->Finish().ok());
  const std::string digest = sent.Hex();
  EXPECT_EQ(response.sha256(), digest);
  EXPECT_EQ(response.file().size_bytes(), static_cast<int64_t>(kParts * kPart));

  auto down = NewContext(120s);
  v1::DownloadFileRequest request;
  request.set_file_id(response.file().file_id());
  auto reader = files_->DownloadFile(down.get(), request);
  v1::DownloadFileResponse message;
  Sha256 received;
  while (reader->Read(&message)) received.Add(message.data());
  EXPECT_TRUE(reader->Finish().ok());
  EXPECT_EQ(received.Hex(), digest);
  const size_t growth = inferwire::testing_support::PeakBytes(getpid()) - before;
  std::cout << growth / 1024 << " KiB more at most\n";
  EXPECT_TRUE(inferwire::testing_support::kSanitized || growth < (32u << 20));
}

TEST_F(FilesTest, AnUploadIsReadAsFastAsUpstreamTakesIt) {
  Rule("POST", "/v1/files", "body_stall=1000000");
  auto context = NewContext(120s);
  v1::UploadFileResponse response;
  auto writer = files_->UploadFile(context.get(), &response);
  ASSERT_TRUE(writer->Write(Header()));
  std::atomic<int64_t> written = 0;
  auto writing = std::async(std::launch::async, [&] {
    while (writer->Write(Data(PartAt(0)))) written += kPart;
  });
  ASSERT_TRUE(Gateway::Eventually([&] { return gateway_.upstream().stats().faults == 1; }));
  // Socket buffers on both ways take some megabytes; then nobody takes any more.
  int64_t before = -1;
  ASSERT_TRUE(Gateway::Eventually([&] {
    const auto status = writing.wait_for(500ms);
    return status == std::future_status::timeout && std::exchange(before, written.load()) == before;
  }));
  EXPECT_LT(written.load(), 32 << 20);
  context->TryCancel();
  writing.wait();
  EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_EQ(stored(), 0u);
}

TEST_F(FilesTest, ACancelledUploadClosesTheConnectionUpstreamAndLeavesNothing) {
  auto context = NewContext();
  v1::UploadFileResponse response;
  auto writer = files_->UploadFile(context.get(), &response);
  ASSERT_TRUE(writer->Write(Header()));
  ASSERT_TRUE(writer->Write(Data(PartAt(0))));
  ASSERT_TRUE(
      Gateway::Eventually([&] { return gateway_.upstream().stats().bytes_in > kPart / 2; }));
  context->TryCancel();
  EXPECT_EQ(writer->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(
      Gateway::Eventually([&] { return gateway_.upstream().stats().open_connections == 0; }));
  EXPECT_EQ(stored(), 0u);
}

TEST_F(FilesTest, AnUploadThatIsNotWhatItSaidLeavesNothing) {
  const std::string bytes(1000, 'x');
  const std::string other(64, 'a');
  const auto refused = [&](const std::vector<v1::UploadFileRequest>& messages) {
    const Uploaded uploaded = Upload(messages);
    EXPECT_EQ(uploaded.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT)
        << uploaded.status.error_message();
    return uploaded.status.error_message();
  };
  const auto sized = [&](int64_t size) {
    auto header = Header();
    header.mutable_header()->set_size_bytes(size);
    return header;
  };
  EXPECT_THAT(refused({sized(999), Data(bytes), End()}), HasSubstr("data"));
  EXPECT_THAT(refused({sized(1001), Data(bytes), End()}), HasSubstr("header.size_bytes"));
  EXPECT_THAT(refused({sized(1001), Data(bytes)}), HasSubstr("header.size_bytes"));
  auto header = Header();
  header.mutable_header()->set_sha256(other);
  EXPECT_THAT(refused({header, Data(bytes), End()}), HasSubstr("sha256"));
  auto end = End();
  end.mutable_end()->set_sha256(other);
  EXPECT_THAT(refused({Header(), Data(bytes), end}), HasSubstr("sha256"));
  end = End();
  end.mutable_end()->set_size_bytes(999);
  EXPECT_THAT(refused({Header(), Data(bytes), end}), HasSubstr("end.size_bytes"));
  EXPECT_THAT(refused({Header(), Data(bytes)}), HasSubstr("the upload was cut"));
  EXPECT_THAT(refused({}), HasSubstr("header"));
  EXPECT_THAT(refused({Data(bytes)}), HasSubstr("header"));
  EXPECT_THAT(refused({Header(), Header()}), HasSubstr("only once"));
  EXPECT_THAT(refused({Header(), End(), Data(bytes)}), HasSubstr("last message"));
  EXPECT_THAT(refused({Header(), v1::UploadFileRequest()}), HasSubstr("required"));
  EXPECT_THAT(refused({Header("")}), HasSubstr("filename"));
  EXPECT_THAT(refused({Header("a\nb")}), HasSubstr("control"));
  EXPECT_THAT(refused({Header(), Data(std::string((1 << 20) + 1, 'x'))}), HasSubstr("1 MiB"));
  EXPECT_EQ(stored(), 0u);
  // And the same with what is true.
  Sha256 sha256;
  sha256.Add(bytes);
  end = End();
  end.mutable_end()->set_size_bytes(1000);
  end.mutable_end()->set_sha256(sha256.Hex());
  EXPECT_TRUE(Upload({sized(1000), Data(bytes)}).status.ok());
  EXPECT_TRUE(Upload({sized(1000), Data(bytes), end}).status.ok());
  EXPECT_TRUE(Upload({sized(0)}).status.ok());
  EXPECT_EQ(stored(), 3u);
}

TEST_F(FilesTest, UpstreamsRefusalEndsAnUploadInItsMiddle) {
  Rule("POST", "/v1/files", "body_answer=300000; status=413");
  auto context = NewContext();
  v1::UploadFileResponse response;
  auto writer = files_->UploadFile(context.get(), &response);
  ASSERT_TRUE(writer->Write(Header()));
  while (writer->Write(Data(PartAt(0)))) {
  }
  const grpc::Status status = writer->Finish();
  EXPECT_EQ(status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(InfoOf(status).reason(), "REQUEST_TOO_LARGE");
}

TEST_F(FilesTest, AnUploadThatUpstreamBreaksIsAnError) {
  for (const char* words : {"body_reset=200000", "reset", "status=500", "garbage=json"}) {
    Rule("POST", "/v1/files", words);
    const Uploaded uploaded = Upload({Header(), Data(PartAt(0)), Data(PartAt(1)), End()});
    EXPECT_FALSE(uploaded.status.ok()) << words;
    const auto info = InfoOf(uploaded.status);
    EXPECT_EQ(info.metadata().at("origin"), "upstream") << words;
    EXPECT_EQ(info.metadata().at("safe_to_retry"), "false") << words;
    EXPECT_EQ(info.metadata().at("attempts"), "1") << words;
  }
}

TEST_F(FilesTest, AnUploadWhoseUpstreamIsAwayIsTriedAgainOnlyBeforeItsFirstByte) {
  Gateway gateway(
      [](config::Config& config) { config.upstreams[0].base_url = "http://127.0.0.1:1/v1"; });
  files_ = FilesService::NewStub(gateway.NewChannel());
  const Uploaded uploaded = Upload({Header(), Data(PartAt(0)), End()});
  EXPECT_EQ(uploaded.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(InfoOf(uploaded.status).reason(), "UPSTREAM_UNREACHABLE");
  EXPECT_EQ(InfoOf(uploaded.status).metadata().at("attempts"), "3");
  EXPECT_EQ(InfoOf(uploaded.status).metadata().at("safe_to_retry"), "true");
}

TEST_F(FilesTest, ADownloadGoesOnFromAnyOffset) {
  const std::string bytes = PartAt(3, 600'000);
  const std::string id = Store(bytes);
  for (const char* words : {"", "no_range"}) {
    Rule("GET", "*", words);
    for (const int64_t offset : {0, 1, 262'144, 599'999, 600'000}) {
      const Downloaded rest = Download(id, offset);
      ASSERT_TRUE(rest.status.ok()) << words << offset << rest.status.error_message();
      EXPECT_TRUE(rest.bytes == bytes.substr(static_cast<size_t>(offset))) << words << offset;
      EXPECT_EQ(rest.started->offset(), offset);
      EXPECT_EQ(rest.started->size_bytes(), 600'000);
      EXPECT_EQ(rest.completed->size_bytes(), 600'000);
    }
    EXPECT_EQ(Download(id, 600'001).status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
    EXPECT_EQ(Download(id, -1).status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  }
}

TEST_F(FilesTest, ADownloadThatBreaksIsAnErrorAndGoesOnWhereItWas) {
  const std::string bytes = PartAt(4, 900'000);
  const std::string id = Store(bytes);
  ASSERT_TRUE(gateway_.upstream().SetRules(
      {{.path = "/v1/files/*", .times = 1, .set = "reset_after=500000"}}));
  Downloaded broken = Download(id);
  EXPECT_EQ(broken.status.error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(InfoOf(broken.status).reason(), "STREAM_TRUNCATED");
  EXPECT_FALSE(broken.completed);
  EXPECT_GT(broken.bytes.size(), 0u);
  const Downloaded rest = Download(id, static_cast<int64_t>(broken.bytes.size()));
  EXPECT_TRUE(rest.status.ok());
  EXPECT_TRUE(broken.bytes + rest.bytes == bytes);
}

TEST_F(FilesTest, ASlowReaderPausesUpstream) {
  const size_t size = 64 << 20;
  {
    auto context = NewContext(60s);
    v1::UploadFileResponse response;
    auto writer = files_->UploadFile(context.get(), &response);
    ASSERT_TRUE(writer->Write(Header()));
    for (size_t i = 0; i < size / kPart; ++i) ASSERT_TRUE(writer->Write(Data(PartAt(0))));
    ASSERT_TRUE(writer->Write(End()));
    writer->WritesDone();
    ASSERT_TRUE(writer->Finish().ok());
    auto down = NewContext(60s);
    v1::DownloadFileRequest request;
    request.set_file_id(response.file().file_id());
    auto reader = files_->DownloadFile(down.get(), request);
    v1::DownloadFileResponse message;
    ASSERT_TRUE(reader->Read(&message));
    // Nobody reads: upstream stands still long before the file's end.
    ASSERT_TRUE(Gateway::Eventually([&] { return gateway_.upstream().stats().bytes_pending > 0; }));
    const uint64_t before = gateway_.upstream().stats().bytes_out;
    EXPECT_LT(before, size / 2);
    size_t received = 0;
    while (reader->Read(&message)) received += message.data().size();
    EXPECT_TRUE(reader->Finish().ok());
    EXPECT_EQ(received, size);
  }
}

TEST_F(FilesTest, ACancelledDownloadClosesTheConnectionUpstream) {
  const std::string id = Store(PartAt(0, 1 << 20));
  Rule("GET", "/v1/files/*", "stall=4");
  auto context = NewContext();
  v1::DownloadFileRequest request;
  request.set_file_id(id);
  auto reader = files_->DownloadFile(context.get(), request);
  v1::DownloadFileResponse message;
  ASSERT_TRUE(reader->Read(&message));
  context->TryCancel();
  while (reader->Read(&message)) {
  }
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
  EXPECT_TRUE(Gateway::Eventually([&] { return gateway_.upstream().stats().aborts == 1; }));
}

TEST_F(FilesTest, FilesLargerThanTheLimitAreRefused) {
  Gateway gateway([](config::Config& config) { config.limits.file_bytes = 300'000; });
  files_ = FilesService::NewStub(gateway.NewChannel());
  const Uploaded uploaded = Upload({Header(), Data(PartAt(0)), Data(PartAt(1)), End()});
  EXPECT_EQ(uploaded.status.error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(InfoOf(uploaded.status).reason(), "REQUEST_TOO_LARGE");
  auto header = Header();
  header.mutable_header()->set_size_bytes(300'001);
  EXPECT_EQ(InfoOf(Upload({header}).status).metadata().at("limit_bytes"), "300000");
}

TEST_F(FilesTest, AnAnswerThatIsNoFileIsUpstreamsFault) {
  const std::string id = Store("x");
  v1::GetFileRequest get;
  get.set_file_id(id);
  v1::GetFileResponse file;
  v1::ListFilesResponse list;
  v1::DeleteFileRequest remove;
  remove.set_file_id(id);
  v1::DeleteFileResponse removed;
  for (const char* words : {"garbage=json", "garbage=html"}) {
    Rule("*", "*", words);
    for (const grpc::Status& status : {files_->GetFile(NewContext().get(), get, &file),
                                       files_->ListFiles(NewContext().get(), {}, &list),
                                       files_->DeleteFile(NewContext().get(), remove, &removed)}) {
      EXPECT_EQ(status.error_code(), grpc::StatusCode::INTERNAL) << words;
      EXPECT_EQ(InfoOf(status).reason(), "UPSTREAM_PROTOCOL") << words;
    }
  }
  Rule("*", "*", "error_in_200; status=503");
  EXPECT_EQ(files_->GetFile(NewContext().get(), get, &file).error_code(),
            grpc::StatusCode::UNAVAILABLE);
  Rule("*", "*", "status=401");
  const grpc::Status refused = files_->ListFiles(NewContext().get(), {}, &list);
  EXPECT_EQ(InfoOf(refused).reason(), "UPSTREAM_CREDENTIALS_REJECTED");
}

TEST_F(FilesTest, CallsAreCountedAndLoggedAsFiles) {
  Store("x");
  EXPECT_TRUE(Gateway::Eventually([&] {
    return gateway_.Metric(
               "grpc_server_handled_total{grpc_code=\"OK\",grpc_method=\"UploadFile\","
               "grpc_service=\"inferwire.v1.FilesService\",grpc_type=\"client_stream\"}") == 1;
  })) << gateway_.server().metrics().Expose();
  EXPECT_TRUE(Gateway::Eventually([&] {
    return gateway_.log().find("\"method\":\"UploadFile\"") != std::string::npos;
  })) << gateway_.log();
}

// The command at a real gateway: a file of several parts goes up from a pipe and comes back.
TEST_F(FilesTest, TheCommandStoresAndGivesAFileBack) {
  const std::string bytes = PartAt(1) + PartAt(2) + "end";
  const auto run = [&](std::vector<std::string> args, const std::string& input = "") {
    args.insert(args.begin(), {"--server", gateway_.target()});
    return inferwire::testing_support::Command(std::move(args), input).Wait();
  };
  const auto uploaded = run({"files", "upload", "-", "--name", "a.jsonl"}, bytes);
  ASSERT_EQ(uploaded.exit_code, 0) << uploaded.err;
  const std::string id = uploaded.out.substr(0, uploaded.out.size() - 1);
  EXPECT_TRUE(run({"files", "download", id}).out == bytes);
  EXPECT_THAT(run({"files", "list"}).out, HasSubstr(id));
  EXPECT_EQ(run({"files", "delete", id}).exit_code, 0);
  EXPECT_EQ(run({"files", "show", id}).exit_code, 1);
}

TEST_F(FilesTest, IdsAreNamesAndNothingElse) {
  v1::GetFileRequest request;
  v1::GetFileResponse response;
  for (const char* id : {"", ".", "..", "../models?x=1", "a/b", "a%2fb"}) {
    request.set_file_id(id);
    EXPECT_EQ(files_->GetFile(NewContext().get(), request, &response).error_code(),
              grpc::StatusCode::INVALID_ARGUMENT);
  }
  EXPECT_TRUE(gateway_.upstream().TakeRequests().empty());
  request.set_file_id("a b:c");
  EXPECT_EQ(files_->GetFile(NewContext().get(), request, &response).error_code(),
            grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(gateway_.upstream().TakeRequests().back().path, "/v1/files/a%20b%3Ac");
}

}  // namespace
}  // namespace inferwire::e2e
