#include "store/stock_leases.h"

#include <algorithm>
#include <utility>

namespace inferwire::store {
namespace {

constexpr char kRows[] = R"(
INSERT INTO stock (meter, period, ends)
SELECT meter, period, ends FROM unnest($1::bigint[], $2::bigint[], $3::bigint[]) AS a(meter, period, ends)
ORDER BY meter, period
ON CONFLICT (meter, period) DO NOTHING)";

// Many meters at once, locked in their order so that replicas never wait for each other in a ring.
// Sums are kept in the locked row: a sum over the leases would be read as it was before the wait
// for the lock. `turn` lets nothing through that is older than what was said already.
// Of what is spent: a lease that ran out stays lent, nobody knows what was used of it. Of what is
// only held (calls at once): it comes back, and while another replica waits nobody gets more than
// his part, and is told to use no more than it.
constexpr char kAsk[] = R"(
WITH now AS MATERIALIZED (
  SELECT at, (extract(epoch FROM at) * 1e9)::bigint AS t FROM (SELECT clock_timestamp() AS at) AS c),
ask AS MATERIALIZED (
  SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[],
                       $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],
                       $11::bigint[], $12::bigint[])
    AS a(meter, period, lim, spent, reserved, keep, want, need, least, unit, held, turn)),
rows AS MATERIALIZED (
  SELECT s.meter, s.period, s.granted, s.spent, s.told FROM stock s JOIN ask USING (meter, period)
  WHERE $14::bigint = 0 OR (SELECT t FROM now) < $14::bigint
  ORDER BY s.meter, s.period FOR UPDATE OF s),
mine AS MATERIALIZED (
  SELECT l.meter, l.period, l.granted, l.spent, l.turn
  FROM stock_lease l JOIN rows USING (meter, period) WHERE l.replica = $13 FOR UPDATE OF l),
old AS MATERIALIZED (
  SELECT l.meter, l.period, l.replica, l.granted
  FROM stock_lease l JOIN rows USING (meter, period) JOIN ask a USING (meter, period), now
  WHERE a.held = 1 AND l.replica <> $13 AND l.until < now.at FOR UPDATE OF l),
dead AS (
  DELETE FROM stock_lease l USING old
  WHERE l.meter = old.meter AND l.period = old.period AND l.replica = old.replica),
back AS (SELECT meter, period, sum(granted)::bigint AS granted FROM old GROUP BY meter, period),
others AS (
  SELECT l.meter, l.period,
    count(*) FILTER (WHERE a.held = 0 OR l.granted > 0 OR l.waiting > 0) AS live,
    count(*) FILTER (WHERE l.waiting > 0) AS hungry
  FROM stock_lease l JOIN ask a USING (meter, period), now
  WHERE l.until > now.at AND l.replica <> $13 GROUP BY l.meter, l.period),
plan AS (
  SELECT a.*, r.told, r.spent - coalesce(m.spent, 0) AS others_spent,
    r.granted - coalesce(m.granted, 0) - coalesce(b.granted, 0) AS others_granted,
    coalesce(o.live, 0) + 1 AS live, coalesce(o.hungry, 0) AS hungry
  FROM rows r JOIN ask a USING (meter, period) LEFT JOIN mine m USING (meter, period)
    LEFT JOIN back b USING (meter, period) LEFT JOIN others o USING (meter, period)
  WHERE m.turn IS NULL OR m.turn < a.turn),
part AS (
  SELECT *, lim - others_granted AS there, lim - others_granted - spent - reserved AS rest,
    CASE WHEN held = 1 AND hungry > 0 THEN greatest(1, lim / live) ELSE lim END AS most,
    others_spent + spent AS total FROM plan),
size AS (
  SELECT *, least(want, greatest(rest / ((CASE WHEN held = 1 THEN 2 ELSE 4 END) * live),
                                 CASE WHEN rest / live >= unit THEN unit ELSE 0 END)) AS lent,
    CASE WHEN need <= rest THEN need WHEN least <= rest THEN least ELSE 0 END AS needed,
    CASE WHEN held = 1 OR lim <= 0 THEN 0 WHEN total >= lim THEN 100
         WHEN total >= lim - lim / 5 THEN 80 WHEN total >= lim / 2 THEN 50 ELSE 0 END AS passed
  FROM part),
