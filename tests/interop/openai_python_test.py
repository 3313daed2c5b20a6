#!/usr/bin/env python3
"""OpenAI's own Python client against the simulator, so that what all other tests take for the upstream answers
as one: every answer is checked against the client's types where those are as strict as the API itself.

Usage: openai_python_test.py SIMULATOR
"""
import base64
import fcntl
import pathlib
import subprocess
import sys
import time
import unittest

from tools import ROOT, Simulator, skip

CLIENT = "openai[realtime]==3.57.0"
CHAT, REASONING, EMBEDDING, IMAGE = "gpt-4.1-mini", "gpt-5", "text-embedding-3-small", "gpt-image-1"
WAV = b"RIFF" + bytes(1000)
EXAMPLE = b'{"messages":[{"role":"user","content":"a"},{"role":"assistant","content":"b"}]}\n'


class NotThere(Exception):
    """This machine cannot have the client; the text says why."""


def client_folder() -> pathlib.Path:
    """Other tests need it, too: whoever is first installs it."""
    folder = ROOT / "build" / "tools" / "openai-python"
    made_from = folder / "made-from"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if made_from.exists() and made_from.read_text("utf-8") == CLIENT:
            return folder
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input",
                   "--upgrade", "--target", folder, CLIENT]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise NotThere(f"pip cannot install {CLIENT}: {done.stderr.strip().splitlines()[-1:]}")
        made_from.write_text(CLIENT, "utf-8")
    return folder


class Witness(unittest.TestCase):
    @classmethod
    def setUpClass(cls) -> None:
        cls.simulator = Simulator(SIMULATOR)
        options = {"api_key": "any", "base_url": cls.simulator.url, "max_retries": 0, **cls.options()}
        cls.strict = openai.OpenAI(**options, _strict_response_validation=True)
        # Where the API itself answers what these types do not allow.
        cls.lenient = openai.OpenAI(**options)

    @classmethod
    def options(cls) -> dict[str, object]:
        """Of clients that go another way to the simulator (tests/adoption)."""
        return {}

    @classmethod
    def tearDownClass(cls) -> None:
        cls.simulator.end()


class Responses(Witness):
    def test_text(self) -> None:
        answer = self.strict.responses.create(model=CHAT, input="Hi", instructions="Be brief.")
        self.assertTrue(answer.output_text)
        self.assertEqual(answer.usage.total_tokens, answer.usage.input_tokens + answer.usage.output_tokens)

    def test_events_in_order_are_the_whole(self) -> None:
        with self.strict.responses.stream(model=CHAT, input="Hi") as stream:
            events = list(stream)
            whole = stream.get_final_response()
        self.assertEqual([event.sequence_number for event in events], list(range(len(events))))
        deltas = "".join(event.delta for event in events if event.type == "response.output_text.delta")
        self.assertEqual(deltas, whole.output_text)
        self.assertEqual(events[-1].type, "response.completed")

    def test_background(self) -> None:
        answer = self.strict.responses.create(model=CHAT + "+response_time=50ms", input="Hi", background=True,
                                              background_options={"completion_window": "2h"})
        self.assertEqual(answer.status, "queued")
        until = time.monotonic() + 20
        while answer.status in ("queued", "in_progress") and time.monotonic() < until:
            answer = self.strict.responses.retrieve(answer.id)
        self.assertEqual(answer.status, "completed")
        self.assertEqual(len(self.strict.responses.input_items.list(answer.id).data), 1)
        rest = list(self.strict.responses.retrieve(answer.id, stream=True, starting_after=2))
        self.assertEqual(rest[0].sequence_number, 3)
        self.strict.responses.delete(answer.id)
        with self.assertRaises(openai.NotFoundError):
            self.strict.responses.retrieve(answer.id)

    def test_cancel(self) -> None:
        answer = self.strict.responses.create(model=CHAT + "+response_time=1h", input="Hi", background=True)
        self.assertEqual(self.strict.responses.cancel(answer.id).status, "cancelled")

    def test_typed_answer(self) -> None:
        class Weather(pydantic.BaseModel):
            city: str
            degrees: int

        answer = self.strict.responses.parse(model=CHAT, input="Paris", text_format=Weather)
        self.assertIsInstance(answer.output_parsed, Weather)

    def test_tool_round(self) -> None:
        tool = {"type": "function", "name": "get_weather", "strict": True,
                "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"],
                               "additionalProperties": False}}
        call = self.strict.responses.create(model=CHAT, input="get_weather for Paris", tools=[tool])
        self.assertEqual(call.output[-1].type, "function_call")
        result = {"type": "function_call_output", "call_id": call.output[-1].call_id, "output": "21"}
        answer = self.strict.responses.create(model=CHAT, input=[result], previous_response_id=call.id)
        self.assertTrue(answer.output_text)

    def test_reasoning(self) -> None:
        answer = self.strict.responses.create(model=REASONING, input="Hi", reasoning={"effort": "low", "summary": "auto"},
                                              include=["reasoning.encrypted_content"])
        self.assertEqual(answer.output[0].type, "reasoning")
        self.assertTrue(answer.output[0].encrypted_content)

    def test_tokens_and_compaction(self) -> None:
        self.assertGreater(self.strict.responses.input_tokens.count(model=CHAT, input="Hi").input_tokens, 0)
        compacted = self.lenient.responses.compact(model=CHAT, input="Hi")
        self.assertEqual(compacted.output[-1].type, "compaction")

    def test_conversation(self) -> None:
        made = self.strict.conversations.create(items=[{"type": "message", "role": "user", "content": "I am Ada."}])
        self.strict.responses.create(model=CHAT, input="Who am I?", conversation=made.id)
        self.assertEqual(len(self.strict.conversations.items.list(made.id).data), 3)
        self.assertEqual(self.strict.conversations.update(made.id, metadata={"a": "b"}).metadata, {"a": "b"})
        self.assertTrue(self.strict.conversations.delete(made.id).deleted)


