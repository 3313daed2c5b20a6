// What the texts of a configuration may be, and the words for what they are not.
#pragma once

#include <string>

#include "config/keys.h"

namespace inferwire::config {

namespace form_faults {
std::string Any(const std::string& text);
std::string Address(const std::string& text);
std::string FilePath(const std::string& text);
std::string Variable(const std::string& text);
std::string Url(const std::string& text);
std::string Endpoint(const std::string& text);
std::string EndpointAddress(const std::string& text);
std::string HostName(const std::string& text);
std::string UrlPath(const std::string& text);
std::string Label(const std::string& text);
std::string HeaderText(const std::string& text);
std::string ModelOrStar(const std::string& text);
std::string ModelName(const std::string& text);
std::string RouteName(const std::string& text);
std::string ApiVersion(const std::string& text);
std::string HedgeAfter(const std::string& text);
std::string Tier(const std::string& text);
std::string TenantId(const std::string& text);
std::string KeyId(const std::string& text);
std::string KeyHash(const std::string& text);
std::string KeyHint(const std::string& text);
std::string Moment(const std::string& text);
std::string Date(const std::string& text);
std::string ModelPattern(const std::string& text);
std::string NamePattern(const std::string& text);
std::string IpAddress(const std::string& text);
std::string Issuer(const std::string& text);
std::string Audience(const std::string& text);
std::string SafeUrl(const std::string& text);
}  // namespace form_faults

inline constexpr TextForm kAddress{form_faults::Address};
inline constexpr TextForm kFilePath{form_faults::FilePath};
inline constexpr TextForm kVariableName{form_faults::Variable};
inline constexpr TextForm kHttpUrl{form_faults::Url, "^https?://"};
inline constexpr TextForm kEndpoint{form_faults::Endpoint, "^https?://[^/]+:[0-9]+$"};
inline constexpr TextForm kEndpointAddress{form_faults::EndpointAddress, "^.+:[0-9]+$"};
inline constexpr TextForm kHostName{form_faults::HostName, "^[A-Za-z0-9._-]+$"};
inline constexpr TextForm kUrlPath{form_faults::UrlPath, "^/[!-~]*$"};
inline constexpr TextForm kLabel{form_faults::Label, "^[a-z0-9-]+$"};
inline constexpr TextForm kHeaderText{form_faults::HeaderText};
inline constexpr TextForm kModelOrStar{form_faults::ModelOrStar};
inline constexpr TextForm kModelName{form_faults::ModelName};
inline constexpr TextForm kDate{form_faults::Date, "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"};
inline constexpr TextForm kRouteName{form_faults::RouteName};
inline constexpr TextForm kApiVersion{form_faults::ApiVersion};
inline constexpr TextForm kHedgeAfter{form_faults::HedgeAfter, "^(p95|[0-9]+(ms|s|m))$"};
inline constexpr TextForm kTier{form_faults::Tier};
inline constexpr TextForm kTenantId{form_faults::TenantId, "^[a-z0-9._-]{1,64}$"};
inline constexpr TextForm kKeyId{form_faults::KeyId, "^[A-Za-z0-9]{8}$"};
inline constexpr TextForm kKeyHash{form_faults::KeyHash, "^[0-9a-f]{64}$"};
inline constexpr TextForm kKeyHint{form_faults::KeyHint, "^[A-Za-z0-9]{1,4}$"};
inline constexpr TextForm kMoment{form_faults::Moment, "^[0-9]{4}-[0-9]{2}-[0-9]{2}"};
inline constexpr TextForm kModelPattern{form_faults::ModelPattern};
inline constexpr TextForm kNamePattern{form_faults::NamePattern};
inline constexpr TextForm kIpAddress{form_faults::IpAddress};
inline constexpr TextForm kIssuer{form_faults::Issuer};
inline constexpr TextForm kAudience{form_faults::Audience};
inline constexpr TextForm kSafeUrl{form_faults::SafeUrl, "^https?://"};
// A rule for RawService is judged as a whole (FaultOf).
inline constexpr TextForm kRawMethod{form_faults::Any, "^(GET|POST|DELETE)$"};
inline constexpr TextForm kRawPath{form_faults::Any};

std::string HeaderFault(const std::string& name, const std::string& value);
std::string AliasFault(const std::string& alias, const std::string& model);
std::string ClaimFault(const std::string& claim, const std::string& pattern);

}  // namespace inferwire::config