done AS (
  SELECT *, greatest(spent + reserved + keep,
                     least(there, most, spent + reserved + greatest(needed, lent))) AS g FROM size),
written AS (
  INSERT INTO stock_lease AS l (meter, period, replica, granted, spent, reserved, waiting, turn,
                                until)
  SELECT meter, period, $13, g, spent, reserved,
    CASE WHEN held = 1 THEN greatest(0, least(need, greatest(1, lim / live) - g)) ELSE 0 END, turn,
    now.at + CASE WHEN held = 1 THEN interval '4 s' ELSE interval '5 s' END FROM done, now
  ON CONFLICT (meter, period, replica) DO UPDATE SET granted = excluded.granted,
    spent = excluded.spent, reserved = excluded.reserved, waiting = excluded.waiting,
    turn = excluded.turn, until = excluded.until),
summed AS (
  UPDATE stock s SET granted = d.others_granted + d.g, spent = d.total, lim = d.lim,
                     told = greatest(d.told, d.passed)
  FROM done d WHERE s.meter = d.meter AND s.period = d.period)
SELECT now.t, d.meter, d.period,
  CASE WHEN held = 1 AND hungry > 0 THEN least(g, most) ELSE g END, there - g, total, live, hungry,
  CASE WHEN passed > told THEN passed ELSE 0 END
FROM now LEFT JOIN done d ON true)";

constexpr char kDoubts[] = R"(
SELECT m.name, l.replica, l.granted, l.spent, l.reserved, s.period, s.ends
FROM stock_lease l JOIN stock s USING (meter, period) JOIN limit_meters m USING (meter)
WHERE l.until < clock_timestamp() AND l.granted > l.spent
  AND s.ends > extract(epoch FROM clock_timestamp())
ORDER BY m.name, l.replica LIMIT 1000)";

// The stock is locked before its lease, as by those who ask.
constexpr char kResolve[] = R"(
WITH rows AS MATERIALIZED (
  SELECT s.meter, s.period FROM stock s JOIN limit_meters m USING (meter)
  WHERE m.name = $1 AND s.ends > extract(epoch FROM clock_timestamp())
  ORDER BY s.meter, s.period FOR UPDATE OF s),
lease AS MATERIALIZED (
  SELECT l.meter, l.period, l.granted, l.spent, greatest($3::bigint, l.spent) AS used
  FROM stock_lease l JOIN rows USING (meter, period)
  WHERE l.replica = $2 AND l.until < clock_timestamp() AND l.granted > l.spent FOR UPDATE OF l),
written AS (
  UPDATE stock_lease l SET granted = c.used, spent = c.used, reserved = 0
  FROM lease c WHERE l.meter = c.meter AND l.period = c.period AND l.replica = $2)
UPDATE stock s SET granted = s.granted - c.granted + c.used, spent = s.spent - c.spent + c.used
FROM lease c WHERE s.meter = c.meter AND s.period = c.period RETURNING s.meter)";

// Periods are kept for 40 days after their end.
constexpr char kSweep[] = R"(
WITH old AS (
  DELETE FROM stock WHERE ends > 0 AND ends < extract(epoch FROM clock_timestamp()) - 3456000
  RETURNING meter, period)
DELETE FROM stock_lease l USING old WHERE l.meter = old.meter AND l.period = old.period)";

}  // namespace

StockLeases::StockLeases(LeaseConnection& connection, std::string replica)
    : connection_(connection), replica_(std::move(replica)) {
  connection_.Add({"stock rows", kRows, 3});
  connection_.Add({"stock ask", kAsk, 14});
  connection_.Add({"stock doubts", kDoubts, 0});
  connection_.Add({"stock resolve", kResolve, 3});
  connection_.Add({"stock sweep", kSweep, 0});
}

