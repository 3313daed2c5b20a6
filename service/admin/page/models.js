// The models that there are: prices, windows, how long they are there, and what upstreams' own lists say.
'use strict';

const FIRST_MODELS = 20; // of all that are served
const MOST_MODELS = 200; // of those that were looked for

let known = {};

const priceOf = (model, kind) => {
  const found = (model.prices || []).find((price) => price.kind === kind);
  return found ? found.usd : '–';
};

// Int64s are texts in protobuf's JSON, and zeros are left out.
const integer = (value) => (value === undefined ? NaN : Number(value));

function lifeText(model) {
  if (model.ended) return {text: 'ended ' + model.shutdownDate, className: 'bad'};
  if (model.daysLeft === undefined) return '–';
  const days = Number(model.daysLeft);
  const text = `${days} days, ${model.shutdownDate}`;
  return days > 30 ? text : {text, className: days > 7 ? 'warn' : 'bad'};
}

// Where an upstream's own list says otherwise than the catalogue and the configuration.
function listingText({listings = [], discovered, shutdownDate}) {
  const missing = listings.filter(({listed}) => !listed).map(({upstream}) => upstream);
  if (missing.length) return {text: 'not in the list of ' + missing.join(', '), className: 'bad'};
  if (discovered) return {text: 'only in the list of ' + listings.map(({upstream}) => upstream).join(', '), className: 'warn'};
  const dated = listings.find((each) => each.shutdownDate && each.shutdownDate !== shutdownDate);
  if (dated) return {text: `${dated.upstream} says ${dated.shutdownDate}`, className: 'warn'};
  return listings.length ? 'listed' : '–';
}

const modelRank = (row) => Math.min(rankOf(row[6]), rankOf(row[7]));

function showKnownModels() {
  const words = element('known-filter').value;
  const all = element('known-all').checked;
  const rows = (known.models || [])
    .filter((model) => (all || model.upstream) && matchesWords(words, [model.modelId, model.upstream, model.ownedBy, ...(model.aliases || [])]))
    .map((model) => [model.modelId, model.upstream || '–', priceOf(model, 'input'), priceOf(model, 'cached_input'),
      priceOf(model, 'output'), numberText(integer(model.contextWindowTokens)), lifeText(model), listingText(model)])
    .map((row, i) => ({row, i, rank: row[1] === '–' ? 2 : modelRank(row)}))
    .sort((a, b) => a.rank - b.rank || a.i - b.i).map(({row}) => row);
  const most = words || all ? MOST_MODELS : FIRST_MODELS;
  fillTable('known', rows.slice(0, most), words || !all ? 'None is like this.' : 'No model is known.');
  const total = Number(known.totalSize || 0);
  show('known-count', `${Math.min(rows.length, most)} of ${total}`);
  const names = (known.models || []).filter((model) => model.upstream && !model.ended).slice(0, 200);
  const options = names.map(({modelId}) => {
    const option = made('option');
    option.value = modelId;
    return option;
  });
  element('try-models').replaceChildren(...options);
}

// Upstreams whose last question got no list.
const failedListings = () => (known.listings || []).filter(({failure}) => failure);
