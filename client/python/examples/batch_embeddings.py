"""A batch of embeddings at the batch price. Items are what the calls of their endpoint take, here text; and so are
typed parameters (v1.EmbeddingParams(...)), dictionaries and lines of batch files."""
import inferwire
from inferwire import v1

texts = [f"Sentence number {n}." for n in range(20)]

with inferwire.Client() as client:
    header = v1.BatchHeader(endpoint="/v1/embeddings", request_id="example-python-embeddings")
    created = client.create_batch(texts, header)
    for result in client.batch_results(created.batch.batch_id):  # stays until the batch has ended
        print(result.custom_id, result.error or f"{len(result.vectors[0])} numbers", result.cost)
