#!/usr/bin/env python3
"""service/platform/tune/jump_tables.py finds the functions that jump through tables, and every way in which a rewriting may
spoil them. Usage: jump_tables_test.py"""
import importlib.util
import pathlib
import re
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parent.parent
spec = importlib.util.spec_from_file_location("jump_tables", ROOT / "service/platform/tune/jump_tables.py")
jump_tables = importlib.util.module_from_spec(spec)
spec.loader.exec_module(jump_tables)

PROGRAM = """
#include <stdio.h>
#define CASES case 0: puts("a"); break; case 1: puts("bb"); return 3; case 2: putchar(x); break; \\
  case 3: puts("d"); return 9; case 4: putchar(x + 1); break; case 5: puts("f"); break; default: return x;
__attribute__((noinline)) int chooses(int x) { switch (x) { CASES } return 1; }
__attribute__((noinline)) void calls(void (**table)(void), long i) { table[i](); puts("called"); }
__attribute__((noinline)) void hands_on(void (*next)(void)) { next(); }
%s
static void nothing(void) {}
int main(int count, char** arguments) { hands_on(nothing); return chooses(count) + (arguments == 0); }
"""
MOVED = '__attribute__((noinline, used, section("moved"))) int moves(int x) { switch (x) { CASES } return 1; }'


class JumpTablesTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.TemporaryDirectory()
        cls.linked = cls.build("linked", "")

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    @classmethod
    def build(cls, name, more):
        file = pathlib.Path(cls.folder.name) / name
        subprocess.run(["gcc", "-O2", "-fPIE", "-pie", "-x", "c", "-o", file, "-"], input=PROGRAM % more, text=True, check=True)
        return str(file)

    def patched(self, address, change):
        """A copy with a byte changed at this place."""
        file = pathlib.Path(self.folder.name) / "patched"
        shutil.copy(self.linked, file)
        headers = subprocess.run(["objdump", "-h", self.linked], stdout=subprocess.PIPE, text=True, check=True).stdout
        for line in headers.splitlines():
            words = line.split()
            if len(words) > 6 and words[0].isdigit():
                size, begin, offset = int(words[2], 16), int(words[3], 16), int(words[5], 16)
                if begin <= address < begin + size:
                    content = bytearray(file.read_bytes())
                    content[offset + address - begin] ^= change
                    file.write_bytes(content)
                    return str(file)
        self.fail("nothing there")

    def table(self):
        """Where the table of chooses() is."""
        for _, name, lines in jump_tables.functions(self.linked):
            if name == "chooses":
                line = next(line for line in lines if "lea" in line and "(%rip)" in line)
                return int(line.split("#")[1].split()[0], 16)

    def test_only_functions_that_may_jump_through_a_table_are_left_out(self):
        listed = {name for name, _ in jump_tables.with_tables(self.linked).values()}
        self.assertIn("chooses", listed)
        self.assertFalse(listed & {"calls", "hands_on", "main", "nothing"})

    def test_the_names_match_all_parts_of_a_function(self):
        wanted = re.compile("^" + jump_tables.pattern("f.part.0.cold") + "$")
        for name in ("f.part.0", "f.part.0.cold", "f.part.0.cold.3", "f.part.0/1", "f.part.0/file.c/2"):
            self.assertTrue(wanted.match(name), name)
        self.assertFalse(wanted.match("f.part.01"))

    def test_what_is_as_it_was_linked_is_whole(self):
        count, faults = jump_tables.verify(self.linked, self.linked)
        self.assertGreater(count, 0)
        self.assertEqual(faults, [])

    def test_a_changed_entry_of_a_table_is_found(self):
        for entry in range(6):
            _, faults = jump_tables.verify(self.linked, self.patched(self.table() + 4 * entry, 1))
            self.assertTrue(any("tables" in fault for fault in faults), entry)

    def test_a_changed_instruction_is_found(self):
        address = next(address for address, name, _ in jump_tables.functions(self.linked) if name == "chooses")
        _, faults = jump_tables.verify(self.linked, self.patched(address + 1, 1))
        self.assertTrue(any("not as it was linked" in fault for fault in faults))

    def test_a_function_that_was_moved_with_its_table_is_found(self):
        _, faults = jump_tables.verify(self.linked, self.build("moved", MOVED))
        self.assertTrue(any(fault.startswith("moves: moved") for fault in faults), faults)

    def test_a_program_without_tables_is_not_taken_for_verified(self):
        empty = pathlib.Path(self.folder.name) / "empty"
        subprocess.run(["gcc", "-O2", "-x", "c", "-o", empty, "-"], input="int main(void) { return 0; }", text=True, check=True)
        tool = ROOT / "service/platform/tune/jump_tables.py"
        self.assertEqual(subprocess.run([tool, "verify", empty, empty], stdout=subprocess.DEVNULL).returncode, 1)


if __name__ == "__main__":
    unittest.main()
