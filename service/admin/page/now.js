// What happens now, and what the last ten minutes brought: the server keeps them, so that they are there when
// the page is opened or loaded anew.
'use strict';

const WIDTH = 240;
const HEIGHT = 48;

function showNow({now, before, seconds, rate}) {
  show('window', before ? 'last ' + seconds.toFixed(0) + ' s' : 'since the start');
  show('requests', numberText(rate('grpc_server_started_total')));
  const inFlight = sum(now, 'inferwire_requests_in_flight');
  const limit = sum(now, 'inferwire_requests_in_flight_limit');
  show('inflight', numberText(inFlight));
  show('inflight-limit', numberText(limit));
  element('inflight-meter').max = limit || 1;
  element('inflight-meter').high = 0.85 * limit;
  element('inflight-meter').value = inFlight;
  show('streams', numberText(sum(now, 'inferwire_streams_active')));
  show('connections', numberText(sum(now, 'inferwire_connections')));
  const times = [
    ['call', 'grpc_server_handling_seconds'],
    ['chunk', 'gen_ai_client_operation_time_to_first_chunk_seconds'],
    ['own', 'inferwire_overhead_seconds'],
  ];
  for (const [id, name] of times) {
    show(id + '-p50', secondsText(quantile(0.5, now, before, name)));
    show(id + '-p95', secondsText(quantile(0.95, now, before, name)));
  }
  show('tokens-in', numberText(rate('gen_ai_client_token_usage_sum', {gen_ai_token_type: 'input'})));
  show('tokens-out', numberText(rate('gen_ai_client_token_usage_sum', {gen_ai_token_type: 'output'})));
  const priced = now.has('inferwire_cost_usd_total');
  element('cost-tile').hidden = !priced;
  element('history-cost').hidden = !priced;
  if (priced) {
    const perSecond = rate('inferwire_cost_usd_total');
    show('cost-hour', Number.isFinite(perSecond) ? dollarText(3600 * perSecond) : '–');
    show('cost-total', dollarText(sum(now, 'inferwire_cost_usd_total')));
  }
}

// Values on fixed places in time, the newest at the right edge; a null is a gap.
function linePath(values, places, top) {
  const x = (i) => (WIDTH * (places - values.length + i) / Math.max(places - 1, 1)).toFixed(1);
  const y = (value) => (HEIGHT - 2 - (HEIGHT - 4) * value / top).toFixed(1);
  let path = '';
  let begun = false;
  values.forEach((value, i) => {
    if (value === null) {
      begun = false;
      return;
    }
    // A point by itself is a line without length, and its ends are round.
    path += `${begun ? 'L' : 'M'}${x(i)},${y(value)} ${begun ? '' : 'h0 '}`;
    begun = true;
  });
  return path.trim();
}

function drawLines(id, lines, places, text) {
  const values = lines.flat().filter((value) => value !== null);
  const top = Math.max(...values, 0) || 1;
  const picture = element(id);
  lines.forEach((line, i) => picture.children[i].setAttribute('d', linePath(line, places, top)));
  const most = values.length ? text(Math.max(...values)) : '–';
  show(id + '-top', most);
  const name = picture.closest('figure').querySelector('.name').textContent;
  picture.setAttribute('aria-label', `${name} in the last ten minutes, at most ${most}`);
}

// What the last seconds brought is at the right edge of the lines for which it is known.
let minutes = null;

function lastStep() {
  const newest = readings[readings.length - 1];
  const previous = readings.find((each) => newest.time - each.time <= 1000 * minutes.step_s);
  if (previous === newest) return null;
  const seconds = (newest.time - previous.time) / 1000;
  const rate = (name, wanted) =>
    Math.max(sum(newest.families, name, wanted) - sum(previous.families, name, wanted), 0) / seconds;
  return {
    calls: rate('grpc_server_started_total'),
    failed: rate('inferwire_request_errors_total', {origin: 'gateway'}) + rate('inferwire_request_errors_total', {origin: 'upstream'}),
    tokens: rate('gen_ai_client_token_usage_sum', {gen_ai_token_type: 'output'}),
    cost: 3600 * rate('inferwire_cost_usd_total'),
  };
}

function showHistory() {
  if (!minutes) return;
  const last = lastStep();
  const perSecond = (values, scale = 1) => values.map((value) => scale * value / minutes.step_s);
  const withLast = (values, name) => [...values, last ? last[name] : null];
  const places = 61;
  drawLines('history', [withLast(perSecond(minutes.calls), 'calls')], places, numberText);
  drawLines('failures', [withLast(perSecond(minutes.failed), 'failed')], places, numberText);
  drawLines('times', [[...minutes.p95_s, null], [...minutes.median_s, null]], places, secondsText);
  drawLines('tokens', [withLast(perSecond(minutes.output_tokens), 'tokens')], places, numberText);
  drawLines('costs', [withLast(perSecond(minutes.cost_picousd, 3600e-12), 'cost')], places, dollarText);
}

function showProcess({now, rate}) {
  const seconds = Date.now() / 1000;
  show('uptime', ageText(seconds - sum(now, 'process_start_time_seconds')));
  show('cpu', percentText(rate('process_cpu_seconds_total')));
  show('memory', bytesText(sum(now, 'process_resident_memory_bytes')));
  show('descriptors', numberText(sum(now, 'process_open_fds')));
  show('descriptors-limit', numberText(sum(now, 'process_max_fds')));
  const info = (now.get('inferwire_config_info') || [])[0];
  show('config', info ? info.labels.hash.slice(0, 8) : '–');
  const refused = sum(now, 'inferwire_config_last_reload_successful') === 0;
  const age = ageText(seconds - sum(now, 'inferwire_config_last_reload_success_timestamp_seconds'));
  show('config-age', refused ? 'the newest file is refused, see the log' : 'for ' + age);
  element('config-age').className = refused ? 'bad' : '';
}
