"""A hundred questions on one stream, at most 16 at a time; one failure ends no other."""
import os
import sys

import inferwire

questions = (f"What is the square of {n}?" for n in range(100))


def show(progress: inferwire.Progress) -> None:
    print(f"{progress.finished} done, {progress.in_flight} running", file=sys.stderr)


with inferwire.Client(os.environ.get("INFERWIRE_SERVER", "localhost:50051")) as client:
    for result in client.complete_many(questions, max_in_flight=16, on_progress=show):
        print(result.item_id, result.error or result.text)
