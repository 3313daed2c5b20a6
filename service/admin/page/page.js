// Reads /metrics, /calls, /routes and /limits every two seconds, what changes seldom less often, and shows what
// they say. Rates and percentiles are those of the last minute, or since the start until a second reading is there.
'use strict';

const EVERY_MS = 2000;
const WINDOW_MS = 60000;
const SELDOM_MS = 60000;

const readings = []; // {time, families}, oldest first

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

function showState(state, text) {
  show('state', text);
  element('state').className = 'state ' + state;
}

async function readJson(path) {
  const answer = await fetch(path, {cache: 'no-store'});
  if (!answer.ok) throw new Error(`${path}: status ${answer.status}`);
  return answer.json();
}

async function readMetrics() {
  const answer = await fetch('metrics', {cache: 'no-store'});
  if (!answer.ok) throw new Error('status ' + answer.status);
  const families = parse(await answer.text());
  const last = readings[readings.length - 1];
  const start = 'process_start_time_seconds';
  if (last && sum(last.families, start) !== sum(families, start)) readings.length = 0; // restarted
  readings.push({time: Date.now(), families});
  while (readings.length > 1 && readings[1].time < Date.now() - WINDOW_MS) readings.shift();
}

function showMetrics(shown) {
  const build = (shown.now.get('inferwire_build_info') || [])[0];
  show('build', build ? `${build.labels.version} (${build.labels.revision || 'no revision'}), gRPC ${build.labels.grpc_version}, libcurl ${build.labels.curl_version}` : '');
  const draining = sum(shown.now, 'inferwire_draining') > 0;
  showState(draining ? 'draining' : 'serving', draining ? 'draining' : 'serving');
  element('open').hidden = sum(shown.now, 'inferwire_auth_asked') > 0;
  showNow(shown);
  showErrors(shown);
  showUpstreams(shown);
  showCallers(shown);
  showModelsInUse(shown);
  showEndings(shown);
  showProcess(shown);
}

let readSeldom = -Infinity;

async function read() {
  try {
    await readMetrics();
    const shown = view();
    showMetrics(shown);
    const [routes, limits, recent, kept] = await Promise.all(['routes', 'limits', 'calls', 'history'].map(readJson));
    calls = recent.calls;
    minutes = kept;
    showCalls();
    showHistory();
    showRoutes(routes);
    showLimits(limits);
    if (performance.now() - readSeldom > SELDOM_MS) {
      known = await readJson('models');
      showKnownModels();
      await mayTry();
      readSeldom = performance.now();
    }
    showFaults(faultsOf(shown, routes, limits));
    document.documentElement.dataset.readings = String(readings.length);
  } catch (error) {
    showState('lost', 'no answer');
  }
}

async function run() {
  nameTables();
  for (const id of ['calls-filter', 'calls-bad', 'calls-all']) element(id).addEventListener('input', showCalls);
  for (const id of ['known-filter', 'known-all']) element(id).addEventListener('input', showKnownModels);
  element('callers-filter').addEventListener('input', () => readings.length && showCallers(view()));
  element('try-form').addEventListener('submit', sendTry);
  for (;;) {
    if (!document.hidden) await read();
    await new Promise((done) => setTimeout(done, EVERY_MS));
  }
}

run();