Result<limits::StockAnswer> StockLeases::Ask(const std::vector<limits::StockAsk>& asks,
                                             int64_t not_after) {
  using limits::StockAsk;
  auto answer = AskOnce(asks, not_after);
  if (!answer || answer->grants.size() == asks.size()) return answer;
  if (not_after != 0 && answer->store_time >= not_after) return answer;
  std::vector<StockAsk> missing;
  for (const StockAsk& ask : asks) {
    const bool there = std::any_of(
        answer->grants.begin(), answer->grants.end(),
        [&](const auto& grant) { return grant.meter == ask.meter && grant.period == ask.period; });
    if (!there) missing.push_back(ask);
  }
  auto made =
      connection_.Run("stock rows", {ArrayOf(missing, [](const StockAsk& a) { return a.meter; }),
                                     ArrayOf(missing, [](const StockAsk& a) { return a.period; }),
                                     ArrayOf(missing, [](const StockAsk& a) { return a.ends; })});
  if (!made) return made.error();
  auto rest = AskOnce(missing, not_after);
  if (!rest) return rest;
  answer->grants.insert(answer->grants.end(), rest->grants.begin(), rest->grants.end());
  return answer;
}

Result<limits::StockAnswer> StockLeases::AskOnce(const std::vector<limits::StockAsk>& asks,
                                                 int64_t not_after) {
  using limits::StockAsk;
  auto answer =
      connection_.Run("stock ask", {ArrayOf(asks, [](const StockAsk& a) { return a.meter; }),
                                    ArrayOf(asks, [](const StockAsk& a) { return a.period; }),
                                    ArrayOf(asks, [](const StockAsk& a) { return a.limit; }),
                                    ArrayOf(asks, [](const StockAsk& a) { return a.spent; }),
                                    ArrayOf(asks, [](const StockAsk& a) { return a.reserved; }),
                                    ArrayOf(asks, [](const StockAsk& a) { return a.keep; }),
                                    ArrayOf(asks, [](const StockAsk& a) { return a.want; }),
                                    ArrayOf(asks, [](const StockAsk& a) { return a.need; }),
                                    ArrayOf(asks, [](const StockAsk& a) { return a.least; }),
                                    ArrayOf(asks, [](const StockAsk& a) { return a.unit; }),
                                    ArrayOf(asks, [](const StockAsk& a) { return a.held ? 1 : 0; }),
                                    ArrayOf(asks, [](const StockAsk& a) { return a.turn; }),
                                    replica_, std::to_string(not_after)});
  if (!answer) return answer.error();
  limits::StockAnswer leases;
  leases.store_time = NumberAt(*answer, 0, 0);
  for (int row = 0; row < PQntuples(answer->get()); ++row) {
    if (PQgetisnull(answer->get(), row, 1)) continue;
    limits::StockGrant grant;
    grant.meter = NumberAt(*answer, row, 1);
    grant.period = NumberAt(*answer, row, 2);
    grant.granted = NumberAt(*answer, row, 3);
    grant.left = NumberAt(*answer, row, 4);
    grant.spent = NumberAt(*answer, row, 5);
    grant.live = static_cast<int>(NumberAt(*answer, row, 6));
    grant.hungry = NumberAt(*answer, row, 7) > 0;
    grant.passed = static_cast<int>(NumberAt(*answer, row, 8));
    leases.grants.push_back(grant);
  }
  return leases;
}

Result<std::vector<limits::Doubt>> StockLeases::Doubts() {
  auto answer = connection_.Run("stock doubts", {});
  if (!answer) return answer.error();
  std::vector<limits::Doubt> doubts;
  for (int row = 0; row < PQntuples(answer->get()); ++row) {
    doubts.push_back({TextAt(*answer, row, 0), TextAt(*answer, row, 1), NumberAt(*answer, row, 2),
                      NumberAt(*answer, row, 3), NumberAt(*answer, row, 4),
                      NumberAt(*answer, row, 5), NumberAt(*answer, row, 6)});
  }
  return doubts;
}

Result<bool> StockLeases::Resolve(const std::string& meter, const std::string& replica,
                                  int64_t used) {
  auto answer = connection_.Run("stock resolve", {meter, replica, std::to_string(used)});
  if (!answer) return answer.error();
  return PQntuples(answer->get()) > 0;
}

Result<void> StockLeases::Sweep() {
  auto answer = connection_.Run("stock sweep", {});
  if (!answer) return answer.error();
  return {};
}

}  // namespace inferwire::store
