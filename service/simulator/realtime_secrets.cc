#include "simulator/realtime_secrets.h"

#include <optional>
#include <string>
#include <utility>

#include "simulator/fields.h"
#include "simulator/text.h"

namespace inferwire::simulator {
namespace {

constexpr int64_t kUsual = 600, kShortest = 10, kLongest = 7200;  // seconds
constexpr const char* kModel = "gpt-realtime";

}  // namespace

RealtimeSecrets::RealtimeSecrets(Backend& backend)
    : backend_(backend), ids_(Hash("realtime secrets", backend.options.seed)) {}

void RealtimeSecrets::AddRoutes(Routes& routes) {
  routes.Add({"POST", "/v1/realtime/client_secrets", BodyKind::kMaybeObject,
              [this](Call& call) { Create(call); }});
}

void RealtimeSecrets::Create(Call& call) {
  std::optional<ApiError> fault;
  Fields body(call.body, "", fault);
  int64_t seconds = kUsual;
  if (const Json* expires = body.Object("expires_after")) {
    Fields fields(*expires, "expires_after", fault);
    const std::string anchor = fields.String("anchor").value_or("created_at");
    if (fields.ok() && anchor != "created_at") {
      fields.Fail(BadRequest("Invalid value: '" + anchor + "'. Supported values are: 'created_at'.",
                             fields.PathOf("anchor"), "invalid_value"));
    }
    seconds = fields.Integer("seconds", kShortest, kLongest).value_or(kUsual);
  }
  const Json* asked = body.Object("session");
  if (fault) return call.Fail(std::move(*fault));
  Json session = asked ? *asked : Json::object();
  if (!session.contains("type")) session["type"] = "realtime";
  if (!session.contains("model")) session["model"] = kModel;
  session["id"] = "sess_" + Letters(ids_, 24);
  session["object"] = "realtime.session";
  call.Give({{"value", "ek_" + Letters(ids_, 32)},
             {"expires_at", UnixSeconds(backend_.clock.Now()) + seconds},
             {"session", std::move(session)}});
}

}  // namespace inferwire::simulator
