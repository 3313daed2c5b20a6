"""What python_test.py runs in the newcomer's environment: see there.

Usage: python_inside.py ROOT
"""
import contextlib
import io
import os
import pathlib
import runpy
import shutil
import sys
import unittest

import inferwire

ROOT = pathlib.Path(sys.argv.pop(1))
sys.path.insert(0, str(ROOT / "tests" / "interop"))
EXAMPLES, OPENAI = ROOT / "client" / "python" / "examples", ROOT / "tests" / "adoption" / "openai" / "python"


class Programs(unittest.TestCase):
    def of(self, folder: pathlib.Path) -> None:
        programs = sorted(folder.glob("*.py"))
        self.assertGreaterEqual(len(programs), 10)
        for program in programs:
            said = io.StringIO()
            with self.subTest(program.name), contextlib.redirect_stdout(said):
                runpy.run_path(str(program), run_name="__main__")
                self.assertTrue(said.getvalue().strip(), "it printed nothing")

    def test_ours(self) -> None:
        self.of(EXAMPLES)

    def test_those_with_openais_sdk(self) -> None:
        shutil.copy(EXAMPLES / "picture.png", ".")
        self.of(OPENAI)

    def test_a_late_answer_and_one_that_is_cut_off(self) -> None:
        os.environ["INFERWIRE_MODEL"] = "gpt-4.1-mini+ttft=1h"
        try:
            with inferwire.Client() as client, self.assertRaises(inferwire.InferwireError) as late:
                client.complete("Hi", timeout=0.2)
            self.assertEqual(late.exception.reason, "DEADLINE")
            os.environ["INFERWIRE_MODEL"] = "gpt-4.1-mini+refusal"
            with inferwire.Client() as client, self.assertRaises(inferwire.RefusalError) as refused:
                client.parse("Hi", list[str])
            self.assertGreater(refused.exception.answer.cost, 0)
        finally:
            del os.environ["INFERWIRE_MODEL"]


class There:
    """The simulator of the process that has started this one."""

    def __init__(self, _program: str) -> None:
        self.url = os.environ["OPENAI_BASE_URL"]

    def end(self) -> None:
        pass


def through_the_gateway(family: type) -> type:
    def options(_cls: type) -> dict[str, object]:
        return {"http_client": inferwire.openai_transport()}

    return type(family.__name__, (family,), {"options": classmethod(options)})


import openai  # noqa: E402
import openai_python_test as witness  # noqa: E402
import pydantic  # noqa: E402

witness.openai, witness.pydantic, witness.Simulator, witness.SIMULATOR = openai, pydantic, There, ""
Responses, Texts, Media = map(through_the_gateway, (witness.Responses, witness.Texts, witness.Media))


class Jobs(through_the_gateway(witness.Jobs)):
    # What the assistants' paths need is a header, which RawService has not; AssistantsService has them.
    test_assistants = None


if __name__ == "__main__":
    unittest.main(warnings="ignore")
