#include "store/idempotent_keys.h"

#include <string_view>
#include <utility>

#include "store/postgres.h"

namespace inferwire::store {
namespace {

// Milliseconds since 1970, by the database's clock: replicas need not agree on the time.
constexpr std::string_view kNow = "(extract(epoch FROM clock_timestamp()) * 1000)::bigint";

std::string WithNow(std::string text) {
  constexpr std::string_view kPlace = "NOW";
  for (size_t at = 0; (at = text.find(kPlace, at)) != std::string::npos; at += kNow.size()) {
    text.replace(at, kPlace.size(), kNow);
  }
  return text;
}

Param OrNull(const std::optional<int64_t>& number) {
  return number ? Param(*number) : Param(std::monostate());
}

Result<void> Done(Result<Rows> rows) {
  if (!rows) return rows.error();
  return {};
}

}  // namespace

Result<std::unique_ptr<IdempotentKeys>> IdempotentKeys::Connect(const Location& location,
                                                                const Times& times) {
  auto sql = ConnectPostgres(location.url, location.wait);
  if (!sql) return sql.error();
  return std::make_unique<IdempotentKeys>(std::move(*sql), times);
}

Result<std::optional<IdempotentKeys::Row>> IdempotentKeys::Claim(const Key& key,
                                                                 const std::string& fingerprint,
                                                                 const std::string& request_id,
                                                                 bool takes_lost) {
  const std::string_view owner(key.owner), method(key.method), name(key.name);
  // Between the two statements the row may go: then it is free.
  constexpr int kTries = 3;
  // A row may be taken that nobody has to know any more, and a lost one if that is wanted.
  static const std::string kClaim = WithNow(
      "INSERT INTO idempotent AS k (owner, method, name, fingerprint, request, until) "
      "VALUES ($1, $2, $3, $4, $5, NOW + $6) "
      "ON CONFLICT (owner, method, name) DO UPDATE SET fingerprint = excluded.fingerprint, "
      "request = excluded.request, until = excluded.until, ended = 0, input = NULL, "
      "output = NULL, picousd = NULL "
      "WHERE (k.ended > 0 AND k.ended + $7 <= NOW) OR (k.ended = 0 AND k.until + $7 <= NOW) "
      "OR ($8 <> 0 AND k.ended = 0 AND k.until <= NOW AND k.fingerprint = excluded.fingerprint) "
      "RETURNING request");
  static const std::string kLook = WithNow(
      "SELECT fingerprint, request, ended, CASE WHEN ended = 0 AND until <= NOW THEN 1 ELSE 0 END, "
      "input, output, picousd FROM idempotent WHERE owner = $1 AND method = $2 AND name = $3");
  for (int tries = 0; tries < kTries; ++tries) {
    auto claimed = sql_->Run(
        kClaim, {owner, method, name, std::string_view(fingerprint), std::string_view(request_id),
                 times_.lease.count(), times_.keep.count(), int64_t{takes_lost}});
    if (!claimed) return claimed.error();
    if (!claimed->rows.empty()) return std::optional<Row>();
    auto found = sql_->Run(kLook, {owner, method, name});
    if (!found) return found.error();
    if (found->rows.empty()) continue;
    store::Row& from = found->rows.front();
    Row row;
    row.fingerprint = from.Text(0);
    row.request_id = from.Text(1);
    // The answer to an earlier claim of this request was lost.
    if (row.request_id == request_id) return std::optional<Row>();
    row.ended = from.Number(2) > 0;
    row.lost = from.Number(3) != 0;
    row.use = {from.OptionalNumber(4), from.OptionalNumber(5), from.OptionalNumber(6)};
    return std::optional(std::move(row));
  }
  return StoreError(Fault::kConnection, "an idempotency key comes and goes");
}

Result<void> IdempotentKeys::Free(const Key& key, const std::string& request_id) {
  return Done(sql_->Run(
      "DELETE FROM idempotent WHERE owner = $1 AND method = $2 AND name = $3 AND request = $4",
      {std::string_view(key.owner), std::string_view(key.method), std::string_view(key.name),
       std::string_view(request_id)}));
}

Result<void> IdempotentKeys::End(const Key& key, const std::string& request_id, const Use& use) {
  static const std::string kEnd = WithNow(
      "UPDATE idempotent SET ended = NOW, input = $5, output = $6, picousd = $7 "
      "WHERE owner = $1 AND method = $2 AND name = $3 AND request = $4");
  return Done(sql_->Run(kEnd, {std::string_view(key.owner), std::string_view(key.method),
                               std::string_view(key.name), std::string_view(request_id),
                               OrNull(use.input), OrNull(use.output), OrNull(use.picousd)}));
}

Result<void> IdempotentKeys::Renew(const std::vector<std::string>& request_ids) {
  if (request_ids.empty()) return {};
  static const std::string kRenew = WithNow(
      "UPDATE idempotent SET until = NOW + $2 "
      "WHERE request = ANY(string_to_array($1, ',')) AND ended = 0");
  std::string list;
  for (const std::string& id : request_ids) list += (list.empty() ? "" : ",") + id;
  return Done(sql_->Run(kRenew, {std::string_view(list), times_.lease.count()}));
}

Result<void> IdempotentKeys::Sweep() {
  static const std::string kSweep = WithNow(
      "DELETE FROM idempotent WHERE (ended > 0 AND ended + $1 <= NOW) "
      "OR (ended = 0 AND until + $1 <= NOW)");
  return Done(sql_->Run(kSweep, {times_.keep.count()}));
}

}  // namespace inferwire::store
