#include "store/rows.h"

namespace inferwire::store {

int64_t ToMillis(WallTime time) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

WallTime FromMillis(int64_t millis) { return WallTime(std::chrono::milliseconds(millis)); }

const std::string kJobColumns =
    "number, id, owner, request_id, fingerprint, state, endpoint, time_window, upstream, "
    "input_file, "
    "metadata, items, results, version, created, started, cancelled, ended, expires, bytes, "
    "team, key";

Job ReadJob(Row& row) {
  Job job;
  job.number = row.Number(0);
  job.id = row.Text(1);
  job.owner = row.Text(2);
  job.request_id = row.Text(3);
  job.fingerprint = row.Text(4);
  job.state = static_cast<JobState>(row.Number(5));
  job.endpoint = row.Text(6);
  job.window = row.Text(7);
  job.upstream = row.Text(8);
  job.input_file = row.Text(9);
  job.metadata = row.Text(10);
  job.items = row.Number(11);
  job.results = row.Number(12);
  job.version = row.Number(13);
  job.created = FromMillis(row.Number(14));
  job.started = FromMillis(row.Number(15));
  job.cancelled = FromMillis(row.Number(16));
  job.ended = FromMillis(row.Number(17));
  job.expires = FromMillis(row.Number(18));
  job.bytes = row.Number(19);
  job.team = row.Text(20);
  job.key = row.Text(21);
  return job;
}

const std::string kShardColumns =
    "shard, state, upstream, model, local, bytes, tokens, total, succeeded, failed, expired, "
    "cancelled, usage_input, usage_cached, usage_output, usage_reasoning, usage_answers, picousd, "
    "unpriced, "
    "input_file, "
    "batch, output_file, error_file, upstream_status, post_began, posts, errors, "
    "submitted, ended, upstream_succeeded, upstream_failed, cost, route, key_name";

Shard ReadShard(Row& row) {
  size_t column = 0;
  const auto number = [&] { return row.Number(column++); };
  const auto text = [&] { return row.Text(column++); };
  Shard shard;
  shard.index = static_cast<int32_t>(number());
  shard.state = static_cast<ShardState>(number());
  shard.upstream = text();
  shard.model = text();
  shard.local = number() != 0;
  shard.bytes = number();
  shard.tokens = number();
  shard.counts.total = number();
  shard.counts.succeeded = number();
  shard.counts.failed = number();
  shard.counts.expired = number();
  shard.counts.cancelled = number();
  shard.usage.input = number();
  shard.usage.cached = number();
  shard.usage.output = number();
  shard.usage.reasoning = number();
  shard.usage.answers = number();
  shard.usage.picousd = number();
  shard.usage.unpriced = number();
  shard.input_file = text();
  shard.batch = text();
  shard.output_file = text();
  shard.error_file = text();
  shard.upstream_status = text();
  shard.post_began = number() != 0;
  shard.posts = static_cast<int32_t>(number());
  shard.errors = text();
  shard.submitted = FromMillis(number());
  shard.ended = FromMillis(number());
  shard.upstream_succeeded = number();
  shard.upstream_failed = number();
  shard.cost = text();
  shard.route = text();
  shard.key = text();
  return shard;
}

std::vector<Param> ShardParams(int64_t job, const Shard& shard) {
  return {job,
          int64_t{shard.index},
          static_cast<int64_t>(shard.state),
          std::string_view(shard.upstream),
          std::string_view(shard.model),
          int64_t{shard.local},
          shard.bytes,
          shard.tokens,
          shard.counts.total,
          shard.counts.succeeded,
          shard.counts.failed,
          shard.counts.expired,
          shard.counts.cancelled,
          shard.usage.input,
          shard.usage.cached,
          shard.usage.output,
          shard.usage.reasoning,
          shard.usage.answers,
          shard.usage.picousd,
          shard.usage.unpriced,
          std::string_view(shard.input_file),
          std::string_view(shard.batch),
          std::string_view(shard.output_file),
          std::string_view(shard.error_file),
          std::string_view(shard.upstream_status),
          int64_t{shard.post_began},
          int64_t{shard.posts},
          BlobView{shard.errors},
          ToMillis(shard.submitted),
          ToMillis(shard.ended),
          shard.upstream_succeeded,
          shard.upstream_failed,
          BlobView{shard.cost},
          std::string_view(shard.route),
          std::string_view(shard.key)};
}

}  // namespace inferwire::store
