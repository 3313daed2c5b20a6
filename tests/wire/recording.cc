#include "wire/recording.h"

#include <algorithm>
#include <fstream>
#include <functional>
#include <numeric>
#include <random>
#include <sstream>

namespace inferwire::wire {
namespace {

constexpr std::string_view kBoundary = "wire-check-boundary";

std::string Bytes(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

std::string FromBase64(const std::string& text) {
  static constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const size_t value = kAlphabet.find(c);
    if (value == std::string_view::npos) continue;
    bits = bits << 6 | static_cast<uint32_t>(value);
    if ((count += 6) < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xff);
  }
  return out;
}

// Parts whose bytes are not recorded get some of ours: what counts is that they arrive unchanged.
std::string Multipart(const JsonTree& parts) {
  std::string body;
  for (const JsonTree& part : parts.items()) {
    body += "--" + std::string(kBoundary) + "\r\nContent-Disposition: form-data; name=\"" +
            part.At("name").text() + '"';
    if (part.Has("filename")) body += "; filename=\"" + part.At("filename").text() + '"';
    body += "\r\n";
    if (part.Has("content_type"))
      body += "Content-Type: " + part.At("content_type").text() + "\r\n";
    body += "\r\n";
    body += part.Has("text") ? part.At("text").text() : std::string("\x00\xff\r\n--bytes", 11);
    body += "\r\n";
  }
  return body + "--" + std::string(kBoundary) + "--\r\n";
}

void ReadRequest(const JsonTree& root, Recording& recording) {
  recording.content_type = root.At("request_headers").At("content-type").text();
  if (root.Has("request_json")) {
    recording.request_json = root.At("request_json");
    recording.request_body = recording.request_json->Dump();
  } else if (root.Has("request_text")) {
    recording.request_body = root.At("request_text").text();
    recording.request_json = JsonTree::Parse(recording.request_body);
  } else if (root.Has("request_multipart")) {
    recording.request_body = Multipart(root.At("request_multipart"));
    recording.content_type = "multipart/form-data; boundary=" + std::string(kBoundary);
  }
  if (recording.content_type.empty() && !recording.request_body.empty()) {
    recording.content_type = "application/json";
  }
}

void ReadBody(const JsonTree& root, Recording& recording) {
  if (root.Has("response_raw")) {
    recording.body = root.At("response_raw").text();
  } else if (root.Has("response_sse")) {
    recording.body = root.At("response_sse").text();
  } else if (root.Has("response_text")) {
    recording.body = root.At("response_text").text();
  } else if (root.Has("response_b64")) {
    recording.body = FromBase64(root.At("response_b64").text());
  } else if (root.Has("response_json")) {
    recording.body = root.At("response_json").Dump();
  }
  recording.is_event_stream = root.Has("response_sse");
}

void Split(const JsonTree& reads, uint64_t seed, Recording& recording) {
  size_t left = recording.body.size();
  for (const JsonTree& read : reads.items()) {
    const auto size = static_cast<size_t>(std::max(0LL, read.Integer(0)));
    recording.pieces.push_back(std::min(left, size));
    left -= recording.pieces.back();
  }
  std::mt19937_64 random(seed ^ std::hash<std::string>{}(recording.file));
  while (left > 0) {
    // Few pieces, but now and then a single byte.
    const size_t longest = random() % 4 == 0 ? 1 : std::max<size_t>(1, recording.body.size() / 4);
    recording.pieces.push_back(std::min(left, 1 + static_cast<size_t>(random()) % longest));
    left -= recording.pieces.back();
  }
}

}  // namespace

std::string Recording::Header(std::string_view name) const {
  for (const auto& [have, value] : headers) {
    if (have == name) return value;
  }
  return "";
}

std::optional<Recording> ReadRecording(const std::filesystem::path& folder,
                                       const std::filesystem::path& file, uint64_t seed) {
  const auto root = JsonTree::Parse(Bytes(file));
  if (!root || !root->At("endpoint").is_string() || !root->At("status").is_number()) {
    return std::nullopt;
  }
  Recording recording;
  recording.file = std::filesystem::relative(file, folder).string();
  recording.endpoint = root->At("endpoint").text();
  recording.provider = root->At("provider").text();
  recording.method = root->At("method").is_string() ? root->At("method").text() : "POST";
  recording.path = root->At("path").text();
  recording.status = static_cast<int>(root->At("status").Integer(0));
  for (const auto& [name, value] : root->At("response_headers").members()) {
    if (value.is_string()) recording.headers.emplace_back(name, value.text());
  }
  ReadRequest(*root, recording);
  ReadBody(*root, recording);
  Split(root->At("response_reads"), seed, recording);
  return recording;
}

}  // namespace inferwire::wire
