// POST /v1/images/generations, edits and variations, read and checked as the real API checks them.
#pragma once

#include <string>
#include <vector>

#include "simulator/chat_request.h"
#include "simulator/png.h"
#include "simulator/upload.h"

namespace inferwire::simulator {

enum class ImageTask { kGeneration, kEdit, kVariation };

struct ImageRequest {
  ImageTask task = ImageTask::kGeneration;
  const Model* model = nullptr;
  std::string asked_model{}, prompt{};
  int64_t count = 1;
  std::string size{}, quality{}, background{}, format{};
  int width = 0, height = 0;
  bool as_url = false, stream = false;
  int64_t partial_images = 0;
  std::vector<std::string> inputs{};  // each file in words: part, name, size and SHA-256
  uint64_t hash = 0;

  bool is_gpt() const { return model->id.starts_with("gpt-image"); }
  int64_t prompt_tokens() const;
  int64_t input_image_tokens() const;
  int64_t output_tokens() const;  // of one image
};

// body: the JSON or the form's fields; form: null without one.
std::optional<ApiError> ReadImage(const Json& body, const Upload* form, const ChatOptions& options,
                                  ImageRequest& request);

}  // namespace inferwire::simulator
