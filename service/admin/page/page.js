// Reads /metrics, /routes and /limits every two seconds and shows what they say. Rates and percentiles are
// those of the last minute, or since the start until a second reading is there.
'use strict';

const EVERY_MS = 2000;
const WINDOW_MS = 60000;
const HISTORY = 150;

// ---- The exposition ----------------------------------------------------------------------------

// name{a="b"} 1 -> {name, labels: {a: 'b'}, value}
function parseLine(line) {
  const match = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/.exec(line);
  if (!match) return null;
  const labels = {};
  const pattern = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;
  for (const [, key, text] of (match[2] || '').matchAll(pattern)) {
    labels[key] = text.replace(/\\(.)/g, (_, c) => (c === 'n' ? '\n' : c));
  }
  const value = match[3] === '+Inf' ? Infinity : Number(match[3]);
  return {name: match[1], labels, value};
}

// Name -> samples.
function parse(text) {
  const families = new Map();
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const sample = parseLine(line);
    if (!sample) continue;
    if (!families.has(sample.name)) families.set(sample.name, []);
    families.get(sample.name).push(sample);
  }
  return families;
}

const matches = (labels, wanted) => Object.entries(wanted).every(([key, value]) => labels[key] === value);

function sum(families, name, wanted = {}) {
  let total = 0;
  for (const each of families.get(name) || []) {
    if (matches(each.labels, wanted)) total += each.value;
  }
  return total;
}

// The samples' sums by the values of one label.
function sumBy(families, name, label, wanted = {}) {
  const sums = new Map();
  for (const each of families.get(name) || []) {
    if (!matches(each.labels, wanted)) continue;
    const key = each.labels[label];
    sums.set(key, (sums.get(key) || 0) + each.value);
  }
  return sums;
}

// Of the observations between two readings; NaN if there were none.
function quantile(q, now, before, name, wanted = {}) {
  const after = sumBy(now, name + '_bucket', 'le', wanted);
  const earlier = before ? sumBy(before, name + '_bucket', 'le', wanted) : new Map();
  const buckets = [...after]
    .map(([le, count]) => ({le: le === '+Inf' ? Infinity : Number(le), count: count - (earlier.get(le) || 0)}))
    .sort((a, b) => a.le - b.le);
  const total = buckets.length ? buckets[buckets.length - 1].count : 0;
  if (total <= 0) return NaN;
  const rank = q * total;
  let lower = 0;
  let below = 0;
  for (const {le, count} of buckets) {
    if (count >= rank) {
      if (le === Infinity) return lower;
      return lower + (le - lower) * (rank - below) / Math.max(count - below, 1);
    }
    lower = le;
    below = count;
  }
  return lower;
}

// ---- Texts -------------------------------------------------------------------------------------

function numberText(value) {
  if (!Number.isFinite(value)) return '–';
  if (value >= 1e6) return (value / 1e6).toFixed(1) + ' M';
  if (value >= 1e4) return (value / 1e3).toFixed(1) + ' k';
  if (value >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2);
}

function secondsText(value) {
  if (!Number.isFinite(value)) return '–';
  if (value < 0.001) return (value * 1e6).toFixed(0) + ' µs';
  if (value < 1) return (value * 1e3).toFixed(value < 0.01 ? 1 : 0) + ' ms';
  return value.toFixed(value < 10 ? 1 : 0) + ' s';
}

function ageText(seconds) {
  if (!Number.isFinite(seconds) || seconds < 0) return '–';
  const units = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  const [name, size] = units.find(([, each]) => seconds >= each) || units[3];
  return Math.floor(seconds / size) + ' ' + name;
}

const percentText = (value) => (Number.isFinite(value) ? (100 * value).toFixed(value > 0.999 ? 0 : 1) + ' %' : '–');
const bytesText = (value) => (value / 1048576).toFixed(0) + ' MiB';
const dollarText = (value) => value.toFixed(value < 10 ? 4 : 2);

// ---- The page ----------------------------------------------------------------------------------

const element = (id) => document.getElementById(id);
const show = (id, text) => {
  if (element(id).textContent !== text) element(id).textContent = text;
};

// A cell is a text or {text, className}.
function fillTable(id, rows, nothing) {
  const columns = element(id).parentElement.querySelectorAll('thead th');
  const made = rows.map((cells) => {
    const row = document.createElement('tr');
    cells.forEach((cell, i) => {
      const node = document.createElement(i === 0 ? 'th' : 'td');
      if (i === 0) node.scope = 'row';
      if (columns[i].classList.contains('number')) node.classList.add('number');
      if (cell.className) node.classList.add(cell.className);
      node.textContent = cell.text === undefined ? cell : cell.text;
      row.append(node);
    });
    return row;
  });
  if (made.length === 0) {
    const row = document.createElement('tr');
    const cell = document.createElement('td');
    cell.colSpan = columns.length;
    cell.className = 'none';
    cell.textContent = nothing;
    row.append(cell);
    made.push(row);
  }
  element(id).replaceChildren(...made);
}

