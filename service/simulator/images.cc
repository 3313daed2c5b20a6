#include "simulator/images.h"

#include <cstdio>

#include "simulator/base64.h"
#include "simulator/image_stream.h"
#include "simulator/random.h"

namespace inferwire::simulator {
namespace {

constexpr int kMaxSide = 8192;

std::string UrlOf(std::string_view host, const Picture& picture) {
  char name[80];
  std::snprintf(name, sizeof name, "%06x-%dx%d-%lld.png", picture.colour, picture.width,
                picture.height, static_cast<long long>(picture.min_bytes));
  return "http://" + std::string(host) + std::string(Images::kDownloads) + name;
}

// What the real API tells of the prompt; here also what came in, so that a lost byte shows.
std::string RevisedPrompt(const ImageRequest& request) {
  std::string text = request.prompt;
  for (const std::string& input : request.inputs) text += (text.empty() ? "" : "; ") + input;
  return text;
}

Json DataOf(const ImageRequest& request, const Behavior& behavior, std::string_view host) {
  Json data = Json::array();
  for (int64_t i = 0; i < request.count; ++i) {
    const Picture picture = PictureOf(request, i, behavior);
    Json one = Json::object();
    if (request.as_url) {
      one["url"] = UrlOf(host, picture);
    } else {
      one["b64_json"] = Base64(PngOf(picture));
    }
    if (!request.inputs.empty() || request.model->id == "dall-e-3") {
      one["revised_prompt"] = RevisedPrompt(request);
    }
    data.push_back(std::move(one));
  }
  return data;
}

}  // namespace

Picture PictureOf(const ImageRequest& request, int64_t index, const Behavior& behavior) {
  const uint64_t hash = Hash("picture", request.hash + static_cast<uint64_t>(index));
  return {request.width, request.height, static_cast<uint32_t>(hash & 0xffffff),
          behavior.big.value_or(0)};
}

Json ImageUsage(const ImageRequest& request) {
  const int64_t text = request.prompt_tokens(), images = request.input_image_tokens();
  const int64_t output = request.count * request.output_tokens();
  return {{"total_tokens", text + images + output},
          {"input_tokens", text + images},
          {"output_tokens", output},
          {"input_tokens_details", {{"text_tokens", text}, {"image_tokens", images}}},
          {"output_tokens_details", {{"text_tokens", 0}, {"image_tokens", output}}}};
}

Json ImageBody(const ImageRequest& request, int64_t created, const Behavior& behavior,
               std::string_view host) {
  Json body = {{"created", created}};
  if (request.is_gpt()) body["background"] = request.background;
  body["data"] = DataOf(request, behavior, host);
  if (request.is_gpt()) {
    body["output_format"] = request.format;
    body["quality"] = request.quality;
    body["size"] = request.size;
    if (!behavior.no_usage) body["usage"] = ImageUsage(request);
  }
  return body;
}

void Images::AddRoutes(Routes& routes) {
  const auto add = [&](std::string_view path, BodyKind body, ImageTask task) {
    routes.Add({"POST", path, body, [this, task](Call& call) { Create(call, task); }});
  };
  add("/v1/images/generations", BodyKind::kObject, ImageTask::kGeneration);
  add("/v1/images/edits", BodyKind::kFormOrObject, ImageTask::kEdit);
  add("/v1/images/variations", BodyKind::kForm, ImageTask::kVariation);
}

void Images::Create(Call& call, ImageTask task) {
  ImageRequest request{.task = task};
  const Behavior& behavior = call.answer.behavior;
  auto error = ReadImage(call.body, call.upload, backend_.chat_options(), request);
  if (error) return call.Fail(std::move(*error));
  const int64_t tokens = request.prompt_tokens() + request.input_image_tokens();
  if (!backend_.Limit(call, request.asked_model, tokens)) return;
  const int64_t output = request.is_gpt() ? request.count * request.output_tokens() : 0;
  backend_.stats.Count(
      request.asked_model,
      {1, request.stream ? 1u : 0u, static_cast<uint64_t>(tokens), static_cast<uint64_t>(output)});
  const int64_t created = backend_.Created();
  if (request.stream) {
    return call.Stream(std::make_unique<ImageStream>(std::move(request), created, behavior));
  }
  call.answer.delay = GenerationTime(behavior.timing, output);
  call.Give(ImageBody(request, created, behavior, HeaderOf(call.request.headers, "host")));
}

void Images::Download(Call& call) const {
  Picture picture;
  long long bytes = 0;
  const std::string name(call.path.substr(kDownloads.size()));
  const int read = std::sscanf(name.c_str(), "%6x-%dx%d-%lld.png", &picture.colour, &picture.width,
                               &picture.height, &bytes);
  const bool known = read == 4 && picture.width > 0 && picture.width <= kMaxSide &&
                     picture.height > 0 && picture.height <= kMaxSide && bytes >= 0 &&
                     bytes <= kMaxBigBytes;
  if (!known) return call.Fail(UnknownUrl(call.request.method, call.path));
  picture.min_bytes = bytes;
  call.content_type = "image/png";
  call.answer.body = PngOf(picture);
}

}  // namespace inferwire::simulator
