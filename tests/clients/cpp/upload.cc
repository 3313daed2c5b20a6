#include "upload.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "report.h"
#include "rpc.h"
#include "task.h"

namespace inferwire::clients {
namespace {

constexpr std::size_t kFilePiece = 65'536;

client::Error Failure(grpc::StatusCode code, const char* message) {
  client::Error error;
  error.code = code;
  error.message = message;
  return error;
}

// Zeros, and perhaps a fault. sent: by all files of the call; from cancel_after on there is no
// more, which is this client's way to give an upload up.
client::ByteSource Zeros(const json& spec, const std::int64_t& sent, std::int64_t cancel_after) {
  return [left = spec.at("bytes").get<std::size_t>(), fails = spec.value("fails", false), &sent,
          cancel_after]() mutable -> client::Result<std::string> {
    if (sent >= cancel_after) {
      return Failure(grpc::StatusCode::CANCELLED, "given up");
    }
    if (left == 0 && fails) {
      return Failure(grpc::StatusCode::DATA_LOSS, "the file broke");
    }
    const std::size_t size = std::min(left, kFilePiece);
    left -= size;
    return std::string(size, '\0');
  };
}

template <class Response>
json Seen(const client::Result<Response>& response) {
  if (response) return {{"response", ToJson(*response)}};
  const client::Error& error = response.error();
  if (error.message == "the file broke") return {{"fault", error.message}};
  if (error.message == "given up") return {{"cancelled", true}};
  return {{"error", SeenError(error)}};
}

client::UploadOptions OptionsOf(const json& task, const std::string& name,
                                const client::OnSent& on_sent) {
  client::UploadOptions options;
  options.filename = name;
  options.purpose = task.at("request").value("purpose", "user_data");
  options.upstream = task.at("request").value("upstream", "");
  options.on_progress = on_sent;
  return options;
}

}  // namespace

json Upload(client::Client& client, const json& task) {
  std::int64_t sent = 0;
  const client::OnSent on_sent = [&](std::int64_t bytes) { sent = bytes; };
  const auto cancel_after = task.value("cancel_after", std::numeric_limits<std::int64_t>::max());
  std::vector<client::ImageFile> files;
  for (const json& spec : task.at("files")) {
    files.push_back({.filename = spec.at("name"),
                     .mask = spec.value("mask", false),
                     .next = Zeros(spec, sent, cancel_after)});
  }
  const std::string method = task.at("method"), name = files.front().filename;
  const client::CallOptions options = Options(task);
  json seen;
  if (method == "AudioService/Transcribe") {
    v1::TranscribeHeader header;
    Parse(task, "request", *header.mutable_params());
    header.mutable_file()->set_filename(name);
    seen = Seen(client.Transcribe(header, files.front().next, on_sent, options));
  } else if (method == "AudioService/TranslateAudio") {
    v1::TranslateAudioHeader header;
    Parse(task, "request", *header.mutable_params());
    header.mutable_file()->set_filename(name);
    seen = Seen(client.TranslateAudio(header, files.front().next, on_sent, options));
  } else if (method == "ImagesService/EditImages") {
    v1::EditImagesHeader header;
    Parse(task, "request", *header.mutable_params());
    seen = Seen(client.EditImages(header, files, on_sent, options));
  } else {
    seen = Seen(client.UploadFile(OptionsOf(task, name, on_sent), files.front().next, options));
  }
  seen["sent"] = sent;
  return seen;
}

}  // namespace inferwire::clients
