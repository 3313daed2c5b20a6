// Errors, upstreams, and how routes and keys stand; what is bad comes first.
'use strict';

function showErrors({now, growth}) {
  const rows = new Map();
  for (const {labels, value} of now.get('inferwire_request_errors_total') || []) {
    const key = labels.origin + '/' + labels.reason;
    const row = rows.get(key) || {origin: labels.origin, reason: labels.reason, total: 0};
    row.total += value;
    rows.set(key, row);
  }
  const counted = [...rows.values()].map((row) =>
    ({...row, recent: growth('inferwire_request_errors_total', {origin: row.origin, reason: row.reason})}));
  counted.sort((a, b) => b.recent - a.recent || b.total - a.total);
  fillTable('errors', counted.slice(0, 20).map(({origin, reason, recent, total}) => {
    const serious = origin === 'gateway' && recent > 0;
    return [{text: origin, className: serious ? 'bad' : undefined}, reason, numberText(recent), numberText(total)];
  }), 'None since the start.');
}

// Judged by what the last minute brought; without an attempt there is nothing to judge.
function healthOf(attempts, good, throttled) {
  if (attempts === 0) return {text: 'no traffic', className: 'none'};
  if (throttled > (attempts - good) / 2) return {text: 'throttled', className: 'warn'};
  if (good / attempts >= 0.99) return {text: 'good', className: 'good'};
  return good / attempts >= 0.9 ? {text: 'some errors', className: 'warn'} : {text: 'failing', className: 'bad'};
}

// Of each upstream that was ever asked.
function upstreamsOf({now, growth}) {
  const attempts = 'inferwire_upstream_attempts_total';
  return [...sumBy(now, attempts, 'gen_ai_provider_name').keys()].sort().map((name) => {
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
    return {name, of, all, good, bad, health: healthOf(all, good, bad.get('429') || 0)};
  });
}

const statusesText = (bad) =>
  [...bad].map(([status, count]) => `${status === 'none' ? 'no answer' : status}: ${numberText(count)}`).join(', ');

function showUpstreams(shown) {
  const {now, before, rate} = shown;
  const rows = upstreamsOf(shown).map(({name, of, all, good, bad, health}) => [
    name, health, numberText(rate('inferwire_upstream_attempts_total', of)), percentText(good / all),
    secondsText(quantile(0.95, now, before, 'inferwire_upstream_phase_seconds', {...of, phase: 'first_byte'})),
    statusesText(bad) || '–', quotaText(now, of),
  ]);
  fillTable('upstreams', badFirst(rows, 1), 'No attempt since the start.');
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

// PLACE_STATE_COOLING_DOWN of protobuf's JSON.
function stateText(status) {
  let text = status.state.replace('PLACE_STATE_', '').toLowerCase().replaceAll('_', ' ');
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
function targetState({places: all}) {
  const keys = all.filter(({place}) => place.key);
  const places = all.filter(({place}) => !place.key);
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

const targetName = (target) => target.upstream + '/' + (target.model || '*');

function showRoutes({routes = [], places = []}) {
  element('routes-section').hidden = routes.length === 0;
  const rows = routes.flatMap(({name, targets}) => targets.map((target) => {
    const own = target.places.filter(({place}) => !place.key);
    const measured = own[own.length - 1]; // the model there, if it is known
    const firstByte = measured?.timeToFirstByte ? secondsText(parseFloat(measured.timeToFirstByte)) : '–';
    // Each failure counts against one of them.
    const failed = own.reduce((total, status) => total + Number(status.failed), 0);
    return [name, targetName(target), String(target.group), targetState(target), measured ? measured.inFlight : '–',
      firstByte, String(failed)];
  }));
  fillTable('routes', badFirst(rows, 3), '');
  const keys = places.filter(({place}) => place.key);
  element('keys-section').hidden = keys.length === 0;
  const keyRows = keys.map((status) => [status.place.upstream, status.place.key, stateText(status)]);
  fillTable('keys', badFirst(keyRows, 2), '');
}
