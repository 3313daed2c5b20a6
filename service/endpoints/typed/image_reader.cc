#include "endpoints/typed/image_reader.h"

#include <charconv>
#include <utility>

#include "codec/decode.h"
#include "codec/member_scan.h"
#include "endpoints/shared/answer_body.h"

namespace inferwire::endpoints {

ImageReader::ImageReader(const codec::JsonLimits& limits, Hearer& hearer)
    : limits_(limits), hearer_(hearer), whole_(*this) {}

Result<void> ImageReader::Whole::TakeBytes(std::string&& bytes) {
  reader_.AddBytes(bytes);
  return {};
}

Result<void> ImageReader::Whole::Take(std::string_view json) {
  v1::Image image;
  codec::DecodeStats stats;
  if (auto decoded = codec::FromJson(json, image, reader_.limits_, &stats); !decoded) {
    return decoded;
  }
  return reader_.AddImage(std::move(image), stats.unknown_members);
}

Result<bool> ImageReader::EndWhole() {
  if (!whole_.whole()) return false;
  v1::ImageResult all;
  codec::DecodeStats stats;
  if (auto decoded = codec::FromJson(rest(), all, limits_, &stats); !decoded) {
    return decoded.error();
  }
  hearer_.OnUnknownMembers(stats.unknown_members);
  all.mutable_images()->Swap(result_.mutable_images());
  result_.Swap(&all);
  return true;
}

Result<void> ImageReader::FeedEvent(std::string_view name, std::string_view data) {
  if (!event_) {
    event_.emplace(*this);
    event_name_ = name;
    event_json_.clear();
  }
  return event_->Feed(data);
}

Result<void> ImageReader::OfEvent::TakeBytes(std::string&& bytes) {
  if (!reader_.has_bytes_) {
    if (auto begun = reader_.BeginImageOfEvent(); !begun) return begun;
  }
  reader_.AddBytes(bytes);
  return {};
}

Result<void> ImageReader::OfEvent::Take(std::string_view json) {
  reader_.event_json_ = json;
  return {};
}

// image_generation.partial_image, image_edit.completed
ImageReader::Kind ImageReader::KindOf(std::string_view type) const {
  if (type.empty()) type = event_name_;
  if (type.ends_with(".partial_image")) return Kind::kPreview;
  return type.ends_with(".completed") ? Kind::kImage : Kind::kOther;
}

// Which image the bytes are of has to be known before them. Servers say the type first; the number
// of a preview is counted where it comes behind.
Result<void> ImageReader::BeginImageOfEvent() {
  std::string_view type;
  int number = previews_;
  codec::ScanMembers(event_->begun(), [&](const std::string& name, std::string_view value) {
    if (name == "type" && value.size() > 2) type = value.substr(1, value.size() - 2);
    if (name == "partial_image_index") {
      std::from_chars(value.data(), value.data() + value.size(), number);
    }
    return true;
  });
  const Kind kind = KindOf(type);
  if (kind == Kind::kOther) {
    return AnswerBody::Wrong("an event has an image and does not say first of what kind");
  }
  preview_.reset();
  if (kind == Kind::kPreview) preview_ = number;
  return {};
}

Result<ImageReader::Event> ImageReader::EndEvent() {
  const bool whole = event_ && event_->whole();
  event_.reset();
  if (!whole) return AnswerBody::Wrong("an event is not JSON");
  v1::ImageEvent event;
  codec::DecodeStats stats;
  if (auto decoded = codec::FromJson(event_json_, event, limits_, &stats); !decoded) {
    return decoded.error();
  }
  hearer_.OnUnknownMembers(stats.unknown_members);
  const Kind kind = KindOf(event.type());
  if (kind == Kind::kPreview) {
    if (has_bytes_) SendPart(/*last=*/true);
    ++previews_;
  } else if (kind == Kind::kImage) {
    if (auto taken = TakeCompleted(std::move(event)); !taken) return taken.error();
  }
  return Event{kind, std::move(event_json_)};
}

Result<void> ImageReader::TakeCompleted(v1::ImageEvent&& event) {
  v1::Image image;
  const auto unknown_members = event.extra_size();
  image.mutable_extra()->swap(*event.mutable_extra());
  if (auto added = AddImage(std::move(image), unknown_members); !added) return added;
  if (event.has_created()) *result_.mutable_created() = event.created();
  if (event.has_background()) result_.set_background(event.background());
  if (event.has_output_format()) result_.set_output_format(event.output_format());
  if (event.has_size()) result_.set_size(event.size());
  if (event.has_quality()) result_.set_quality(event.quality());
  if (event.has_usage()) *result_.mutable_usage() = event.usage();
  return {};
}

void ImageReader::AddBytes(std::string_view bytes) {
  has_bytes_ = true;
  if (bytes_.size() + bytes.size() > kPartBytes) SendPart(/*last=*/false);
  bytes_ += bytes;
}

void ImageReader::SendPart(bool last) {
  v1::ImagePart part;
  part.set_index(images());
  if (preview_) part.set_partial_image_index(*preview_);
  part.set_data(std::exchange(bytes_, {}));
  part.set_last(last);
  if (last) {
    has_bytes_ = false;
    preview_.reset();
  }
  hearer_.OnPart(std::move(part));
}

Result<void> ImageReader::AddImage(v1::Image&& image, int unknown_members) {
  unknown_members_ += static_cast<size_t>(unknown_members);
  if (static_cast<size_t>(images()) == limits_.max_list_messages ||
      unknown_members_ > limits_.max_entries) {
    return LargerThanTaken("more images than allowed");
  }
  image.clear_data();
  if (has_bytes_) SendPart(/*last=*/true);
  *result_.add_images() = std::move(image);
  previews_ = 0;
  return {};
}

}  // namespace inferwire::endpoints
