#include "store/directory_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>
#include <string_view>
#include <utility>

#include "base/sha256.h"
#include "base/small_file.h"
#include "base/text.h"
#include "store/fault.h"
#include "store/rows.h"

namespace inferwire::store {
namespace {

// The first line, then the SHA-256 of the rest, then the rows: every value as SIZE:BYTES.
constexpr std::string_view kHead = "inferwire directory 1\n";
constexpr size_t kDigestSize = 32;
constexpr size_t kMostBytes = size_t{1} << 30;

class Writer {
 public:
  void Text(std::string_view text) {
    out_ += std::to_string(text.size()) + ":";
    out_ += text;
  }
  void Number(int64_t number) { Text(std::to_string(number)); }
  void Moment(const std::optional<WallTime>& time) {
    Text(time ? std::to_string(ToMillis(*time)) : "");
  }
  const std::string& bytes() const { return out_; }

 private:
  std::string out_;
};

// Once a value cannot be read all others are empty.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  std::string Text() {
    const size_t colon = rest_.find(':');
    const auto size = ParseInteger<size_t>(rest_.substr(0, colon));
    if (colon == std::string_view::npos || !size || *size > rest_.size() - colon - 1) {
      good_ = false;
      rest_ = {};
      return {};
    }
    std::string text(rest_.substr(colon + 1, *size));
    rest_.remove_prefix(colon + 1 + *size);
    return text;
  }
  int64_t Number() {
    const auto number = ParseInteger(Text());
    good_ = good_ && number;
    return number.value_or(0);
  }
  std::optional<WallTime> Moment() {
    const std::string text = Text();
    if (text.empty()) return std::nullopt;
    const auto millis = ParseInteger(text);
    good_ = good_ && millis;
    return FromMillis(millis.value_or(0));
  }
  bool good() const { return good_; }
  bool at_end() const { return rest_.empty(); }

 private:
  std::string_view rest_;
  bool good_ = true;
};

void Write(const TenantRow& tenant, Writer& to) {
  to.Text(tenant.tenant);
  to.Text(tenant.body);
  to.Number(tenant.disabled);
  to.Number(tenant.version);
}

TenantRow ReadTenant(Reader& from) {
  TenantRow tenant;
  tenant.tenant = from.Text();
  tenant.body = from.Text();
  tenant.disabled = from.Number() != 0;
  tenant.version = from.Number();
  return tenant;
}

void Write(const KeyRow& key, Writer& to) {
  for (const auto* text : {&key.key, &key.tenant, &key.team, &key.body}) to.Text(*text);
  to.Number(static_cast<int64_t>(key.secrets.size()));
  for (const KeySecretRow& secret : key.secrets) {
    to.Text(secret.hash);
    to.Text(secret.hint);
    to.Moment(secret.created);
    to.Moment(secret.ends);
  }
  to.Moment(key.created);
  to.Moment(key.expires);
  to.Moment(key.revoked);
  to.Moment(key.last_used);
  to.Number(key.version);
}

KeyRow ReadKey(Reader& from) {
  KeyRow key;
  for (auto* text : {&key.key, &key.tenant, &key.team, &key.body}) *text = from.Text();
  const int64_t secrets = from.Number();
  for (int64_t i = 0; i < secrets && from.good(); ++i) {
    KeySecretRow& secret = key.secrets.emplace_back();
    secret.hash = from.Text();
    secret.hint = from.Text();
    secret.created = from.Moment().value_or(WallTime());
    secret.ends = from.Moment();
  }
  key.created = from.Moment().value_or(WallTime());
  key.expires = from.Moment();
  key.revoked = from.Moment();
  key.last_used = from.Moment();
  key.version = from.Number();
  return key;
}

std::string DigestOf(std::string_view bytes) {
  Sha256 digest;
  digest.Add(bytes);
  return digest.Bytes();
}

Error FileError(const std::string& path, std::string_view what) {
  return StoreError(Fault::kIo, path + ": " + std::string(what));
}

Error SystemError(const std::string& path, int number) {
  return StoreError(FaultOfErrno(number), path + ": " + std::strerror(number));
}

// 0: all of it is on the disk.
int WriteOut(int file, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(file, bytes.data(), bytes.size());
    if (written < 0 && errno != EINTR) return errno;
    if (written > 0) bytes.remove_prefix(static_cast<size_t>(written));
  }
  return fsync(file) == 0 ? 0 : errno;
}

}  // namespace

Result<void> WriteDirectoryFile(const std::string& path, const DirectoryRows& rows) {
  Writer out;
  out.Number(rows.version);
  out.Number(static_cast<int64_t>(rows.tenants.size()));
  for (const auto& [id, tenant] : rows.tenants) Write(tenant, out);
  out.Number(static_cast<int64_t>(rows.keys.size()));
  for (const auto& [id, key] : rows.keys) Write(key, out);
  const std::string bytes = std::string(kHead) + DigestOf(out.bytes()) + out.bytes();

  // What a process that was killed has left may have other rights.
  const std::string fresh = path + ".new";
  unlink(fresh.c_str());
  const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file < 0) return SystemError(fresh, errno);
  const int failed = WriteOut(file, bytes);
  close(file);
  if (failed != 0) return SystemError(fresh, failed);
  if (rename(fresh.c_str(), path.c_str()) != 0) return SystemError(path, errno);
  return {};
}

Result<DirectoryRows> ReadDirectoryFile(const std::string& path) {
  if (access(path.c_str(), F_OK) != 0 && errno == ENOENT) {
    Error error = FileError(path, "does not exist");
    error.code = Code::kNotFound;
    return error;
  }
  auto bytes = ReadSmallFile(path, kMostBytes);
  if (!bytes) return FileError(path, bytes.error().message);
  const std::string_view all = *bytes;
  if (!all.starts_with(kHead) || all.size() < kHead.size() + kDigestSize) {
    return FileError(path, "is no directory of this version");
  }
  const std::string_view digest = all.substr(kHead.size(), kDigestSize);
  const std::string_view content = all.substr(kHead.size() + kDigestSize);
  if (DigestOf(content) != digest) return FileError(path, "is damaged");

  Reader in(content);
  DirectoryRows rows;
  rows.version = in.Number();
  const int64_t tenants = in.Number();
  for (int64_t i = 0; i < tenants && in.good(); ++i) {
    TenantRow tenant = ReadTenant(in);
    std::string id = tenant.tenant;
    rows.tenants.insert_or_assign(std::move(id), std::move(tenant));
  }
  const int64_t keys = in.Number();
  for (int64_t i = 0; i < keys && in.good(); ++i) {
    KeyRow key = ReadKey(in);
    std::string id = key.key;
    rows.keys.insert_or_assign(std::move(id), std::move(key));
  }
  if (!in.good() || !in.at_end()) return FileError(path, "is damaged");
  return rows;
}

}  // namespace inferwire::store
