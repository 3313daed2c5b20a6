// The router's part for files and batches.
#include <algorithm>
#include <charconv>

#include "simulator/byte_stream.h"
#include "simulator/paging.h"
#include "simulator/router.h"

namespace inferwire::simulator {
namespace {

struct Range {
  int64_t begin = 0, end = 0;
};

// "bytes=100-" or "bytes=100-199"; nothing for any other form, which is as good as none.
std::optional<Range> ParseRange(std::string_view header, int64_t size) {
  constexpr std::string_view kUnit = "bytes=";
  if (!header.starts_with(kUnit)) return std::nullopt;
  header.remove_prefix(kUnit.size());
  Range range{.end = size};
  const char* end = header.data() + header.size();
  const auto first = std::from_chars(header.data(), end, range.begin);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-') return std::nullopt;
  if (first.ptr + 1 == end) return range;
  int64_t last = 0;
  const auto parsed = std::from_chars(first.ptr + 1, end, last);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  range.end = std::min(size, last + 1);
  return range;
}

}  // namespace

std::unique_ptr<Upload> Router::BeginUpload(const Recorded& head) {
  const std::string_view path = std::string_view(head.path).substr(0, head.path.find('?'));
  std::vector<std::string_view> ids;
  bool path_known = false;
  const Operation* operation = routes_.Find(head.method, path, ids, path_known);
  const std::string_view type = HeaderOf(head.headers, "content-type");
  const bool form = operation != nullptr &&
                    (operation->body == BodyKind::kForm ||
                     (operation->body == BodyKind::kFormOrObject && Multipart::BoundaryOf(type)));
  if (!form) return nullptr;
  Behavior behavior;
  behavior.timing = options_.timing;
  // The model is a field of the form: what depends on it waits for the end.
  rules_.Apply({head.method, "", path, KeyOf(head.headers)}, behavior, Rulebook::Which::kAnyModel);
  // What is wrong with the header's words is said when the request is complete.
  Behavior scripted = behavior;
  if (SetAll(HeaderOf(head.headers, "x-simulator"), ';', scripted)) behavior = std::move(scripted);
  return std::make_unique<Upload>(type, std::move(behavior), options_.spool_directory,
                                  options_.max_file_bytes);
}

void Router::AddFileRoutes() {
  using enum BodyKind;
  const auto add = [this](std::string_view method, std::string_view path, BodyKind body,
                          std::function<void(Call&)> serve) {
    routes_.Add({method, path, body, std::move(serve)});
  };
  add("POST", "/v1/files", kForm, [this](Call& call) { UploadFile(call); });
  add("GET", "/v1/files", kNone, [this](Call& call) { ListFiles(call); });
  add("GET", "/v1/files/*", kNone,
      [this](Call& call) { call.Settle(files_.Get(call.id(), call.answer.body)); });
  add("DELETE", "/v1/files/*", kNone,
      [this](Call& call) { call.Settle(files_.Delete(call.id(), call.answer.body)); });
  add("GET", "/v1/files/*/content", kNone, [this](Call& call) { FileContent(call); });
  const auto add_batch = [&](std::string_view method, std::string_view path, BodyKind body,
                             auto serve) {
    add(method, path, body, [this, serve](Call& call) {
      batches_.Update();
      call.Settle(serve(batches_, call));
    });
  };
  add_batch("POST", "/v1/batches", kObject, [](Batches& batches, Call& call) {
    return batches.Create(call.body, call.answer.behavior.batch, call.answer.body);
  });
  add_batch("GET", "/v1/batches", kNone, [](Batches& batches, Call& call) {
    return batches.List(call.request.path, call.answer.behavior.list_lag, call.answer.body);
  });
  add_batch("GET", "/v1/batches/*", kNone,
            [](Batches& batches, Call& call) { return batches.Get(call.id(), call.answer.body); });
  add_batch("POST", "/v1/batches/*/cancel", kNone, [](Batches& batches, Call& call) {
    return batches.Cancel(call.id(), call.answer.body);
  });
}

void Router::UploadFile(Call& call) {
  call.Settle(files_.AddUpload(*call.upload, call.answer.body));
}

void Router::ListFiles(Call& call) {
  batches_.Update();
  call.Settle(files_.List(call.request.path, call.answer.behavior.list_lag, call.answer.body));
}

void Router::FileContent(Call& call) {
  const StoredFile* file = files_.Find(call.id());
  if (file == nullptr) return call.Fail(Files::NotFound(call.id()));
  if (file->purpose == "assistants" || file->purpose == "user_data") {
    return call.Fail(
        BadRequest("Not allowed to download files of purpose: " + file->purpose, {}, {}));
  }
  Answer& answer = call.answer;
  const int64_t size = file->content->size();
  Range range{.end = size};
  const auto asked = ParseRange(HeaderOf(call.request.headers, "range"), size);
  if (asked && !answer.behavior.no_range) {
    range = *asked;
    if (range.begin >= std::max<int64_t>(1, size) || range.begin >= range.end) {
      ApiError error = BadRequest("The requested range is not satisfiable.", {}, {});
      error.status = 416;
      error.headers.emplace_back("content-range", "bytes */" + std::to_string(size));
      return call.Fail(std::move(error));
    }
    answer.status = 206;
    answer.headers.emplace_back("content-range", "bytes " + std::to_string(range.begin) + "-" +
                                                     std::to_string(range.end - 1) + "/" +
                                                     std::to_string(size));
  }
  std::string filename = file->filename;
  std::erase_if(filename, [](char c) { return c == '"' || static_cast<unsigned char>(c) < 0x20; });
  answer.headers.emplace_back("content-disposition", "attachment; filename=\"" + filename + "\"");
  call.content_type = "application/octet-stream";
  answer.events_bytes = range.end - range.begin;
  // Shared with the stream: the file may be deleted meanwhile. A token is four bytes of it.
  answer.events = std::make_unique<ByteStream>(
      [content = file->content](int64_t at, size_t count) { return content->Read(at, count); },
      range.begin, range.end, 4 * answer.behavior.timing.tokens_per_second, answer.behavior);
}

}  // namespace inferwire::simulator
