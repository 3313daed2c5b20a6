// Reads the text of /metrics: samples, their sums, and percentiles of histograms.
'use strict';

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
