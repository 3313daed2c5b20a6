"""One question, one answer, and what it cost."""
import inferwire

with inferwire.Client() as client:
    answer = client.complete([{"role": "user", "content": "Why is the sky blue?"}], system="Answer in one sentence.")
    print(answer.text)
    print(answer.usage.total_tokens, "tokens,", answer.cost, "USD, request", answer.request_id)
