#include "simulator/image_request.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "base/sha256.h"
#include "simulator/base64.h"
#include "simulator/file_hash.h"
#include "simulator/random.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr size_t kMaxInputs = 16;
constexpr int64_t kTokensOfInput = 194;

constexpr std::string_view kGptSizes[] = {"1024x1024", "1024x1536", "1536x1024", "auto"};
constexpr std::string_view kOldSizes[] = {"256x256", "512x512", "1024x1024"};
constexpr std::string_view kDalle3Sizes[] = {"1024x1024", "1792x1024", "1024x1792"};

constexpr std::array<std::string_view, 18> kArguments = {
    "prompt",         "model",          "n",          "quality",    "response_format",
    "output_format",  "stream",         "size",       "moderation", "output_compression",
    "partial_images", "input_fidelity", "background", "style",      "user",
    "image",          "images",         "mask"};
// What the older models know.
constexpr std::array<std::string_view, 7> kOldArguments = {
    "prompt", "model", "n", "size", "response_format", "user", "image"};

std::string ReadChoice(Fields& body, const char* name, std::span<const std::string_view> choices,
                       std::string_view usual) {
  const std::string value = body.String(name).value_or(std::string(usual));
  if (!body.ok() || std::find(choices.begin(), choices.end(), value) != choices.end()) return value;
  std::string list;
  for (const std::string_view choice : choices) {
    list += list.empty() ? "" : choice == choices.back() ? " and " : ", ";
    list += "'" + std::string(choice) + "'";
  }
  body.Fail(BadRequest("Invalid value: '" + value + "'. Supported values are: " + list + ".", name,
                       "invalid_value"));
  return value;
}

std::span<const std::string_view> SizesOf(const ImageRequest& request) {
  if (request.is_gpt()) return kGptSizes;
  return request.model->id == "dall-e-3" ? std::span<const std::string_view>(kDalle3Sizes)
                                         : kOldSizes;
}

void ReadSize(Fields& body, ImageRequest& request) {
  request.size =
      ReadChoice(body, "size", SizesOf(request), request.is_gpt() ? "auto" : "1024x1024");
  if (request.size == "auto") request.size = "1024x1024";
  const size_t x = request.size.find('x');
  const char* begin = request.size.data();
  std::from_chars(begin, begin + std::min(x, request.size.size()), request.width);
  if (x == std::string::npos) return;
  std::from_chars(begin + x + 1, begin + request.size.size(), request.height);
}

void RefuseUnknown(Fields& fields, const Json& body, const ImageRequest& request,
                   const ChatOptions& options) {
  for (const auto& [name, value] : body.items()) {
    const bool old = request.model->id == "dall-e-2";
    const bool known =
        old ? std::find(kOldArguments.begin(), kOldArguments.end(), name) != kOldArguments.end()
            : std::find(kArguments.begin(), kArguments.end(), name) != kArguments.end();
    const bool other =
        old && std::find(kArguments.begin(), kArguments.end(), name) != kArguments.end();
    if (!known && (other || options.refuse_unknown_arguments)) fields.Fail(UnknownParameter(name));
  }
}

void ReadShape(Fields& body, ImageRequest& request) {
  constexpr std::string_view kQualities[] = {"low", "medium", "high", "auto"};
  constexpr std::string_view kOldQualities[] = {"standard", "hd", "auto"};
  constexpr std::string_view kBackgrounds[] = {"transparent", "opaque", "auto"};
  constexpr std::string_view kFormats[] = {"png", "jpeg", "webp"};
  constexpr std::string_view kAnswers[] = {"url", "b64_json"};
  const bool gpt = request.is_gpt();
  request.count = body.Integer("n", 1, request.model->id == "dall-e-3" ? 1 : 10).value_or(1);
  ReadSize(body, request);
  request.quality = gpt ? ReadChoice(body, "quality", kQualities, "auto")
                        : ReadChoice(body, "quality", kOldQualities, "standard");
  if (request.quality == "auto") request.quality = "medium";
  request.background = ReadChoice(body, "background", kBackgrounds, "auto");
  if (request.background == "auto") request.background = "opaque";
  request.format = ReadChoice(body, "output_format", kFormats, "png");
  body.Integer("output_compression", 0, 100);
  if (gpt && body.Find("response_format") != nullptr) {
    body.Fail(UnknownParameter("response_format"));
  }
  request.as_url = !gpt && ReadChoice(body, "response_format", kAnswers, "url") == "url";
  request.stream = body.Bool("stream").value_or(false);
  request.partial_images = body.Integer("partial_images", 0, 3).value_or(0);
  if (request.stream && !gpt) {
    body.Fail(BadRequest("Streaming is not supported for this model.", "stream",
                         "unsupported_parameter"));
  }
}

