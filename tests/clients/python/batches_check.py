"""Batches of every endpoint, from typed parameters, dictionaries, lines of batch files and text, by both
clients; what comes back is read as the endpoint's own call gives it."""
import asyncio

import inferwire
from inferwire import v1

EMBEDDINGS, RESPONSES, TEXTS = "/v1/embeddings", "/v1/responses", "/v1/completions"
MODERATIONS, IMAGES, EDITS = "/v1/moderations", "/v1/images/generations", "/v1/images/edits"


def results_of(client: inferwire.Client, items, endpoint: str = "") -> dict[str, inferwire.BatchItemResult]:
    created = client.create_batch(items, v1.BatchHeader(endpoint=endpoint) if endpoint else None)
    found = {result.custom_id: result for result in client.batch_results(created.batch.batch_id, timeout=50)}
    for result in found.values():
        assert result.error is None, result.error
    return found


async def results_of_async(client: inferwire.aio.Client, items) -> list[inferwire.BatchItemResult]:
    created = await client.create_batch(items)
    return [result async for result in client.batch_results(created.batch.batch_id, timeout=50)]


def test_typed_parameters_say_their_endpoint(client: inferwire.Client) -> None:
    response = results_of(client, [v1.ResponseParams(model="gpt-4.1-mini+echo", input="alpha")])["0"]
    assert response.text == "alpha" and response.response is not None and response.answer == response.response
    assert response.cost is not None and 0 < response.cost < 1
    assert response.completion is None and not response.vectors and not response.images

    embedding = results_of(client, [v1.EmbeddingParams(model="text-embedding-3-small", input=["a", "b"], dimensions=4)])["0"]
    assert [len(vector) for vector in embedding.vectors] == [4, 4] and embedding.text == ""
    single = client.embed(["a", "b"], dimensions=4)
    assert embedding.vectors == single, "a batch's vectors are those of the call"

    text = results_of(client, [v1.TextCompletionParams(model="gpt-3.5-turbo-instruct+tokens=5", prompt=["Once"])])["0"]
    assert text.text and isinstance(text.answer, v1.TextCompletion) and text.cost is None  # no price is known

    moderation = results_of(client, [v1.ModerationParams(input=["pure violence", "a kind word"], model="omni-moderation-latest")])["0"]
    assert [each.flagged for each in moderation.moderations] == [True, False]

    image = results_of(client, [v1.ImageParams(model="gpt-image-1", prompt="A dog.", size="1024x1024")])["0"]
    assert image.images[0].data.startswith(b"\x89PNG")

    edit = v1.ImageEditParams(model="gpt-image-1", prompt="A cat.", images=[v1.ImageReference(image_url="https://example.com/a.png")])
    assert results_of(client, [edit])["0"].images[0].data.startswith(b"\x89PNG")


def test_dictionaries_belong_to_the_header_s_endpoint(client: inferwire.Client) -> None:
    found = results_of(client, [{"input": ["a", "b"], "dimensions": 4}, {"input": "c", "model": "text-embedding-3-large"}], EMBEDDINGS)
    assert len(found["0"].vectors) == 2 and found["0"].answer.model == "text-embedding-3-small"
    assert found["1"].answer.model == "text-embedding-3-large"
    message = {"role": "user", "content": [{"type": "input_text", "text": "beta"}]}
    assert results_of(client, [{"model": "gpt-4.1-mini+echo", "input": [message]}], RESPONSES)["0"].text == "beta"
    assert results_of(client, [{"messages": [{"role": "user", "content": "gamma"}], "model": "gpt-4.1-mini+echo"}])["0"].text == "gamma"


def test_text_is_what_the_endpoint_s_call_takes(client: inferwire.Client) -> None:
    assert len(results_of(client, ["a", ["b", "c"]], EMBEDDINGS)["1"].vectors) == 2
    assert results_of(client, ["pure violence"], MODERATIONS)["0"].moderations[0].flagged
    assert results_of(client, ["Once upon"], TEXTS)["0"].text
    assert results_of(client, ["A dog."], IMAGES)["0"].images
    assert results_of(client, ["Hi"], RESPONSES)["0"].text
    # The first item says of which endpoint the others are.
    assert len(results_of(client, [v1.EmbeddingParams(model="text-embedding-3-small", input=["a"]), "b"])["1"].vectors) == 1


