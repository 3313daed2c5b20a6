#include "wire/stored_check.h"

#include <chrono>
#include <string>

#include "batch/upstream_batch.h"
#include "codec/encode.h"
#include "wire/common_check.h"
#include "wire/difference.h"
#include "wire/raw_check.h"

namespace inferwire::wire {
namespace {

using Wrong = std::optional<std::string>;

constexpr std::chrono::seconds kDeadline(20);
constexpr std::string_view kContent = "/content";

class FilesCheck {
 public:
  FilesCheck(const Recording& recording, v1::FilesService::Stub& files, ReplayUpstream& upstream)
      : recording_(recording), files_(files), upstream_(upstream) {
    context_.set_deadline(std::chrono::system_clock::now() + kDeadline);
    path_ = recording.path.substr(0, recording.path.find('?'));
    path_.erase(0, path_.find("/files"));
    const bool content = path_.ends_with(kContent);
    const size_t end = path_.size() - (content ? kContent.size() : 0);
    constexpr size_t kIdAt = std::string_view("/files/").size();
    if (end > kIdAt) id_ = path_.substr(kIdAt, end - kIdAt);
  }

  Wrong Run() {
    auto wrong = Call();
    if (wrong) return wrong;
    if (auto secret = CheckSecrets(delivered_, recording_)) return secret;
    const auto requests = upstream_.requests();
    if (requests.size() != 1) return std::to_string(requests.size()) + " requests upstream";
    const std::string target = requests[0].target.substr(0, requests[0].target.find('?'));
    if (requests[0].method != recording_.method) return "request: method " + requests[0].method;
    if (target != "/v1" + path_) return "request: target " + target;
    return std::nullopt;
  }

 private:
  Wrong Call() {
    if (recording_.method == "POST") return Upload();
    if (recording_.method == "DELETE") return Delete();
    if (id_.empty()) return List();
    return path_.ends_with(kContent) ? Download() : Get();
  }

  Wrong List() {
    v1::ListFilesResponse response;
    if (auto wrong = Good(files_.ListFiles(&context_, {}, &response), response)) return wrong;
    v1::FileList list;
    *list.mutable_files() = response.files();
    return Same(list, [](std::string_view path) {
      return path == "has_more" || path == "first_id" || path == "last_id";
    });
  }

  Wrong Get() {
    v1::GetFileRequest request;
    request.set_file_id(id_);
    v1::GetFileResponse response;
    if (auto wrong = Good(files_.GetFile(&context_, request, &response), response)) return wrong;
    return Same(response.file());
  }

  Wrong Delete() {
    v1::DeleteFileRequest request;
    request.set_file_id(id_);
    v1::DeleteFileResponse response;
    return Good(files_.DeleteFile(&context_, request, &response), response);
  }

  Wrong Download() {
    v1::DownloadFileRequest request;
    request.set_file_id(id_);
    const auto reader = files_.DownloadFile(&context_, request);
    std::string bytes;
    v1::DownloadFileResponse response, last;
    while (reader->Read(&response)) {
      bytes += response.data();
      last = response;
    }
    if (auto wrong = Good(reader->Finish(), last)) return wrong;
    if (!last.has_completed()) return "the download does not end with completed";
    return bytes == recording_.body ? std::nullopt : Wrong("the bytes differ");
  }

  // What was uploaded is not recorded, but how much.
  Wrong Upload() {
    const auto recorded = JsonTree::Parse(recording_.body);
    if (!recorded) return "the recorded answer is no JSON";
    v1::UploadFileResponse response;
    const auto writer = files_.UploadFile(&context_, &response);
    v1::UploadFileRequest message;
    message.mutable_header()->set_filename(recorded->At("filename").text());
    message.mutable_header()->set_purpose(recorded->At("purpose").text());
    writer->Write(message);
    message.set_data(std::string(static_cast<size_t>(recorded->At("bytes").Integer(0)), 'x'));
    writer->Write(message);
    message.mutable_end();
    writer->Write(message);
    writer->WritesDone();
    if (auto wrong = Good(writer->Finish(), response)) return wrong;
    return Same(response.file());
  }

  Wrong Good(const grpc::Status& status, const google::protobuf::Message& response) {
    delivered_ = response.SerializeAsString() + Delivered(status, context_);
    if (status.ok()) return std::nullopt;
    return "failed: " + status.error_message();
  }

  Wrong Same(const google::protobuf::Message& message, const Allowed& allowed = {}) const {
    std::string json;
    if (auto written = codec::AppendJson(message, json); !written) return written.error().message;
    const auto recorded = JsonTree::Parse(recording_.body), came = JsonTree::Parse(json);
    if (!recorded || !came) return "no JSON";
    const auto difference = FirstDifference(*recorded, *came, allowed);
    return difference ? Wrong(difference->path + ": " + difference->text) : std::nullopt;
  }

  const Recording& recording_;
  v1::FilesService::Stub& files_;
  ReplayUpstream& upstream_;
  std::string path_, id_;
  grpc::ClientContext context_;
  std::string delivered_;
};

Wrong CompareBatch(const JsonTree& recorded, const batch::UpstreamBatch& read) {
  const auto text = [&](std::string_view name) {
    return recorded.At(name).is_string() ? recorded.At(name).text() : std::string();
  };
  if (read.id != text("id")) return "id differs";
  if (read.status != text("status")) return "status differs";
  if (read.output_file != text("output_file_id")) return "output_file_id differs";
  if (read.error_file != text("error_file_id")) return "error_file_id differs";
  if (read.created != recorded.At("created_at").Integer(0)) return "created_at differs";
  return std::nullopt;
}

Wrong CompareBatches(const Recording& recording) {
  const auto recorded = JsonTree::Parse(recording.body);
  if (!recorded) return "the recorded answer is no JSON";
  if (!recorded->Has("data")) {
    const auto read = batch::ReadBatch(recording.body, {});
    return read ? CompareBatch(*recorded, *read) : Wrong(read.error().message);
  }
  const auto read = batch::ReadBatches(recording.body, {});
  if (!read) return read.error().message;
  const auto& items = recorded->At("data").items();
  if (items.size() != read->data.size()) return "another number of batches";
  for (size_t i = 0; i < items.size(); ++i) {
    if (auto wrong = CompareBatch(items[i], read->data[i])) return wrong;
  }
  return std::nullopt;
}

}  // namespace

Verdict CheckFiles(const std::shared_ptr<const Recording>& recording, Gateways& gateways) {
  if (recording->status != 200) return CheckRaw(recording, gateways);
  gateways.upstream().Play(recording);
  FilesCheck check(*recording, *gateways.For(recording->provider).files, gateways.upstream());
  if (auto wrong = check.Run()) return Verdict::Failed("FilesService: " + *wrong);
  return CheckRaw(recording, gateways);
}

Verdict CheckBatches(const std::shared_ptr<const Recording>& recording, Gateways& gateways) {
  if (recording->status == 200) {
    if (auto wrong = CompareBatches(*recording)) return Verdict::Failed("read: " + *wrong);
  }
  return CheckRaw(recording, gateways);
}

}  // namespace inferwire::wire
