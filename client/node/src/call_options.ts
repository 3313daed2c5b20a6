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
}

type HasOptions = { options?: { idempotencyKey?: string } | undefined };

/** The request with the key among its options; it is the caller's, perhaps for other calls too. */
export function withKey<Request extends object>(request: Request, { idempotencyKey }: AnswerOptions): Request {
  if (!idempotencyKey) return request;
  return { ...request, options: { ...(request as HasOptions).options, idempotencyKey } };
}