class Texts(Witness):
    def test_chat(self) -> None:
        messages = [{"role": "user", "content": "Hi"}]
        answer = self.strict.chat.completions.create(model=CHAT, messages=messages, store=True)
        self.assertTrue(answer.choices[0].message.content)
        self.assertEqual(self.strict.chat.completions.retrieve(answer.id).id, answer.id)
        pieces = self.strict.chat.completions.create(model=CHAT, messages=messages, stream=True)
        self.assertTrue("".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices))

    def test_completions(self) -> None:
        model = "gpt-3.5-turbo-instruct"
        self.assertTrue(self.strict.completions.create(model=model, prompt="Once").choices[0].text)
        # A piece's finish_reason is null until the last one.
        pieces = self.lenient.completions.create(model=model, prompt="Once", max_tokens=1000, stream=True)
        self.assertEqual([piece.choices[0].finish_reason for piece in pieces][-1], "stop")

    def test_embeddings(self) -> None:
        # The strict client does not decode base64, which it asks for by itself.
        listed = self.strict.embeddings.create(model=EMBEDDING, input=["a", "b"], encoding_format="float")
        packed = self.lenient.embeddings.create(model=EMBEDDING, input=["a", "b"])
        for one, other in zip(listed.data, packed.data):
            self.assertAlmostEqual(sum(value * value for value in one.embedding), 1, places=3)
            self.assertTrue(all(abs(a - b) < 1e-6 for a, b in zip(one.embedding, other.embedding)))

    def test_moderations(self) -> None:
        self.assertTrue(self.strict.moderations.create(model="omni-moderation-latest", input="Hi").results)

    def test_models(self) -> None:
        self.assertIn(CHAT, [model.id for model in self.strict.models.list().data])


