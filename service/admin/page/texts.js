// Numbers, times and states as people read them.
'use strict';

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

// 2026-05-04T03:02:01.987Z as the clock on the wall says it.
function clockText(time) {
  const date = new Date(time);
  const two = (value) => String(value).padStart(2, '0');
  return Number.isNaN(date.getTime()) ? '–' : [date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(':');
}

const countText = (count, one, many) => `${numberText(count)} ${count === 1 ? one : many}`;
