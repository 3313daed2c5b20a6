// The box in which a model can be tried, where the server has one. The answer comes by a ticket; the key is sent
// with the call and kept nowhere.
'use strict';

const TRY_EVERY_MS = 300;

async function mayTry() {
  const answer = await fetch('try', {cache: 'no-store'});
  element('try-section').hidden = !(answer.ok && (await answer.json()).on);
}

function requestOf(form) {
  return {params: {
    model: form.model.value.trim(),
    messages: [{role: 'ROLE_USER', content: form.prompt.value}],
    maxCompletionTokens: Number(form.tokens.value) || undefined,
  }};
}

function describeAnswer({completion = {}, gateway = {}}) {
  const usage = completion.usage || {};
  const cost = gateway.cost && gateway.cost.totalPicousd;
  return [
    `answered by ${gateway.upstream}, ${gateway.model}`,
    gateway.upstreamTime ? 'in ' + secondsText(parseFloat(gateway.upstreamTime)) : '',
    `${numberText(Number(usage.inputTokens || 0))} tokens in, ${numberText(Number(usage.outputTokens || 0))} out`,
    cost === undefined ? 'not priced' : dollarText(Number(cost) / 1e12) + ' USD',
    'request ' + gateway.requestId,
  ].filter(Boolean).join(', ');
}

function describeError({message = '', details = []}) {
  const info = details.find((each) => String(each['@type']).endsWith('ErrorInfo'));
  return (info ? info.reason.replace('ERROR_REASON_', '') + ': ' : '') + message;
}

function showTry(text, about, isBad) {
  element('try-answer').textContent = text;
  element('try-answer').hidden = text === '';
  element('try-about').textContent = about;
  element('try-about').className = isBad ? 'bad' : 'quiet';
}

async function askGateway(form) {
  const headers = {'Content-Type': 'application/json'};
  if (form.key.value) headers.Authorization = 'Bearer ' + form.key.value.trim();
  const begun = await fetch('try', {method: 'POST', headers, body: JSON.stringify(requestOf(form))});
  let answer = await begun.json();
  while (answer.ticket) {
    const {ticket} = answer;
    await new Promise((done) => setTimeout(done, TRY_EVERY_MS));
    const next = await fetch('try/' + ticket, {cache: 'no-store'});
    answer = await next.json();
    if (next.status === 202) answer = {ticket};
  }
  return answer;
}

async function sendTry(event) {
  event.preventDefault();
  const form = event.target;
  element('try-send').disabled = true;
  showTry('', 'waiting for the answer', false);
  try {
    const answer = await askGateway(form);
    if (answer.error) {
      showTry('', describeError(answer.error), true);
    } else {
      const message = answer.completion?.choices?.[0]?.message || {};
      showTry(message.content || message.refusal || message.reasoningContent || '', describeAnswer(answer), false);
    }
  } catch (error) {
    showTry('', 'no answer from the server', true);
  }
  element('try-send').disabled = false;
}
