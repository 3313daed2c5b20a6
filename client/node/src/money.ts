// What answers cost: exact, and in US dollars for people.
import type { Cost } from "./v1.js";

const PICO = 12; // digits behind the point

/** In millionths of a millionth of a dollar; undefined: not known. Of an answer: gateway?.cost. */
export function costOf(cost: Cost | undefined): bigint | undefined {
  return cost?.totalPicousd;
}

/** The same in dollars, exact, e.g. "0.0000124". */
export function costInUsd(cost: Cost | undefined): string | undefined {
  const picousd = costOf(cost);
  return picousd === undefined ? undefined : usd(picousd);
}

/** An amount of pico-dollars in dollars: "0.0000124", "3", "-0.5". */
export function usd(picousd: bigint): string {
  const digits = String(picousd < 0n ? -picousd : picousd).padStart(PICO + 1, "0");
  const fraction = digits.slice(-PICO).replace(/0+$/, "");
  return `${picousd < 0n ? "-" : ""}${digits.slice(0, -PICO)}${fraction && `.${fraction}`}`;
}
