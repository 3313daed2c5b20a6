#include "identity/key_source.h"

#include <algorithm>
#include <utility>

#include "base/backoff.h"
#include "base/local_url.h"
#include "identity/json_members.h"

namespace inferwire::identity {
namespace {

constexpr std::string_view kConfigurationPath = "/.well-known/openid-configuration";
constexpr Duration kFirstRetry = std::chrono::seconds(1);
constexpr double kJitter = 0.1;  // earlier, so that replicas do not ask in step

std::string ConfigurationUrl(std::string_view issuer) {
  while (issuer.ends_with('/')) issuer.remove_suffix(1);
  return std::string(issuer) + std::string(kConfigurationPath);
}

}  // namespace

KeySource::KeySource(const Parts& parts, KeySourceOptions options, std::weak_ptr<IssuerKeys> keys)
    : parts_(parts),
      options_(std::move(options)),
      keys_(std::move(keys)),
      refresh_(parts.timers, [this] { Fetch(); }),
      timeout_(parts.timers, [this] {
        parts_.transport.Cancel(std::exchange(transfer_, nullptr));
        Fail("does not answer in time");
      }) {
  secure_.ca_bundle = options_.ca_bundle;
  secure_.proxy = options_.proxy;
  local_.allow_plain_http = true;
}

KeySource::~KeySource() {
  if (transfer_) parts_.transport.Cancel(transfer_);
}

void KeySource::Refetch() {
  if (transfer_) {
    again_ = true;
    return;
  }
  const SteadyTime soonest = std::max(began_ + kRefetch, parts_.timers.Now());
  if (soonest < due_) FetchAt(soonest);
}

void KeySource::FetchAt(SteadyTime due) {
  due_ = due;
  refresh_.Set(due);
}

void KeySource::Fetch() {
  const auto keys = keys_.lock();
  if (!keys) return;  // whoever owns this takes it away
  keys->Fetching();
  began_ = parts_.timers.Now();
  asks_configuration_ = options_.jwks_url.empty();
  Get(asks_configuration_ ? ConfigurationUrl(options_.issuer) : options_.jwks_url);
}

void KeySource::Get(const std::string& url) {
  status_ = 0;
  body_.clear();
  timeout_.Set(parts_.timers.Now() + kTimeout);
  http::Request request;
  request.method = "GET";
  request.url = url;
  request.headers = {"Accept: application/json"};
  request.connect_options = url.starts_with("https:") ? &secure_ : &local_;
  request.fresh_connection = true;  // ten minutes later an idle one is gone
  transfer_ = parts_.transport.Start(std::move(request), *this);
}

void KeySource::OnHeaders(int status, const http::Headers&) { status_ = status; }

bool KeySource::OnBody(std::string_view bytes) {
  if (body_.size() + bytes.size() <= kMostBytes) {
    body_ += bytes;
    return true;
  }
  parts_.transport.Cancel(std::exchange(transfer_, nullptr));
  Fail("answers with more than 1 MiB");
  return true;
}

void KeySource::OnEnd(const http::Outcome& outcome) {
  transfer_ = nullptr;
  if (outcome.failure) return Fail(outcome.message);
  Answered();
}

void KeySource::Answered() {
  timeout_.Cancel();
  if (status_ / 100 == 3) {
    return Fail("answers with a redirect (" + std::to_string(status_) +
                "): give the keys' own URL");
  }
  if (status_ != 200) return Fail("answers with status " + std::to_string(status_));
  if (asks_configuration_) return TakeConfiguration();
  TakeKeys();
}

void KeySource::TakeConfiguration() {
  const auto configuration = JsonMembers::Parse(std::move(body_));
  if (!configuration) return Fail("has no OpenID configuration: its answer is no JSON object");
  if (configuration->Text("issuer") != options_.issuer) {
    return Fail("has an OpenID configuration of another issuer");
  }
  const auto url = configuration->Text("jwks_uri");
  if (!url || !IsHttpsOrLocal(*url)) {
    return Fail("has an OpenID configuration whose jwks_uri is no https URL");
  }
  asks_configuration_ = false;
  Get(*url);
}

void KeySource::TakeKeys() {
  auto set = KeySet::Parse(body_);
  if (!set) return Fail("answers with what " + set.error().message);
  const auto keys = keys_.lock();
  if (!keys) return;
  const SteadyTime now = parts_.timers.Now();
  if (body_ != known_ || !keys->Current()) {
    parts_.log.Event(telemetry::LogLevel::kInfo, "signing_keys_fetched",
                     {{"issuer", std::string_view(options_.issuer)},
                      {"keys", static_cast<int64_t>((*set)->size())}});
    keys->Replace(std::move(*set));
    known_ = std::move(body_);
  }
  keys->Good(now);
  keys->Tried();
  failures_ = 0;
  told_.clear();
  const double part = 1 - kJitter * parts_.random.Uniform();
  FetchAt(now + std::chrono::duration_cast<Duration>(kRefresh * part));
  if (std::exchange(again_, false)) Refetch();
}

void KeySource::Fail(std::string why) {
  timeout_.Cancel();
  const auto keys = keys_.lock();
  if (!keys) return;
  const SteadyTime now = parts_.timers.Now();
  if (why != told_) {
    parts_.log.Event(telemetry::LogLevel::kWarning, "signing_keys_not_fetched",
                     {{"issuer", std::string_view(options_.issuer)}, {"why", why}});
    told_ = std::move(why);
  }
  if (now - keys->good_at() >= kKeep && keys->Current()) {
    keys->Replace(nullptr);
    parts_.log.Event(telemetry::LogLevel::kError, "signing_keys_dropped",
                     {{"issuer", std::string_view(options_.issuer)}});
  }
  keys->Tried();
  FetchAt(now + HalfJitterBackoff(kFirstRetry, kRefetch, ++failures_, parts_.random));
}

}  // namespace inferwire::identity
