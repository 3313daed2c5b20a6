// What may be said of one call.

/** Of one call. */
export interface CallOptions {
  /** The whole call's deadline; unset: the client's default for this kind of call. */
  timeoutMs?: number | undefined;
  /** Cancels the call, here and upstream. */
  signal?: AbortSignal | undefined;
  /** Further gRPC metadata. */
  metadata?: Record<string, string> | undefined;
}

/** Of one call that a model answers. */
export interface AnswerOptions extends CallOptions {
  /** A call that is sent again with the same key gets the first one's answer and costs nothing. */
  idempotencyKey?: string | undefined;
  /** How often the gateway may ask the model again after a failure, before the first output: 0 to 5; unset:
   * as the gateway is set up. */
  maxRetries?: number | undefined;
}

type HasOptions = { options?: object | undefined };

/** The request with what the gateway is told of the call; it is the caller's, perhaps for other calls too. */
export function withOptions<Request extends object>(request: Request, { idempotencyKey, maxRetries }: AnswerOptions): Request {
  const told = { ...(idempotencyKey ? { idempotencyKey } : {}), ...(maxRetries === undefined ? {} : { maxRetries }) };
  if (Object.keys(told).length === 0) return request;
  return { ...request, options: { ...(request as HasOptions).options, ...told } };
}
