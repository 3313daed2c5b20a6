#include "task.h"

#include <google/protobuf/util/json_util.h>

#include <map>
#include <stdexcept>

namespace inferwire::clients {
namespace {

client::Result<client::Client> Connect(const json& from) {
  client::ClientOptions options{.target = from.at("target"),
                                .bearer_token = from.value("bearer_token", "")};
  options.max_attempts = from.value("max_attempts", options.max_attempts);
  if (from.contains("tls")) {
    const json& files = from["tls"];
    auto tls = client::ReadTlsFiles(files.value("ca", ""), files.value("cert", ""),
                                    files.value("key", ""));
    if (!tls) return tls.error();
    tls->server_name = files.value("server_name", "");
    options.tls = *tls;
  }
  return client::Client::Connect(options);
}

}  // namespace

std::string FromHex(const std::string& hex) {
  std::string bytes;
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(std::stoi(hex.substr(i, 2), nullptr, 16));
  }
  return bytes;
}

std::shared_ptr<client::Result<client::Client>> ClientOf(const json& options) {
  static auto& clients =
      *new std::map<std::string, std::shared_ptr<client::Result<client::Client>>>;
  auto& known = clients[options.dump()];
  if (!known) known = std::make_shared<client::Result<client::Client>>(Connect(options));
  return known;
}

void Parse(const json& task, const std::string& name, google::protobuf::Message& message) {
  if (!task.contains(name)) return;
  const auto status = google::protobuf::util::JsonStringToMessage(task[name].dump(), &message);
  if (!status.ok()) throw std::runtime_error(status.ToString());
}

v1::ChatCompletionParams Params(const json& task) {
  v1::ChatCompletionParams params;
  Parse(task, "params", params);
  if (!params.MergeFromString(FromHex(task.value("params_hex", "")))) {
    throw std::runtime_error("params_hex is no message");
  }
  if (const size_t pad = task.value("pad_bytes", 0); pad > 0) {
    params.mutable_messages(0)->mutable_content()->append(pad, 'x');
  }
  if (const size_t size = task.value("image_bytes", 0); size > 0) {
    auto& image = *params.mutable_messages(0)->add_content_parts()->mutable_image_url();
    while (image.data().size() < size) image.mutable_data()->append("\x89PNG");
    image.set_mime_type("image/png");
  }
  return params;
}

v1::CompleteRequest UnaryRequest(const json& task) {
  v1::CompleteRequest request;
  *request.mutable_params() = Params(task);
  Parse(task, "options", *request.mutable_options());
  return request;
}

v1::StreamCompleteRequest StreamRequest(const json& task) {
  v1::StreamCompleteRequest request;
  *request.mutable_params() = Params(task);
  Parse(task, "options", *request.mutable_options());
  request.mutable_stream()->set_accumulate(task.value("accumulate", false));
  return request;
}

client::CallOptions Options(const json& task) {
  client::CallOptions options;
  if (task.contains("timeout_ms")) {
    options.timeout = std::chrono::milliseconds(task["timeout_ms"].get<int>());
  }
  options.idempotency_key = task.value("idempotency_key", "");
  return options;
}

}  // namespace inferwire::clients
