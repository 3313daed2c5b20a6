// What is not good, the worst first, above everything else. The bounds are those of the chart's alerts, for the
// last minute instead of ten.
'use strict';

// What a look at the numbers says: {className, text, at: the section that says more}.
function faultsOf(shown, routes, limits) {
  const faults = [];
  const bad = (text, at) => faults.push({className: 'bad', text, at});
  const warn = (text, at) => faults.push({className: 'warn', text, at});
  processFaults(shown, bad, warn);
  callFaults(shown, bad, warn);
  placeFaults(shown, routes, bad, warn);
  limitFaults(limits, bad, warn);
  storeFaults(shown, bad, warn);
  modelFaults(shown, bad, warn);
  return faults.sort((a, b) => rankOf(a) - rankOf(b));
}

function processFaults({now, growth}, bad, warn) {
  const share = (part, whole) => sum(now, part) / sum(now, whole);
  if (sum(now, 'inferwire_draining') > 0) warn('The server is draining: it takes no new connections.', 'process-title');
  if (sum(now, 'inferwire_config_last_reload_successful') === 0) {
    bad('The newest configuration is refused: the one before is in force, the log says why.', 'process-title');
  }
  const busy = share('inferwire_requests_in_flight', 'inferwire_requests_in_flight_limit');
  if (busy > 0.85) warn(`${percentText(busy)} of the calls that may run at once do.`, 'now');
  const memory = share('inferwire_memory_held_bytes', 'inferwire_memory_limit_bytes');
  if (memory > 0.8) warn(`Calls hold ${percentText(memory)} of the memory that they may.`, 'process-title');
  const files = share('process_open_fds', 'process_max_fds');
  if (files > 0.8) warn(`${percentText(files)} of the descriptors are in use.`, 'process-title');
  for (const {labels, value} of now.get('inferwire_tls_certificate_expiry_timestamp_seconds') || []) {
    const days = daysUntil(value);
    if (days <= 14) (days <= 3 ? bad : warn)(`The certificate ${labels.cert} expires in ${days} days.`, 'process-title');
  }
  const lines = growth('inferwire_log_records_dropped_total');
  if (lines > 0) warn(`${countText(lines, 'line', 'lines')} of the log were dropped: its reader is too slow.`, 'process-title');
}

const STREAM_ENDS = {
  upstream_truncated: ['cut by the upstream', 'bad'], drained: ['cut because the server drained', 'bad'],
  slow_consumer: ['given up because the caller read too slowly', 'warn'], deadline: ['over their deadlines', 'warn'],
};

function callFaults({now, growth}, bad, warn) {
  for (const [reason, [what, className]] of Object.entries(STREAM_ENDS)) {
    const count = growth('inferwire_streams_ended_total', {reason});
    const text = `${countText(count, 'stream was', 'streams were')} ${what}.`;
    if (count > 0) (className === 'bad' ? bad : warn)(text, 'calls-title');
  }
  for (const reason of sumBy(now, 'inferwire_request_errors_total', 'reason', {origin: 'gateway'}).keys()) {
    const count = growth('inferwire_request_errors_total', {origin: 'gateway', reason});
    if (count > 0) bad(`${countText(count, 'call', 'calls')} failed by the gateway: ${reason}.`, 'errors-title');
  }
  const named = [['inferwire_calls_refused_total', 'bound', 'refused for want of room'],
    ['inferwire_calls_cut_total', 'reason', 'cut'], ['inferwire_queue_full_total', 'bound', 'refused because too many wait']];
  for (const [family, label, what] of named) {
    for (const [value] of sumBy(now, family, label)) {
      const count = growth(family, {[label]: value});
      if (count > 0) warn(`${countText(count, 'call was', 'calls were')} ${what}: ${value}.`, 'errors-title');
    }
  }
  const refused = growth('inferwire_connections_refused_total');
  if (refused > 0) warn(`${countText(refused, 'connection was', 'connections were')} refused.`, 'errors-title');
  const auth = growth('inferwire_auth_total', {outcome: 'refused'});
  if (auth > 0) warn(`${countText(auth, 'call', 'calls')} came without a key that is known.`, 'errors-title');
}

