#include "batch/upstream_batch.h"

#include "batch/json_object.h"
#include "codec/json_text.h"
#include "openai/error.h"

namespace inferwire::batch {
namespace {

constexpr size_t kMaxErrors = 100;

template <class Visit>
void ForEach(std::string_view list, Visit visit) {
  if (list.empty() || list.front() != '[') return;
  codec::JsonCursor cursor(list);
  cursor.Enter();
  while (cursor.NextElement()) visit(JsonObject(cursor.SkipValue()));
}

UpstreamBatch BatchOf(const JsonObject& object) {
  UpstreamBatch batch;
  batch.id = object.Text("id");
  batch.status = object.Text("status");
  batch.output_file = object.Text("output_file_id");
  batch.error_file = object.Text("error_file_id");
  batch.created = object.Number("created_at").value_or(0);
  const JsonObject counts = object.Object("request_counts");
  batch.completed = std::max<int64_t>(0, counts.Number("completed").value_or(0));
  batch.failed = std::max<int64_t>(0, counts.Number("failed").value_or(0));
  const JsonObject metadata = object.Object("metadata");
  batch.job = metadata.Text(kJobKey);
  batch.shard = metadata.Text(kShardKey);
  batch.post = metadata.Text(kPostKey);
  ForEach(object.Object("errors").Find("data").value_or(""), [&](const JsonObject& error) {
    if (batch.errors.size() >= kMaxErrors) return;
    batch.errors.push_back({openai::Scrub(error.Text("code"), 128),
                            openai::Scrub(error.Text("message")),
                            openai::Scrub(error.Text("param"), 128), error.Number("line")});
  });
  return batch;
}

UpstreamFile FileOf(const JsonObject& object) {
  return {object.Text("id"), object.Text("filename"), object.Number("bytes").value_or(-1),
          object.Number("created_at").value_or(0)};
}

template <class T, class Read>
Result<UpstreamList<T>> ReadList(std::string_view json, const codec::JsonLimits& limits,
                                 Read read) {
  if (!codec::CheckJson(json, limits) || !IsObject(json)) {
    return openai::Protocol("the list is no JSON object", {});
  }
  const JsonObject object(json);
  UpstreamList<T> list;
  ForEach(object.Find("data").value_or(""),
          [&](const JsonObject& each) { list.data.push_back(read(each)); });
  list.has_more = object.Find("has_more").value_or("false") == "true";
  return list;
}

}  // namespace

Result<UpstreamBatch> ReadBatch(std::string_view json, const codec::JsonLimits& limits) {
  if (!codec::CheckJson(json, limits)) return openai::Protocol("it is not JSON", {});
  UpstreamBatch batch = BatchOf(JsonObject(json));
  if (batch.id.empty() || batch.status.empty()) {
    return openai::Protocol("it is no batch", {});
  }
  return batch;
}

Result<UpstreamList<UpstreamBatch>> ReadBatches(std::string_view json,
                                                const codec::JsonLimits& limits) {
  return ReadList<UpstreamBatch>(json, limits, BatchOf);
}

Result<UpstreamFile> ReadFile(std::string_view json, const codec::JsonLimits& limits) {
  if (!codec::CheckJson(json, limits)) return openai::Protocol("it is not JSON", {});
  UpstreamFile file = FileOf(JsonObject(json));
  if (file.id.empty()) return openai::Protocol("it is no file", {});
  return file;
}

Result<UpstreamList<UpstreamFile>> ReadFiles(std::string_view json,
                                             const codec::JsonLimits& limits) {
  return ReadList<UpstreamFile>(json, limits, FileOf);
}

bool IsFinal(std::string_view status) {
  return status == "completed" || status == "failed" || status == "expired" ||
         status == "cancelled";
}

}  // namespace inferwire::batch
