// Answers of any size as streams: see Client::StreamEmbed and Client::StreamImages.
//
//   PictureParts parts;
//   auto stream = client.StreamImages(request);
//   for (const ImageEvent& event : stream) {
//     if (auto picture = parts.Take(event)) Show(picture->data);
//   }
//   if (auto status = stream.status(); !status) std::cerr << Describe(status.error());
#pragma once

#include <optional>
#include <string>

#include "inferwire/client/stream.h"
#include "inferwire/v1/embeddings_service.pb.h"
#include "inferwire/v1/images_service.pb.h"

namespace inferwire::client {

// One event of streamed embeddings.
struct EmbedEvent {
  v1::StreamEmbedResponse message;

  // index() says of which text. Null: one of the gateway's events.
  const v1::Embedding* embedding() const {
    return message.has_embedding() ? &message.embedding() : nullptr;
  }
};

using EmbedStream = MessageStream<EmbedEvent>;

// One event of streamed images.
struct ImageEvent {
  v1::StreamGenerateImagesResponse message;
};

using ImageStream = MessageStream<ImageEvent>;

// An image, or a preview of it, all of whose parts have come.
struct Picture {
  int index = 0;
  std::optional<int> preview;  // none: the image itself
  std::string data;
};

// Puts the parts of a stream together.
class PictureParts {
 public:
  // With the last part of an image or preview: all of it.
  std::optional<Picture> Take(const ImageEvent& event);

 private:
  std::string data_;
};

}  // namespace inferwire::client
