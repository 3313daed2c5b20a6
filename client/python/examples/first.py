"""What the project's README begins with: the calls that most programs need."""
import os

server = os.environ.get("INFERWIRE_SERVER", "localhost:50051")
# [first program]
import inferwire

client = inferwire.Client(server)                # one for the whole process
print(client.complete("Why is the sky blue?"))

for event in client.stream("Tell me a story.", timeout=60):   # leaving the loop cancels, also at the provider
    print(event.text, end="", flush=True)

questions = [f"What is the square of {n}?" for n in range(50)]
for result in client.complete_many(questions, max_in_flight=16):
    print(result.item_id, result.error or result.text)       # as they end; one failure ends no other

vector = client.embed("A text to find again.")
print(len(vector), "numbers,", "flagged" if client.moderate("A kind word.").flagged else "harmless")

try:
    print(client.complete("Hi", timeout=5, idempotency_key="order-4711"))   # sent again, it costs nothing
except inferwire.InferwireError as error:
    print(error.reason, "retry is safe" if error.retryable else "a retry may be billed", error)
# [first program]