function placeFaults(shown, {routes = [], places = []}, bad, warn) {
  for (const {name, good, all, bad: statuses, health} of upstreamsOf(shown)) {
    if (health.className !== 'bad' && health.className !== 'warn') continue;
    const text = `Upstream ${name}: ${health.text}, ${numberText(all - good)} of ${numberText(all)} attempts were not good (${statusesText(statuses)}).`;
    (health.className === 'bad' ? bad : warn)(text, 'upstreams-title');
  }
  for (const {name, targets} of routes) {
    const states = targets.map((target) => ({target, state: targetState(target)})).filter(({state}) => state.className !== 'good');
    if (states.length === 0) continue;
    const text = `Route ${name}: ` + states.map(({target, state}) => `${targetName(target)} is ${state.text}`).join('; ') + '.';
    // One that is left takes the calls of the others.
    (states.filter(({state}) => state.className === 'bad').length === targets.length ? bad : warn)(text, 'routes-title');
  }
  for (const status of places) {
    const {className, text} = stateText(status);
    const {upstream, endpoint, key, model} = status.place;
    if (className === 'good' || model) continue; // models are in their routes
    const what = key ? `Key ${key} of ${upstream}` : `Upstream ${endpoint ? `${upstream} at ${endpoint}` : upstream}`;
    (className === 'bad' ? bad : warn)(`${what} is ${text}.`, key ? 'keys-title' : 'routes-title');
  }
}

function limitFaults({limits = []}, bad, warn) {
  for (const {scope, meter, limit, used, remaining} of limits) {
    const share = Number(used) / Number(limit);
    const money = meter.includes('MONEY');
    if (Number(remaining) <= 0) {
      // A minute's limit is there to be reached; a budget is not.
      (money ? bad : warn)(`${scopeText(scope)} has used up its ${meterText(meter)}.`, 'limits-title');
    } else if (share >= 0.8 && money) {
      warn(`${scopeText(scope)} has used ${percentText(share)} of its ${meterText(meter)}.`, 'limits-title');
    }
  }
}

function storeFaults({now, growth}, bad, warn) {
  const failures = sum(now, 'inferwire_store_failures_total');
  if (sum(now, 'inferwire_store_up') === 0 && failures > 0) {
    bad('The store does not answer: batches wait or are refused.', 'process-title');
  } else if (growth('inferwire_store_failures_total') > 0) {
    warn(`The store failed ${countText(growth('inferwire_store_failures_total'), 'time', 'times')}.`, 'process-title');
  }
  const budget = sum(now, 'inferwire_store_budget_bytes');
  const full = budget > 0 ? sum(now, 'inferwire_store_bytes') / budget : 0;
  if (full > 0.9) warn(`The store is ${percentText(full)} full.`, 'process-title');
  if (now.has('inferwire_lease_store_up') && sum(now, 'inferwire_lease_store_up') === 0) {
    warn('The store of shared limits does not answer: this process counts by itself.', 'limits-title');
  }
  const age = sum(now, 'inferwire_directory_age_seconds');
  if (age > 30) warn(`Tenants and keys are ${ageText(age)} old: the store does not say what has changed.`, 'process-title');
  const held = sum(now, 'inferwire_ledger_held_calls');
  if (held > 0) bad(`${countText(held, 'call is', 'calls are')} not in the ledger yet: it cannot be written.`, 'process-title');
  const unsent = sum(now, 'inferwire_ledger_unsent_age_seconds');
  if (unsent > 300) warn(`The ledger's oldest record waits ${ageText(unsent)} for the store.`, 'process-title');
  for (const {labels, value} of now.get('inferwire_jwks_age_seconds') || []) {
    if (value > 3600) warn(`The keys of ${labels.issuer} are ${ageText(value)} old.`, 'process-title');
  }
}

function modelFaults({now}, bad, warn) {
  for (const {labels, value} of now.get('inferwire_ending_model_shutdown_timestamp_seconds') || []) {
    const days = daysUntil(value);
    const text = days > 0 ? `Model ${labels.model} ends in ${days} days and is still called.` : `Model ${labels.model} has ended and is still called.`;
    if (days <= 30) (days <= 7 ? bad : warn)(text, 'endings-title');
  }
  const served = (known.models || []).filter((model) => model.upstream && (model.listings || []).some(({listed}) => !listed));
  for (const {modelId, listings} of served.slice(0, 10)) {
    const missing = listings.filter(({listed}) => !listed).map(({upstream}) => upstream);
    warn(`Model ${modelId} is not in the list of ${missing.join(', ')}.`, 'known-title');
  }
  for (const {upstream, failure} of failedListings()) warn(`Upstream ${upstream} gave no list of its models: ${failure}.`, 'known-title');
}

let shownFaults = '';

function showFaults(faults) {
  const state = JSON.stringify(faults);
  if (shownFaults === state) return;
  shownFaults = state;
  const items = faults.map(({className, text, at}) => {
    const item = made('li', className);
    const link = made('a', undefined, text);
    link.href = '#' + at;
    item.append(made('strong', undefined, className === 'bad' ? 'Bad: ' : 'Look: '), link);
    return item;
  });
  element('faults').replaceChildren(...items);
  element('faults').hidden = faults.length === 0;
  element('all-well').hidden = faults.length > 0;
}
