// What an upstream says of images, whether in events or in one piece: the parts of their bytes, and
// what is said beside them. No time and no network.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/json_gate.h"
#include "endpoints/typed/answer_feed.h"
#include "inferwire/v1/images_service.pb.h"

namespace inferwire::endpoints {

class ImageReader {
 public:
  // As large as a part gets.
  static constexpr size_t kPartBytes = 256u << 10;

  class Hearer {
   public:
    virtual ~Hearer() = default;
    virtual void OnPart(v1::ImagePart&& part) = 0;
    virtual bool Full() = 0;
    virtual void OnUnknownMembers(int count) = 0;
  };
  ImageReader(const codec::JsonLimits& limits, Hearer& hearer);

  // An answer in one piece. Bytes are left while the hearer is full.
  Result<void> FeedWhole(std::string_view& bytes) { return whole_.Feed(bytes); }
  // Without its images.
  const std::string& rest() const { return whole_.rest(); }
  // At its end. False: it was cut.
  Result<bool> EndWhole();

  // Data of an event, by its name if it has one.
  Result<void> FeedEvent(std::string_view name, std::string_view data);
  bool in_event() const { return event_.has_value(); }
  // The event is over.
  enum class Kind { kImage, kPreview, kOther };
  struct Event {
    Kind kind = Kind::kOther;
    std::string json;  // without the image
  };
  Result<Event> EndEvent();

  // That are complete.
  int images() const { return result_.images_size(); }
  // All but their bytes.
  v1::ImageResult& result() { return result_; }

 private:
  class Whole final : public AnswerFeed {
   public:
    explicit Whole(ImageReader& reader) : AnswerFeed(kListOfImages), reader_(reader) {}

   private:
    Result<void> TakeBytes(std::string&& bytes) override;
    Result<void> Take(std::string_view json) override;
    bool Pauses() override { return reader_.hearer_.Full(); }

    ImageReader& reader_;
  };
  class OfEvent final : public AnswerFeed {
   public:
    explicit OfEvent(ImageReader& reader) : AnswerFeed(kImageOfEvent), reader_(reader) {}

   private:
    Result<void> TakeBytes(std::string&& bytes) override;
    Result<void> Take(std::string_view json) override;

    ImageReader& reader_;
  };

  // Of the event in hand, by what has come of it.
  Kind KindOf(std::string_view type) const;
  Result<void> BeginImageOfEvent();
  void AddBytes(std::string_view bytes);
  void SendPart(bool last);
  Result<void> AddImage(v1::Image&& image, int unknown_members);
  Result<void> TakeCompleted(v1::ImageEvent&& event);

  const codec::JsonLimits& limits_;
  Hearer& hearer_;
  Whole whole_;
  std::optional<OfEvent> event_;
  std::string event_name_, event_json_;
  std::string bytes_;           // of the part in hand
  bool has_bytes_ = false;      // the image, or preview, in hand
  std::optional<int> preview_;  // that they are of
  int previews_ = 0;            // of the image in hand
  size_t unknown_members_ = 0;
  v1::ImageResult result_;
};

}  // namespace inferwire::endpoints
