// The last calls that ended, the newest first. The server keeps what its log says of them, and no text.
'use strict';

const SHORT_LIST = 15;

let calls = [];

// A call that the caller itself ended, or asked wrongly, is nobody else's fault.
function endText({code, reason, origin}) {
  if (code === 'OK') return {text: 'OK', className: 'good'};
  return {text: reason || code, className: origin === 'caller' || origin === 'cancelled' ? 'warn' : 'bad', title: code};
}

// ipv4:127.0.0.1:35456: the port says nothing.
const addressText = (peer) => peer.replace(/^ipv[46]:/, '').replace(/:\d+$/, '').replace(/%5B|%5D/g, '');

const secondsOf = (value) => (value === undefined ? '–' : secondsText(value));
const countOf = (value) => (value === undefined ? '–' : numberText(value));

function showCalls() {
  const words = element('calls-filter').value;
  const onlyBad = element('calls-bad').checked;
  const wanted = calls.filter((call) => (!onlyBad || call.code !== 'OK') &&
    matchesWords(words, [call.model, call.upstream, call.caller, call.peer, call.method, call.reason, call.code, call.request_id]));
  const all = element('calls-all').checked;
  fillTable('calls', wanted.slice(0, all ? wanted.length : SHORT_LIST).map((call) => [
    {text: clockText(call.time), title: `${call.time}, request ${call.request_id}`}, endText(call), call.method, call.model || '–',
    call.upstream ? call.upstream + (call.attempts > 1 ? `, ${call.attempts} attempts` : '') : '–', call.caller || addressText(call.peer || '–'),
    secondsOf(call.duration_s), secondsOf(call.first_byte_s), countOf(call.input_tokens), countOf(call.output_tokens),
    call.cost_picousd === undefined ? '–' : dollarText(call.cost_picousd / 1e12),
  ]), calls.length ? 'None is like this.' : 'No call has ended yet.');
  show('calls-count', `${wanted.length} of the last ${calls.length}`);
}