class Media(Witness):
    def test_images(self) -> None:
        made = self.strict.images.generate(model=IMAGE, prompt="a cat", size="1024x1024")
        png = base64.b64decode(made.data[0].b64_json)
        self.assertTrue(png.startswith(b"\x89PNG"))
        events = self.strict.images.generate(model=IMAGE, prompt="a cat", stream=True, partial_images=2)
        self.assertEqual([event.type for event in events],
                         ["image_generation.partial_image"] * 2 + ["image_generation.completed"])
        files = [("a.png", png, "image/png"), ("b.png", png, "image/png")]
        self.assertTrue(self.strict.images.edit(model=IMAGE, image=files, mask=files[0], prompt="a dog").data)

    def test_speech(self) -> None:
        wanted = {"model": "gpt-4o-mini-tts", "voice": "alloy", "input": "Hello world"}
        with self.strict.audio.speech.with_streaming_response.create(**wanted) as answer:
            self.assertGreater(len(b"".join(answer.iter_bytes())), 1000)

    def test_transcriptions(self) -> None:
        file = ("a.wav", WAV, "audio/wav")
        for form in ("json", "text", "srt", "vtt", "verbose_json"):
            with self.subTest(form):
                self.strict.audio.transcriptions.create(model="whisper-1", file=file, response_format=form)
        events = list(self.strict.audio.transcriptions.create(model="gpt-4o-transcribe", file=file, stream=True))
        self.assertEqual(events[-1].type, "transcript.text.done")
        self.assertTrue(self.strict.audio.translations.create(model="whisper-1", file=file).text)


class Jobs(Witness):
    def test_fine_tuning(self) -> None:
        file = self.strict.files.create(file=("examples.jsonl", EXAMPLE * 10), purpose="fine-tune")
        jobs = self.lenient.fine_tuning.jobs  # a job without an error has an empty one, or null
        job = jobs.create(model="gpt-4.1-mini-2025-04-14", training_file=file.id)
        self.assertEqual(jobs.list().data[0].id, job.id)
        self.assertTrue(jobs.list_events(job.id).data)
        self.assertEqual(jobs.cancel(job.id).status, "cancelled")

    def test_batches(self) -> None:
        line = b'{"custom_id":"1","method":"POST","url":"/v1/chat/completions","body":{"model":"gpt-4.1-mini",' \
               b'"messages":[{"role":"user","content":"Hi"}]}}\n'
        file = self.strict.files.create(file=("items.jsonl", line), purpose="batch")
        batch = self.strict.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions",
                                           completion_window="24h")
        until = time.monotonic() + 20
        while batch.status != "completed" and time.monotonic() < until:
            batch = self.strict.batches.retrieve(batch.id)
        self.assertIn(b'"custom_id":"1"', self.strict.files.content(batch.output_file_id).content.replace(b" ", b""))

    def test_assistants(self) -> None:
        assistant = self.strict.beta.assistants.create(model=CHAT, name="Ada")
        thread = self.strict.beta.threads.create(messages=[{"role": "user", "content": "Hi"}])
        ids = {"thread_id": thread.id, "assistant_id": assistant.id}
        run = self.strict.beta.threads.runs.create_and_poll(**ids, poll_interval_ms=10)
        self.assertEqual(run.status, "completed")
        self.assertEqual(len(self.strict.beta.threads.messages.list(thread.id).data), 2)
        self.assertEqual(len(self.strict.beta.threads.runs.steps.list(run.id, thread_id=thread.id).data), 1)
        with self.strict.beta.threads.runs.stream(**ids) as stream:
            self.assertEqual([event.event for event in stream][-1], "thread.run.completed")


class Realtime(Witness):
    def test_a_turn(self) -> None:
        with self.strict.realtime.connect(model="gpt-realtime") as session:
            session.session.update(session={"type": "realtime", "output_modalities": ["text"]})
            item = {"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Hi"}]}
            session.conversation.item.create(item=item)
            session.response.create()
            text = ""
            for event in session:
                if event.type == "response.output_text.delta":
                    text += event.delta
                if event.type == "response.done":
                    self.assertEqual(event.response.output[0].content[0].text, text)
                    self.assertGreater(event.response.usage.output_tokens, 0)
                    break


if __name__ == "__main__":
    SIMULATOR = sys.argv.pop(1)
    try:
        sys.path.insert(0, str(client_folder()))
    except NotThere as reason:
        skip(str(reason))
    import openai
    import pydantic
    unittest.main(warnings="ignore")