const readings = []; // {time, families}, oldest first
const history = []; // requests per second

// Between the oldest reading of the window and the newest one.
function view() {
  const newest = readings[readings.length - 1];
  const oldest = readings.find((each) => newest.time - each.time <= WINDOW_MS);
  const seconds = (newest.time - oldest.time) / 1000;
  const now = newest.families;
  const before = seconds > 0 ? oldest.families : null;
  // Without an earlier reading: since the start.
  const growth = (name, wanted) => sum(now, name, wanted) - (before ? sum(before, name, wanted) : 0);
  const rate = (name, wanted) => (before ? growth(name, wanted) / seconds : NaN);
  return {now, before, seconds, growth, rate};
}

function showNow({now, before, seconds, rate}) {
  show('window', before ? 'last ' + seconds.toFixed(0) + ' s' : 'since the start');
  show('requests', numberText(rate('grpc_server_started_total')));
  const inFlight = sum(now, 'inferwire_requests_in_flight');
  const limit = sum(now, 'inferwire_requests_in_flight_limit');
  show('inflight', numberText(inFlight));
  show('inflight-limit', numberText(limit));
  element('inflight-meter').max = limit || 1;
  element('inflight-meter').high = 0.9 * limit;
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
  if (priced) {
    const perSecond = rate('inferwire_cost_usd_total');
    show('cost-hour', Number.isFinite(perSecond) ? dollarText(3600 * perSecond) : '–');
    show('cost-total', dollarText(sum(now, 'inferwire_cost_usd_total')));
  }
}

function showHistory() {
  const newest = readings[readings.length - 1];
  const previous = readings[readings.length - 2];
  if (!previous) return;
  const grown = sum(newest.families, 'grpc_server_started_total') - sum(previous.families, 'grpc_server_started_total');
  history.push(Math.max(grown, 0) * 1000 / (newest.time - previous.time));
  if (history.length > HISTORY) history.shift();
  const top = Math.max(...history, 1);
  const width = Math.max(history.length, 30) - 1;
  const points = history.map((each, i) => `${(600 * i / width).toFixed(1)},${(87 - 84 * each / top).toFixed(1)}`);
  element('history-line').setAttribute('d', 'M' + (points.length === 1 ? points[0] + ' ' : '') + points.join(' L'));
  show('history-top', numberText(Math.max(...history)));
}

function showErrors({now, growth}) {
  const rows = new Map();
  for (const {labels, value} of now.get('inferwire_request_errors_total') || []) {
    const key = labels.origin + '/' + labels.reason;
    const row = rows.get(key) || {origin: labels.origin, reason: labels.reason, total: 0};
    row.total += value;
    rows.set(key, row);
  }
  const sorted = [...rows.values()].sort((a, b) => b.total - a.total).slice(0, 20);
  fillTable('errors', sorted.map((row) => {
    const recent = growth('inferwire_request_errors_total', {origin: row.origin, reason: row.reason});
    const serious = row.origin === 'gateway' && recent > 0;
    return [{text: row.origin, className: serious ? 'bad' : undefined}, row.reason, numberText(recent), numberText(row.total)];
  }), 'None since the start.');
}

// Judged by what the last minute brought; without an attempt there is nothing to judge.
function healthOf(attempts, good, throttled) {
  if (attempts === 0) return {text: 'no traffic', className: 'none'};
  if (throttled > (attempts - good) / 2) return {text: 'throttled', className: 'warn'};
  if (good / attempts >= 0.99) return {text: 'good', className: 'good'};
  return good / attempts >= 0.9 ? {text: 'some errors', className: 'warn'} : {text: 'failing', className: 'bad'};
}

function showUpstreams({now, before, growth, rate}) {
  const attempts = 'inferwire_upstream_attempts_total';
  const names = [...sumBy(now, attempts, 'gen_ai_provider_name').keys()].sort();
  fillTable('upstreams', names.map((name) => {
    const of = {gen_ai_provider_name: name};
    const all = growth(attempts, of);
    const good = growth(attempts, {...of, outcome: 'success'});
    const bad = new Map();
    for (const outcome of ['failed', 'retried']) {
      for (const status of sumBy(now, attempts, 'http_status', {...of, outcome}).keys()) {
        const count = growth(attempts, {...of, outcome, http_status: status});
        if (count > 0) bad.set(status, (bad.get(status) || 0) + count);
      }
    }
    const statuses = [...bad].map(([status, count]) => `${status === 'none' ? 'no answer' : status}: ${numberText(count)}`);
    return [
      name, healthOf(all, good, bad.get('429') || 0), numberText(rate(attempts, of)), percentText(good / all),
      secondsText(quantile(0.95, now, before, 'inferwire_upstream_phase_seconds', {...of, phase: 'first_byte'})),
      statuses.join(', ') || '–', quotaText(now, of),
    ];
  }), 'No attempt since the start.');
}

