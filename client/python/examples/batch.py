"""A batch: created, watched until it has ended, and its results. The request_id makes a repetition
of this program find the same batch again."""
import inferwire
from inferwire import v1

questions = [f"What is the square of {n}?" for n in range(20)]

with inferwire.Client() as client:
    created = client.create_batch(questions, v1.BatchHeader(request_id="example-python"))
    for batch in client.watch_batch(created.batch.batch_id):
        print(v1.Batch.State.Name(batch.state), f"{batch.counts.succeeded} of {batch.counts.total}")
    for result in client.batch_results(created.batch.batch_id):
        print(result.custom_id, result.error or result.text)
