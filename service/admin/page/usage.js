// Who uses what: models in use, callers, limits and budgets, models that end.
'use strict';

function showModelsInUse({now, before, growth}) {
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
    now.has('inferwire_cost_usd_total') ? dollarText(growth('inferwire_cost_usd_total', of)) : '–',
  ]), 'No request since the start.');
}

// Tenants, teams and certificates; who proves nothing is in none of these series.
function showCallers({now, growth}) {
  const requests = 'inferwire_caller_requests_total';
  const names = [...sumBy(now, requests, 'caller').keys()];
  element('callers-section').hidden = names.length === 0;
  const wanted = element('callers-filter').value;
  const rows = names.filter((name) => matchesWords(wanted, [name])).map((caller) => {
    const all = growth(requests, {caller});
    return {caller, all, bad: all - growth(requests, {caller, outcome: 'ok'}), total: sum(now, requests, {caller})};
  }).sort((a, b) => b.all - a.all || b.total - a.total);
  fillTable('callers', rows.slice(0, 50).map(({caller, all, bad, total}) => {
    const tokens = (type) => numberText(growth('inferwire_caller_tokens_total', {caller, gen_ai_token_type: type}));
    const share = all > 0 ? bad / all : 0;
    return [caller, numberText(all), {text: numberText(bad), className: share > 0.1 ? 'bad' : bad > 0 ? 'warn' : undefined},
      tokens('input'), tokens('output'), dollarText(growth('inferwire_caller_cost_usd_total', {caller})),
      numberText(total), dollarText(sum(now, 'inferwire_caller_cost_usd_total', {caller}))];
  }), 'None has this name.');
}

// Of those that were called lately.
function showEndings({now}) {
  const ends = now.get('inferwire_ending_model_shutdown_timestamp_seconds') || [];
  element('endings-section').hidden = ends.length === 0;
  const rows = [...ends].sort((a, b) => a.value - b.value);
  fillTable('endings', rows.map(({labels, value}) => {
    const requests = (now.get('inferwire_ending_model_requests_total') || []).filter((each) => each.labels.model === labels.model);
    const total = (of) => of.reduce((count, each) => count + each.value, 0);
    return [labels.model, new Date(value * 1000).toISOString().slice(0, 10), daysText(daysUntil(value)), numberText(total(requests)),
      numberText(total(requests.filter((each) => each.labels.warning === 'moved'))),
      [...new Set(requests.map((each) => each.labels.caller))].sort().join(', ')];
  }), '');
}

const daysUntil = (seconds) => Math.ceil((seconds - Date.now() / 1000) / 86400);

function daysText(days) {
  if (days > 30) return numberText(days);
  return {text: days > 0 ? numberText(days) : 'ended', className: days > 7 ? 'warn' : 'bad'};
}

const METERS = {
  METER_REQUESTS_PER_MINUTE: 'requests per minute', METER_TOKENS_PER_MINUTE: 'tokens per minute',
  METER_REQUESTS_PER_DAY: 'requests per day', METER_TOKENS_PER_DAY: 'tokens per day',
  METER_CONCURRENT_CALLS: 'calls at once', METER_MONEY_PER_DAY: 'USD per day',
  METER_MONEY_PER_WEEK: 'USD per week', METER_MONEY_PER_MONTH: 'USD per month',
};

const meterText = (meter) => METERS[meter] || meter;

function scopeText({tenantId, teamId, keyId, modelId}) {
  const whose = [tenantId, teamId, keyId && 'key ' + keyId].filter(Boolean).join('/');
  return modelId ? `${whose}, ${modelId}` : whose;
}

function showLimits({limits = []}) {
  element('limits-section').hidden = limits.length === 0;
  fillTable('limits', limits.map(({scope, meter, limit, used, reserved, remaining, reset}) => {
    const amount = (text) => (meter.includes('MONEY') ? dollarText(Number(text) / 1e12) : numberText(Number(text)));
    const left = Number(remaining) > 0 ? amount(remaining) : {text: amount(remaining), className: 'bad'};
    return [scopeText(scope), meterText(meter), amount(limit), amount(used), amount(reserved), left,
      reset && meter.endsWith('MINUTE') ? 'soon' : reset ? new Date(reset).toLocaleString() : '–'];
  }), '');
}
