#include "store/flow_leases.h"

#include <algorithm>

namespace inferwire::store {
namespace {

constexpr char kRows[] = R"(
INSERT INTO flow (meter) SELECT meter FROM unnest($1::bigint[]) AS a(meter) ORDER BY meter
ON CONFLICT (meter) DO NOTHING)";

// Many meters at once, locked in their order so that replicas never wait for each other in a ring.
// `askers` is the set of replicas that have asked in this second, `before` in the last one.
constexpr char kAsk[] = R"(
WITH now AS MATERIALIZED (
  SELECT (extract(epoch FROM clock_timestamp()) * 1e9)::bigint AS t),
ask AS MATERIALIZED (
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
                       $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[])
    AS a(meter, want, need, unit, burst, most, fair, back, cut)),
held AS MATERIALIZED (
  SELECT f.meter, f.tat, f.since, f.askers, f.before FROM flow f JOIN ask USING (meter)
  WHERE $11::bigint = 0 OR (SELECT t FROM now) < $11::bigint ORDER BY f.meter FOR UPDATE OF f),
seen AS (
  SELECT h.meter, a.want, a.need, a.unit, a.burst, a.most, a.fair, now.t,
    greatest(h.tat - a.back, CASE WHEN a.cut > 0 THEN now.t ELSE now.t - a.burst END) AS tat0,
    CASE WHEN now.t - h.since > 1000000000 THEN (1::bigint << $10::int)
         ELSE h.askers | (1::bigint << $10::int) END AS askers1,
    CASE WHEN now.t - h.since > 2000000000 THEN 0
         WHEN now.t - h.since > 1000000000 THEN h.askers ELSE h.before END AS before1,
    CASE WHEN now.t - h.since > 1000000000 THEN now.t ELSE h.since END AS since1
  FROM held h JOIN ask a ON h.meter = a.meter, now),
plan AS (
  SELECT *, (t - tat0) / unit AS have,
    greatest(1, bit_count((askers1 | before1)::bit(64))) AS active,
    tat0 + least(need * unit, burst) - t AS ready FROM seen),
size AS (
  SELECT *, greatest(least(want, greatest(least(most, have), fair / active, 1)),
                     CASE WHEN need > 0 AND (ready <= 0 OR need = 1) THEN need ELSE 0 END) AS m
  FROM plan),
done AS (
  SELECT *, CASE WHEN need > 1 AND ready > 0 THEN 0
                 WHEN need > 1 THEN m
                 WHEN m * unit + tat0 - t > greatest(1000000000, active * unit) THEN 0
                 ELSE m END AS n FROM size),
sold AS (
  UPDATE flow SET tat = d.tat0 + d.n * d.unit, askers = d.askers1, before = d.before1,
                  since = d.since1
  FROM done d WHERE flow.meter = d.meter
  RETURNING flow.meter, d.n,
    CASE WHEN d.n = 0 THEN greatest(d.ready, 0)
         WHEN d.need > 1 THEN least(d.tat0 - d.t, -d.need * d.unit)
         ELSE d.tat0 - d.t END AS ahead)
SELECT now.t, sold.meter, sold.n, sold.ahead FROM now LEFT JOIN sold ON true)";

}  // namespace

FlowLeases::FlowLeases(LeaseConnection& connection) : connection_(connection) {
  connection_.Add({"flow rows", kRows, 1});
  connection_.Add({"flow ask", kAsk, 11});
}

Result<limits::FlowAnswer> FlowLeases::Ask(const std::vector<limits::FlowAsk>& asks, int slot,
                                           int64_t not_after) {
  auto answer = AskOnce(asks, slot, not_after);
  if (!answer || answer->grants.size() == asks.size()) return answer;
  if (not_after != 0 && answer->store_time >= not_after) return answer;
  // New ones, or the database has crashed and forgot them all: their buckets are full.
  const auto meters = ArrayOf(asks, [](const limits::FlowAsk& ask) { return ask.meter; });
  if (auto made = connection_.Run("flow rows", {meters}); !made) return made.error();
  std::vector<limits::FlowAsk> missing;
  for (const limits::FlowAsk& ask : asks) {
    const bool there = std::any_of(answer->grants.begin(), answer->grants.end(),
                                   [&](const auto& grant) { return grant.meter == ask.meter; });
    if (!there) missing.push_back(ask);
  }
  auto rest = AskOnce(missing, slot, not_after);
  if (!rest) return rest;
  answer->grants.insert(answer->grants.end(), rest->grants.begin(), rest->grants.end());
  return answer;
}

Result<limits::FlowAnswer> FlowLeases::AskOnce(const std::vector<limits::FlowAsk>& asks, int slot,
                                               int64_t not_after) {
  using limits::FlowAsk;
  auto answer =
      connection_.Run("flow ask", {ArrayOf(asks, [](const FlowAsk& a) { return a.meter; }),
                                   ArrayOf(asks, [](const FlowAsk& a) { return a.want; }),
                                   ArrayOf(asks, [](const FlowAsk& a) { return a.need; }),
                                   ArrayOf(asks, [](const FlowAsk& a) { return a.unit.count(); }),
                                   ArrayOf(asks, [](const FlowAsk& a) { return a.burst.count(); }),
                                   ArrayOf(asks, [](const FlowAsk& a) { return a.most; }),
                                   ArrayOf(asks, [](const FlowAsk& a) { return a.fair; }),
                                   ArrayOf(asks, [](const FlowAsk& a) { return a.back.count(); }),
                                   ArrayOf(asks, [](const FlowAsk& a) { return a.cut ? 1 : 0; }),
                                   std::to_string(slot), std::to_string(not_after)});
  if (!answer) return answer.error();
  limits::FlowAnswer leases;
  leases.store_time = NumberAt(*answer, 0, 0);
  for (int row = 0; row < PQntuples(answer->get()); ++row) {
    if (PQgetisnull(answer->get(), row, 1)) continue;
    leases.grants.push_back({NumberAt(*answer, row, 1), NumberAt(*answer, row, 2),
                             Duration(NumberAt(*answer, row, 3))});
  }
  return leases;
}

}  // namespace inferwire::store
