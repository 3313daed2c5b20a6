// A picture as events: partial ones, and the picture itself.
#pragma once

#include "simulator/image_request.h"
#include "simulator/sse_stream.h"

namespace inferwire::simulator {

Picture PictureOf(const ImageRequest& request, int64_t index, const Behavior& behavior);
Json ImageUsage(const ImageRequest& request);

class ImageStream final : public SseStream {
 public:
  ImageStream(ImageRequest request, int64_t created, const Behavior& behavior);

 private:
  bool NextData(Data& data) override;
  bool ends_with_done() const override { return false; }
  std::string model() const override { return request_.asked_model; }

  const ImageRequest request_;
  const int64_t created_;
  const std::string kind_;
  int64_t next_ = 0;
};

}  // namespace inferwire::simulator