// The scarcest of what the upstream has stated.
function quotaText(now, of) {
  let least = null;
  for (const {labels, value} of now.get('inferwire_upstream_ratelimit_remaining') || []) {
    if (!matches(labels, of)) continue;
    const limit = sum(now, 'inferwire_upstream_ratelimit_limit', labels);
    const share = limit > 0 ? value / limit : NaN;
    if (Number.isFinite(share) && (!least || share < least.share)) least = {share, labels};
  }
  return least ? `${percentText(least.share)} of ${least.labels.limit}, ${least.labels.gen_ai_request_model}` : '–';
}

function showModels({now, before, growth}) {
  const duration = 'gen_ai_client_operation_duration_seconds';
  const rows = new Map();
  for (const {labels} of now.get(duration + '_count') || []) {
    const of = {gen_ai_provider_name: labels.gen_ai_provider_name, gen_ai_request_model: labels.gen_ai_request_model};
    rows.set(JSON.stringify(of), of);
  }
  const counted = [...rows.values()].map((of) => ({of, count: growth(duration + '_count', of)}));
  counted.sort((a, b) => b.count - a.count);
  fillTable('models', counted.slice(0, 30).map(({of, count}) => [
    of.gen_ai_request_model, of.gen_ai_provider_name, numberText(count),
    numberText(growth('gen_ai_client_token_usage_sum', {...of, gen_ai_token_type: 'input'})),
    numberText(growth('gen_ai_client_token_usage_sum', {...of, gen_ai_token_type: 'output'})),
    secondsText(quantile(0.5, now, before, duration, of)),
    secondsText(quantile(0.95, now, before, duration, of)),
    now.has('inferwire_cost_usd_total')
      ? dollarText(growth('inferwire_cost_usd_total', of)) : '–',
  ]), 'No request since the start.');
}

