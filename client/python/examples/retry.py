"""A call that is repeated without being paid for twice: gateway and client retry only what cannot have been
billed, and whoever sends the same idempotency key again, also after a crash, gets the first one's answer."""
import inferwire

with inferwire.Client(max_attempts=4) as client:
    try:
        print(client.complete("Why is the sky blue?", idempotency_key="question-17"))
    except inferwire.InferwireError as error:
        print("once more later" if error.retryable else "not again", error.retry_after, error)
