#include "simulator/files.h"

#include <algorithm>

#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kMaxListed = 10'000;

}  // namespace

Files::Files(const Options& options, const VirtualClock& clock, StatsBoard& stats)
    : options_(options), clock_(clock), stats_(stats), ids_(Hash("files", options.seed)) {}

std::shared_ptr<Content> Files::NewContent() const {
  return std::make_shared<Content>(options_.spool_directory);
}

std::optional<ApiError> Files::Add(StoredFile file, std::string& id) {
  DropExpired();
  const int64_t size = file.content->size();
  if (files_.size() >= options_.max_files || bytes_ + size > options_.max_stored_bytes) {
    ApiError full = BadRequest("You have exceeded your file storage quota for this organization.",
                               std::nullopt, "storage_quota_exceeded");
    return full;
  }
  file.id = id = "file-" + Letters(ids_, 22);
  file.created = clock_.Now();
  bytes_ += size;
  files_.push_back(std::make_unique<StoredFile>(std::move(file)));
  by_id_.emplace(id, files_.back().get());
  stats_.Update([](Stats& stats) { ++stats.files_created; });
  return std::nullopt;
}

void Files::Drop(const std::string& id) {
  const auto found = by_id_.find(id);
  bytes_ -= found->second->content->size();
  by_id_.erase(found);
  std::erase_if(files_, [&](const auto& file) { return file->id == id; });
}

void Files::DropExpired() {
  const WallTime now = clock_.Now();
  std::erase_if(files_, [&](const auto& file) {
    if (!file->expires || *file->expires > now) return false;
    bytes_ -= file->content->size();
    by_id_.erase(file->id);
    return true;
  });
}

const StoredFile* Files::Find(std::string_view id) {
  const auto found = by_id_.find(std::string(id));
  if (found == by_id_.end()) return nullptr;
  const StoredFile* file = found->second;
  return file->expires && *file->expires <= clock_.Now() ? nullptr : file;
}

Json Files::ToJson(const StoredFile& file) {
  return {{"object", "file"},
          {"id", file.id},
          {"purpose", file.purpose},
          {"filename", file.filename},
          {"bytes", file.content->size()},
          {"created_at", UnixSeconds(file.created)},
          {"expires_at", file.expires ? Json(UnixSeconds(*file.expires)) : Json(nullptr)},
          {"status", "processed"},
          {"status_details", nullptr}};
}

ApiError Files::NotFound(std::string_view id) {
  ApiError error = BadRequest("No such File object: " + std::string(id), "id", std::nullopt);
  error.status = 404;
  return error;
}

std::optional<ApiError> Files::Get(std::string_view id, std::string& body) {
  const StoredFile* file = Find(id);
  if (file == nullptr) return NotFound(id);
  body = Dump(ToJson(*file));
  return std::nullopt;
}

std::optional<ApiError> Files::Delete(std::string_view id, std::string& body) {
  if (Find(id) == nullptr) return NotFound(id);
  Drop(std::string(id));
  body = Dump({{"object", "file"}, {"deleted", true}, {"id", id}});
  return std::nullopt;
}

std::optional<ApiError> Files::List(std::string_view target, Duration lag, std::string& body) {
  DropExpired();
  Page page;
  if (auto error = ReadPage(target, kMaxListed, kMaxListed, page)) return error;
  const auto purpose = QueryValue(target, "purpose");
  const WallTime newest = clock_.Now() - std::chrono::duration_cast<WallTime::duration>(lag);
  body = ListBody(
      files_, page,
      [&](const StoredFile& file) {
        return file.created <= newest && (!purpose || file.purpose == *purpose);
      },
      &Files::ToJson);
  return std::nullopt;
}

}  // namespace inferwire::simulator