// Of those that were called lately.
function showEndings({now}) {
  const ends = now.get('inferwire_ending_model_shutdown_timestamp_seconds') || [];
  element('endings-section').hidden = ends.length === 0;
  const rows = [...ends].sort((a, b) => a.value - b.value);
  fillTable('endings', rows.map(({labels, value}) => {
    const requests = (now.get('inferwire_ending_model_requests_total') || []).filter((each) => each.labels.model === labels.model);
    const days = Math.ceil((value - Date.now() / 1000) / 86400);
    const left = days > 30 ? numberText(days) : {text: days > 0 ? numberText(days) : 'ended', className: days > 7 ? 'warn' : 'bad'};
    const total = (of) => of.reduce((count, each) => count + each.value, 0);
    return [labels.model, new Date(value * 1000).toISOString().slice(0, 10), left, numberText(total(requests)),
      numberText(total(requests.filter((each) => each.labels.warning === 'moved'))),
      [...new Set(requests.map((each) => each.labels.caller))].sort().join(', ')];
  }), '');
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

function showState(state, text) {
  show('state', text);
  element('state').className = 'state ' + state;
}

// PLACE_STATE_COOLING_DOWN of protobuf's JSON.
function stateText(status) {
  let text = status.state.replace('PLACE_STATE_', '').toLowerCase().replace('_', ' ');
  if (status.reason) text += ', ' + status.reason;
  if (status.backAfter) text += ', back in ' + secondsText(parseFloat(status.backAfter));
  return {text, className: classOf(status)};
}

function classOf({state}) {
  if (['PLACE_STATE_UP', 'PLACE_STATE_WARMING_UP'].includes(state)) return 'good';
  return ['PLACE_STATE_OUT', 'PLACE_STATE_REMOVED'].includes(state) ? 'bad' : 'warn';
}

// What of a target is not up: its endpoint, else the model there, else its keys. Of several endpoints
// not each has to be.
function targetState(places, keys) {
  const endpoints = places.filter(({place}) => place.endpoint);
  if (endpoints.length > 1) {
    const takes = endpoints.filter((status) => classOf(status) === 'good').length;
    const text = `${takes} of ${endpoints.length} endpoints`;
    if (takes < endpoints.length) return {text, className: takes ? 'warn' : 'bad'};
  }
  const notUp = places.find(({state}) => state !== 'PLACE_STATE_UP');
  if (notUp) return stateText(notUp);
  const left = keys.filter(({state}) => state === 'PLACE_STATE_UP').length;
  if (left < keys.length) return {text: `up, ${left} of ${keys.length} keys`, className: left ? 'warn' : 'bad'};
  return {text: 'up', className: 'good'};
}

function showRoutes({routes = [], places = []}) {
  element('routes-section').hidden = routes.length === 0;
  fillTable('routes', routes.flatMap(({name, targets}) => targets.map((target, i) => {
    const own = target.places.filter(({place}) => !place.key);
    const measured = own[own.length - 1]; // the model there, if it is known
    const state = targetState(own, target.places.filter(({place}) => place.key));
    const firstByte = measured.timeToFirstByte ? secondsText(parseFloat(measured.timeToFirstByte)) : '–';
    // Each failure counts against one of them.
    const failed = own.reduce((total, status) => total + Number(status.failed), 0);
    return [i === 0 ? name : '', target.upstream + '/' + (target.model || '*'), String(target.group), state,
      measured.inFlight, firstByte, String(failed)];
  })), '');
  const keys = places.filter(({place}) => place.key);
  element('keys-section').hidden = keys.length === 0;
  fillTable('keys', keys.map((status) => [status.place.upstream, status.place.key, stateText(status)]), '');
}

async function readRoutes() {
  const answer = await fetch('routes', {cache: 'no-store'});
  if (!answer.ok) throw new Error('status ' + answer.status);
  showRoutes(await answer.json());
}

// Tenants near their limits.
const METERS = {
  METER_REQUESTS_PER_MINUTE: 'requests per minute', METER_TOKENS_PER_MINUTE: 'tokens per minute',
  METER_REQUESTS_PER_DAY: 'requests per day', METER_TOKENS_PER_DAY: 'tokens per day',
  METER_CONCURRENT_CALLS: 'calls at once', METER_MONEY_PER_DAY: 'USD per day',
  METER_MONEY_PER_WEEK: 'USD per week', METER_MONEY_PER_MONTH: 'USD per month',
};

function scopeText({tenantId, teamId, keyId, modelId}) {
  const whose = [tenantId, teamId, keyId && 'key ' + keyId].filter(Boolean).join('/');
  return modelId ? `${whose}, ${modelId}` : whose;
}

function showLimits({limits = []}) {
  element('limits-section').hidden = limits.length === 0;
  fillTable('limits', limits.map(({scope, meter, limit, used, reserved, remaining, reset}) => {
    const amount = (text) => (meter.includes('MONEY') ? dollarText(Number(text) / 1e12) : numberText(Number(text)));
    const left = Number(remaining) > 0 ? amount(remaining) : {text: amount(remaining), className: 'bad'};
    return [scopeText(scope), METERS[meter] || meter, amount(limit), amount(used), amount(reserved), left,
      reset && meter.endsWith('MINUTE') ? 'soon' : reset ? new Date(reset).toLocaleString() : '–'];
  }), '');
}

async function readLimits() {
  const answer = await fetch('limits', {cache: 'no-store'});
  if (!answer.ok) throw new Error('status ' + answer.status);
  showLimits(await answer.json());
}

function showAll() {
  const shown = view();
  const build = (shown.now.get('inferwire_build_info') || [])[0];
  show('build', build ? `${build.labels.version} (${build.labels.revision || 'no revision'}), gRPC ${build.labels.grpc_version}, libcurl ${build.labels.curl_version}` : '');
  const draining = sum(shown.now, 'inferwire_draining') > 0;
  showState(draining ? 'draining' : 'serving', draining ? 'draining' : 'serving');
  element('open').hidden = sum(shown.now, 'inferwire_auth_asked') > 0;
  showNow(shown);
  showHistory();
  showErrors(shown);
  showUpstreams(shown);
  showModels(shown);
  showEndings(shown);
  showProcess(shown);
}

async function read() {
  try {
    const answer = await fetch('metrics', {cache: 'no-store'});
    if (!answer.ok) throw new Error('status ' + answer.status);
    const families = parse(await answer.text());
    const last = readings[readings.length - 1];
    const start = 'process_start_time_seconds';
    if (last && sum(last.families, start) !== sum(families, start)) readings.length = 0; // restarted
    readings.push({time: Date.now(), families});
    while (readings.length > 1 && readings[1].time < Date.now() - WINDOW_MS) readings.shift();
    showAll();
    await readRoutes();
    await readLimits();
    document.documentElement.dataset.readings = String(readings.length);
  } catch (error) {
    showState('lost', 'no answer');
  }
}

async function run() {
  for (;;) {
    if (!document.hidden) await read();
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
}

run();
