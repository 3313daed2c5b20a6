#include "simulator/image_stream.h"

#include "simulator/base64.h"

namespace inferwire::simulator {

ImageStream::ImageStream(ImageRequest request, int64_t created, const Behavior& behavior)
    : SseStream(behavior, request.hash),
      request_(std::move(request)),
      created_(created),
      kind_(request_.task == ImageTask::kEdit ? "image_edit" : "image_generation") {}

bool ImageStream::NextData(Data& data) {
  const int64_t partial = request_.partial_images, index = next_++;
  if (index > partial || (index == partial && behavior().truncate != Truncate::kNone)) return false;
  const bool last = index == partial;
  data.name = kind_ + (last ? ".completed" : ".partial_image");
  data.paced = true;
  // A partial picture is another one: who takes it for the last sees it.
  const Picture picture = PictureOf(request_, last ? 0 : 100 + index, behavior());
  Json json = {{"type", data.name},
               {"b64_json", Base64(PngOf(picture))},
               {"created_at", created_},
               {"size", request_.size},
               {"quality", request_.quality},
               {"background", request_.background},
               {"output_format", request_.format}};
  if (!last) {
    json["partial_image_index"] = index;
  } else if (!behavior().no_usage) {
    json["usage"] = ImageUsage(request_);
  }
  data.json = Dump(json);
  return true;
}

}  // namespace inferwire::simulator
