#include "unit/batch/fake_upstream.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <sstream>

namespace inferwire::batch {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kVersion = "/v1";

std::string KeyOf(const http::Request& request) {
  constexpr std::string_view kHeader = "Authorization: Bearer ";
  for (const std::string& header : request.headers) {
    if (header.starts_with(kHeader)) return header.substr(kHeader.size());
  }
  return "";
}

std::string ReadSource(http::BodySource& source, bool& waits) {
  std::string all;
  char buffer[16 * 1024];
  while (true) {
    const int64_t bytes = source.Read(buffer, sizeof(buffer));
    if (bytes <= 0) {
      waits = bytes == http::BodySource::kNothingNow;
      return all;
    }
    all.append(buffer, static_cast<size_t>(bytes));
  }
}

std::string QueryValue(const std::string& path, const std::string& name) {
  const size_t at = path.find(name + "=");
  if (at == std::string::npos) return "";
  const size_t begin = at + name.size() + 1;
  return path.substr(begin, path.find('&', begin) - begin);
}

}  // namespace

std::vector<std::string> CustomIds(const std::string& jsonl) {
  std::vector<std::string> ids;
  std::istringstream lines(jsonl);
  for (std::string line; std::getline(lines, line);) {
    ids.push_back(Json::parse(line)["custom_id"].get<std::string>());
  }
  return ids;
}

std::string FakeUpstream::Good(const std::string& custom_id) {
  return R"({"id":"r","custom_id":")" + custom_id +
         R"(","response":{"status_code":200,"request_id":"req-)" + custom_id +
         R"(","body":{"id":"c","object":"chat.completion","model":"gpt-4.1-mini","choices":[{)"
         R"("index":0,"message":{"role":"assistant","content":"for )" +
         custom_id +
         R"("},"finish_reason":"stop"}],"usage":{"prompt_tokens":10,"completion_tokens":5,)"
         R"("total_tokens":15}}},"error":null})";
}

http::Transfer* FakeUpstream::Start(http::Request request, http::TransferObserver& observer) {
  open_.push_back(std::make_unique<Open>(Open{std::move(request), &observer}));
  return reinterpret_cast<http::Transfer*>(open_.back().get());
}

bool FakeUpstream::Cancel(http::Transfer* transfer) {
  std::erase_if(open_, [&](const auto& each) {
    return reinterpret_cast<http::Transfer*>(each.get()) == transfer;
  });
  return true;
}

bool FakeUpstream::AnswerOne() {
  if (open_.empty()) return false;
  Answer(0);
  return true;
}

bool FakeUpstream::AnswerOne(std::mt19937_64& engine) {
  if (open_.empty()) return false;
  Answer(engine() % open_.size());
  return true;
}

void FakeUpstream::Answer(size_t index) {
  Open* open = open_[index].get();
  http::Request& request = open->request;
  const std::string path = request.url.substr(request.url.find(kVersion) + kVersion.size());
  const std::string method = request.method;
  const Fate what = fate(method, path);
  Reply reply;
  const bool welcome = !refused_keys.contains(KeyOf(request));
  if (what == Fate::kGood || what == Fate::kLostAnswer) {
    if (request.source) {
      // As a transfer would: what the source has is taken, and it is told of the room.
      bool waits = false;
      auto body = std::make_shared<std::string>(request.body ? *request.body : "");
      *body += ReadSource(*request.source, waits);
      request.body = body;
      if (waits) return;  // more comes with the next turn
    }
    if (welcome) reply = Serve(method, path, request);
  }
  keys.push_back(KeyOf(request));
  if (!welcome) {
    reply = {401, R"({"error":{"message":"wrong key","code":"invalid_api_key"}})"};
  }
  std::unique_ptr<Open> owned = std::move(open_[index]);
  open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(index));
  http::Outcome outcome;
  switch (what) {
    case Fate::kUnsent:
      outcome.failure = http::Failure::kConnect;
      outcome.provably_unsent = true;
      break;
    case Fate::kLostAnswer:
    case Fate::kLostRequest:
      outcome.failure = http::Failure::kReset;
      break;
    case Fate::kBusy:
      reply = {
          429,
          R"({"error":{"message":"slow down","type":"requests","code":"rate_limit_exceeded"}})"};
      break;
    case Fate::kBroken:
      reply = {500, R"({"error":{"message":"oops","type":"server_error"}})"};
      break;
    case Fate::kRefused:
      reply = {400, R"({"error":{"message":"no","type":"invalid_request_error"}})"};
      break;
    case Fate::kGood:
      break;
  }
  if (!outcome.failure) {
    http::Headers headers;
    headers.Add("content-type", "application/json");
    owned->observer->OnHeaders(reply.status, headers);
    // In pieces: lines are cut anywhere.
    for (size_t at = 0; at < reply.body.size(); at += 1000) {
      owned->observer->OnBody(std::string_view(reply.body).substr(at, 1000));
    }
  }
  owned->observer->OnEnd(outcome);
}

