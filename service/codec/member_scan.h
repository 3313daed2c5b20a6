// The members of a JSON object by a scan that builds and checks nothing but the object's own frame:
// for bodies that are passed on as they are, and may be long. Strings are skipped sixteen bytes at
// a time. Pure.
#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace inferwire::codec {

enum class Scan { kWhole, kStopped, kBroken };

// Called with each member's name, without escapes, and its value's text. False: no more is wanted.
using OnMember = std::function<bool(const std::string& name, std::string_view value)>;

// kBroken: the text is no object, or it ends or goes wrong within one. A byte order mark before it
// and white space around it are none of it; anything else behind it is kBroken too.
Scan ScanMembers(std::string_view text, const OnMember& on_member);

// What a member is called whose name stands there so, between its quotes. What has a bad escape
// names nothing, and stays as it is; so does what is too long to be a member that anybody looks
// for.
std::string MemberName(std::string_view raw);

}  // namespace inferwire::codec
