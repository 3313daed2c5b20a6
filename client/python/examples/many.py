"""Fifty questions on one stream, at most 16 at a time; one failure ends no other."""
import inferwire

questions = [f"What is the square of {n}?" for n in range(50)]

with inferwire.Client() as client:
    for result in client.complete_many(questions, max_in_flight=16):
        print(result.item_id, result.error or result.text)
