// An answer came, and was paid for, but is not what was asked for: the error keeps it.
import { status } from "@grpc/grpc-js";
import { CUT_OFF, CLIENT_DOMAIN, InferwireError, REFUSED } from "./errors.js";
import { type Answer, refusalOf, saying } from "./messages.js";
import type { Fault } from "./schema.js";
import { FinishReason } from "./v1.js";

/** reason: REFUSED, CUT_OFF, MISMATCH or TOO_MANY_ROUNDS. A log, and JSON.stringify, show
 * neither `answer` nor `text`. */
export class AnswerError extends InferwireError {
  override readonly name: string = "AnswerError";
  declare readonly answer: Answer;
  /** What the model said. */
  declare readonly text: string;
  /** In US dollars, exact; of runTools that of all rounds; undefined: not priced. */
  declare readonly cost: string | undefined;

  constructor(reason: string, detail: string, answer: Answer, facts: { fields?: Fault[]; cost?: string | undefined } = {}) {
    const { requestId = "", upstream = "", model = "" } = answer.gateway ?? {};
    const metadata = { origin: "upstream", request_id: requestId, upstream, model, maybe_billed: "true" };
    super(status.FAILED_PRECONDITION, detail, { domain: CLIENT_DOMAIN, reason, metadata, fields: facts.fields ?? [] });
    saying(this, { answer: () => answer, text: () => answer.text, cost: () => ("cost" in facts ? facts.cost : answer.cost) });
  }
}

/** What keeps an answer from being one; undefined: it is whole. */
export function shortcoming(answer: Answer): AnswerError | undefined {
  const finish = answer.completion?.choices[0]?.finishReason;
  if (refusalOf(answer.message)) return new AnswerError(REFUSED, "the model refused", answer);
  if (finish === FinishReason.CONTENT_FILTER) return new AnswerError(REFUSED, "the provider's filter ended the answer", answer);
  if (finish !== FinishReason.LENGTH) return undefined;
  return new AnswerError(CUT_OFF, "the answer reached the limit of its length: raise maxCompletionTokens", answer);
}