FakeUpstream::Reply FakeUpstream::Serve(const std::string& method, const std::string& path,
                                        http::Request& request) {
  const std::string resource = path.substr(1, path.find_first_of("/?", 1) - 1);
  ++requests[method + " " + resource];
  last = method + " " + path;
  const std::string no_such =
      R"({"error":{"message":"no such thing","type":"invalid_request_error"}})";
  if (path == "/chat/completions") {
    ++items;
    return {200, Json::parse(Good("x"))["response"]["body"].dump()};
  }
  if (method == "POST" && path == "/files") return PostFile(request);
  if (method == "POST" && path == "/batches") return PostBatch(*request.body);
  if (method == "GET" && path.starts_with("/batches?")) return ListBatches(path);
  if (method == "GET" && path.starts_with("/files?")) {
    Json list = {{"object", "list"}, {"data", Json::array()}, {"has_more", false}};
    for (auto each = files.rbegin(); each != files.rend(); ++each) {
      list["data"].push_back({{"id", (*each)->id},
                              {"filename", (*each)->name},
                              {"bytes", (*each)->content.size()},
                              {"created_at", now}});
    }
    return {200, list.dump()};
  }
  const std::string id =
      path.substr(resource.size() + 2, path.find('/', resource.size() + 2) - resource.size() - 2);
  const auto file = std::find_if(files.begin(), files.end(), [&](const auto& each) {
    return resource == "files" && each->id == id;
  });
  if (file != files.end() && method == "DELETE") {
    files.erase(file);
    return {200, R"({"object":"file","deleted":true})"};
  }
  if (file != files.end()) return {200, (*file)->content};
  for (const auto& batch : batches) {
    if (resource != "batches" || batch->id != id) continue;
    if (path.ends_with("/cancel")) {
      batch->cancel_asked = true;
      if (batch->status == "validating" || batch->status == "in_progress") {
        batch->status = "cancelling";
      } else {
        return {409, R"({"error":{"message":"it has ended","type":"invalid_request_error"}})"};
      }
    }
    return {200, ToJson(*batch)};
  }
  return {404, no_such};
}

FakeUpstream::Reply FakeUpstream::PostFile(http::Request& request) {
  const std::string& form = *request.body;
  const size_t name = form.find("filename=\"") + 10;
  const size_t begin = form.find("\r\n\r\n", name) + 4;
  const size_t end = form.rfind("\r\n--");
  auto file = std::make_unique<File>();
  file->id = "file-" + std::to_string(++next_);
  file->name = form.substr(name, form.find('"', name) - name);
  file->content = form.substr(begin, end - begin);
  files.push_back(std::move(file));
  return {200, Json({{"id", files.back()->id},
                     {"bytes", files.back()->content.size()},
                     {"filename", files.back()->name}})
                   .dump()};
}

FakeUpstream::Reply FakeUpstream::PostBatch(const std::string& body) {
  const Json json = Json::parse(body);
  auto batch = std::make_unique<Batch>();
  batch->id = "batch-" + std::to_string(++next_);
  batch->input = json["input_file_id"];
  batch->metadata = json["metadata"].dump();
  batch->status = "validating";
  batch->created = now;
  batches.push_back(std::move(batch));
  return {200, ToJson(*batches.back())};
}

FakeUpstream::Reply FakeUpstream::ListBatches(const std::string& path) {
  const std::string after = QueryValue(path, "after");
  constexpr size_t kPage = 3;  // so that pages are turned
  Json list = {{"object", "list"}, {"data", Json::array()}, {"has_more", false}};
  bool begun = after.empty();
  for (size_t i = batches.size(); i-- > 0;) {
    if (lists_lag && i + 1 == batches.size()) continue;
    if (begun && list["data"].size() == kPage) {
      list["has_more"] = true;
      break;
    }
    if (begun) list["data"].push_back(Json::parse(ToJson(*batches[i])));
    begun = begun || batches[i]->id == after;
  }
  return {200, list.dump()};
}

std::string FakeUpstream::ToJson(const Batch& batch) const {
  Json json = {{"id", batch.id},
               {"object", "batch"},
               {"status", batch.status},
               {"created_at", batch.created},
               {"output_file_id", nullptr},
               {"error_file_id", nullptr},
               {"errors", nullptr},
               {"metadata", Json::parse(batch.metadata)}};
  if (!batch.counts.empty()) json["request_counts"] = Json::parse(batch.counts);
  if (!batch.output.empty()) json["output_file_id"] = batch.output;
  if (!batch.errors.empty()) json["error_file_id"] = batch.errors;
  if (!batch.error_list.empty()) json["errors"] = {{"data", Json::parse(batch.error_list)}};
  return json.dump();
}

void FakeUpstream::FinishBatches(const std::string& status) {
  for (const auto& batch : batches) {
    const bool runs = batch->status == "validating" || batch->status == "in_progress" ||
                      batch->status == "cancelling";
    if (runs) FinishBatch(*batch, batch->status == "cancelling" ? "cancelled" : status);
  }
}

void FakeUpstream::FinishBatch(Batch& batch, const std::string& status) {
  batch.status = status;
  if (status != "completed" && status != "expired" && status != "cancelled") return;
  const File* input = nullptr;
  for (const auto& file : files) input = file->id == batch.input ? file.get() : input;
  std::vector<std::string> ids = CustomIds(input->content);
  batch.total = static_cast<int>(ids.size());
  if (status != "completed") ids.resize(ids.size() / 2);  // the others were not reached
  std::reverse(ids.begin(), ids.end());
  std::string output;
  for (const std::string& id : ids) {
    const std::string text = line(id);
    if (!text.empty()) output += text + "\n";
  }
  auto file = std::make_unique<File>();
  file->id = "file-" + std::to_string(++next_);
  file->name = batch.id + "_output.jsonl";
  file->content = std::move(output);
  batch.output = file->id;
  files.push_back(std::move(file));
}

}  // namespace inferwire::batch