std::string InWords(std::string_view part, std::string_view name, int64_t size,
                    const std::string& hash) {
  std::string words(part);
  if (!name.empty()) words += " " + std::string(name);
  return words + " " + std::to_string(size) + " bytes sha256 " + hash;
}

void ReadForm(Fields& body, const Upload& form, ImageRequest& request) {
  bool image = false;
  for (const UploadedFile& file : form.files()) {
    image = image || file.part != "mask";
    request.inputs.push_back(
        InWords(file.part, file.filename, file.content->size(), HexHashOf(*file.content)));
  }
  if (!image) body.Fail(MissingParameter("image"));
  if (request.inputs.size() > kMaxInputs + 1) {
    body.Fail(
        BadRequest("Invalid 'image': array too long. Expected an array with maximum length "
                   "16.",
                   "image", "array_above_max_length"));
  }
}

// {"image_url": ...} or {"file_id": ...}.
void ReadReference(Fields& body, const Json& json, const std::string& path, ImageRequest& request,
                   std::optional<ApiError>& fault) {
  if (!json.is_object()) return body.Fail(InvalidType(path, "an object", KindOf(json)));
  Fields fields(json, path, fault);
  if (const auto id = fields.String("file_id")) {
    request.inputs.push_back(path + " " + *id);
    return;
  }
  const std::string url = fields.RequiredString("image_url");
  const size_t comma = url.find(";base64,");
  if (!url.starts_with("data:image/") || comma == std::string::npos) {
    request.inputs.push_back(path + " " + url);
    return;
  }
  const auto bytes = FromBase64(std::string_view(url).substr(comma + 8));
  if (!bytes) {
    return body.Fail(BadRequest("Invalid base64 image_url.", path, "invalid_base64_image"));
  }
  Sha256 hash;
  hash.Add(*bytes);
  request.inputs.push_back(InWords(path, "", static_cast<int64_t>(bytes->size()), hash.Hex()));
}

void ReadReferences(Fields& body, ImageRequest& request, std::optional<ApiError>& fault) {
  const Json* images = body.RequiredArray("images");
  if (images == nullptr) return;
  for (size_t i = 0; i < images->size() && body.ok(); ++i) {
    ReadReference(body, (*images)[i], "images[" + std::to_string(i) + "]", request, fault);
  }
  if (const Json* mask = body.Object("mask")) ReadReference(body, *mask, "mask", request, fault);
}

}  // namespace

int64_t ImageRequest::prompt_tokens() const { return CountTokens(prompt); }

int64_t ImageRequest::input_image_tokens() const {
  return kTokensOfInput * static_cast<int64_t>(inputs.size());
}

int64_t ImageRequest::output_tokens() const {
  const int64_t low = width == height ? 272 : width > height ? 400 : 408;
  if (quality == "low") return low;
  const int64_t medium = width == height ? 1056 : width > height ? 1568 : 1584;
  return quality == "medium" ? medium : 4 * medium - 64;
}

std::optional<ApiError> ReadImage(const Json& body, const Upload* form, const ChatOptions& options,
                                  ImageRequest& request) {
  if (form != nullptr) {
    if (auto fault = form->Fault()) return fault;
  }
  std::optional<ApiError> fault;
  Fields fields(body, "", fault);
  const bool generates = request.task == ImageTask::kGeneration;
  if (fields.Find("model") != nullptr) {
    request.model = ReadModel(fields, ModelKind::kImage, options, request.asked_model);
  } else {
    request.asked_model = form == nullptr && !generates ? "gpt-image-1" : "dall-e-2";
    request.model = FindModel(request.asked_model);
  }
  if (request.model == nullptr) {
    ApiError error = BadRequest("The model '" + request.asked_model + "' does not exist.", "model",
                                "invalid_value");
    return error;
  }
  if (request.task != ImageTask::kVariation) request.prompt = fields.RequiredString("prompt");
  RefuseUnknown(fields, body, request, options);
  ReadShape(fields, request);
  if (form != nullptr) {
    ReadForm(fields, *form, request);
  } else if (!generates) {
    ReadReferences(fields, request, fault);
  }
  const int64_t max = request.is_gpt() ? 32'000 : request.model->context_window;
  if (static_cast<int64_t>(request.prompt.size()) > max) {
    fields.Fail(
        BadRequest("Invalid 'prompt': string too long. Expected a string with maximum "
                   "length " +
                       std::to_string(max) + ", but got a string with length " +
                       std::to_string(request.prompt.size()) + " instead.",
                   "prompt", "string_above_max_length"));
  }
  request.hash = Hash(request.prompt, Hash(request.asked_model, options.seed));
  for (const std::string& input : request.inputs) request.hash = Hash(input, request.hash);
  return fault;
}

}  // namespace inferwire::simulator