def test_lines_of_a_batch_file(client: inferwire.Client) -> None:
    line = {"custom_id": "mine", "method": "POST", "url": EMBEDDINGS, "body": {"model": "text-embedding-3-small", "input": "a"}}
    assert len(results_of(client, [line])["mine"].vectors) == 1
    chat = {"custom_id": "c", "url": "/v1/chat/completions",
            "body": {"model": "gpt-4.1-mini+echo", "messages": [{"role": "user", "content": "delta"}]}}
    assert results_of(client, [chat, "Hi"])["c"].text == "delta"


def refused(client: inferwire.Client, item, expected: str, endpoint: str = "") -> None:
    try:
        client.create_batch(["Hi", item] if not endpoint else [item], v1.BatchHeader(endpoint=endpoint))
    except TypeError as error:
        assert expected in str(error), error
    else:
        raise AssertionError(f"{item!r} was taken")


def test_what_is_no_item(client: inferwire.Client) -> None:
    refused(client, None, "items[1]: must be text")
    refused(client, b"bytes", "items[1]: must be text")
    refused(client, {"input": "a"}, "items[1]: has no messages")
    refused(client, {"url": EMBEDDINGS, "body": {}}, "items[1].url: is /v1/embeddings, and the batch is of /v1/chat/completions")
    refused(client, {"body": {}, "method": "GET"}, "items[1].method")
    refused(client, {"body": {}, "id": "a"}, "items[1].id")
    refused(client, {"body": {"messages": []}, "custom_id": 7}, "items[1].custom_id")
    refused(client, "A cat.", "items[0]: must be a v1.ImageEditParams", EDITS)
    try:  # the gateway may be faster to refuse the endpoint
        refused(client, "text", "items[0]: must be a dictionary", "/v1/unknown")
    except inferwire.InferwireError as error:
        assert "header.endpoint" in str(error), error
    refused(client, {"input": {1, 2}}, "items[0].input: is no JSON value", EMBEDDINGS)
    try:
        client.create_batch([{"url": "/v1/unknown", "body": {}}])
    except TypeError as error:
        assert "v1.BatchHeader(endpoint='/v1/unknown')" in str(error)
    else:
        raise AssertionError("a batch of what the header does not say")
    for one in ("one text", {"messages": []}):
        try:
            client.create_batch(one)
        except TypeError as error:
            assert "items: must be a list" in str(error)
        else:
            raise AssertionError("one item was taken for many")
    try:
        client.create_batch([v1.EmbeddingParams(model="text-embedding-3-small", input=["a"]), v1.ModerationParams(input=["a"])])
    except inferwire.InferwireError as error:
        assert error.reason == "INVALID_PARAMETER" and error.fields[0].field == "item.moderation", error
    else:
        raise AssertionError("a batch of two endpoints")
    header = v1.BatchHeader()
    client.create_batch([v1.ModerationParams(input=["a"], model="omni-moderation-latest")], header)
    assert not header.endpoint, "the header is the caller's"


async def test_asyncio(_: inferwire.Client) -> None:
    async def slowly():
        for text in ("a", "b"):
            yield v1.EmbeddingParams(model="text-embedding-3-small", input=[text])

    async with inferwire.aio.Client() as client:
        found = await results_of_async(client, slowly())
        assert sorted(result.custom_id for result in found) == ["0", "1"] and all(result.vectors for result in found)
        try:
            await client.create_batch([{"input": "a"}])
        except TypeError as error:
            assert "items[0]: has no messages" in str(error)
        else:
            raise AssertionError("taken")


def main() -> None:
    with inferwire.Client() as client:
        for name, test in list(globals().items()):
            if name.startswith("test_"):
                outcome = test(client)
                if asyncio.iscoroutine(outcome):
                    asyncio.run(outcome)
                print("ok", name)


main()
