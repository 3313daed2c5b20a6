#!/usr/bin/env python3
"""Keeps llvm-bolt away from jump tables, and shows that it kept away. A switch becomes a table of offsets and an indirect
jump through it; llvm-bolt finds both by guessing, and a wrong guess is a jump into the middle of an instruction.

    jump_tables.py list LINKED               the functions that are to be left out, as -skip-funcs-file wants them
    jump_tables.py verify LINKED REWRITTEN   exit code 1 unless each of them stands where it stood, instruction by
                                             instruction, their tables are unchanged, and nothing else has such a jump
"""
import pathlib
import re
import subprocess
import sys
import tempfile

FUNCTION = re.compile(r"^([0-9a-f]+) <(.+)>:$")
INSTRUCTION = re.compile(r"^ +([0-9a-f]+):\t(?:(?:notrack|bnd) )?(\S+) *(.*)$")
REGISTER_JUMP = re.compile(r"jmp +\*%r")
# How an offset or an address is taken out of a table: the index times 4 or 8.
TABLE_READ = re.compile(r"\((?:%r\w+)?,%r\w+,[48]\),%r")
MEMORY_TABLE_JUMP = re.compile(r"jmp +\*[^#]*,%r\w+,[48]\)")


def functions(binary):
    """(address, name, lines) of every function; a line is an instruction as objdump shows it."""
    address, name, lines = None, None, []
    with subprocess.Popen(["objdump", "-d", "--no-show-raw-insn", binary], stdout=subprocess.PIPE, text=True) as dump:
        for line in dump.stdout:
            start = FUNCTION.match(line)
            if start:
                if lines:
                    yield address, name, lines
                address, name, lines = int(start[1], 16), start[2], []
            elif line.startswith(" "):
                lines.append(line.rstrip("\n"))
    if lines:
        yield address, name, lines
    if dump.returncode != 0:
        sys.exit(f"jump_tables.py: objdump cannot read {binary}")


def has_table_jump(lines):
    """Whether it may jump through a table: a tail call through a register without any table read is none."""
    if any(MEMORY_TABLE_JUMP.search(line) for line in lines if "jmp" in line):
        return True
    jumps = any(REGISTER_JUMP.search(line) for line in lines if "jmp" in line)
    return jumps and any(TABLE_READ.search(line) for line in lines if "8)" in line or "4)" in line)


def with_tables(binary):
    """The functions with such jumps, and their cold parts, where a table may lead: name and lines by address."""
    every = list(functions(binary))
    whole = {whole_name(name) for _, name, lines in every if has_table_jump(lines)}
    return {address: (name, lines) for address, name, lines in every if whole_name(name) in whole}


def whole_name(name):
    """Of the function that this is the cold part of."""
    return re.sub(r"\.cold(\.\d+)?$", "", name)


def pattern(name):
    """Local functions have a suffix in llvm-bolt; parts of a split function are left out together."""
    return re.escape(whole_name(name)).replace(r"\-", "-") + r"(\.cold(\.[0-9]+)?)?(/.*)?"


def shape(line, begin, end, tables):
    """What must stay of an instruction: all but the places of other functions, which move, and of what refers to them."""
    match = INSTRUCTION.match(line)
    if not match:
        return line
    address, name, operands = match.groups()
    target = re.match(r"([0-9a-f]+) <", operands)
    if target and not begin <= int(target[1], 16) < end:
        operands = "elsewhere"
    data = re.search(r"# ([0-9a-f]+)", operands)
    if "(%rip)" in operands and not (data and int(data[1], 16) in tables):
        operands = re.sub(r"-?0x[0-9a-f]+\(%rip\)", "(%rip)", operands.split("#")[0]).rstrip()
    return address, name, operands


def section(binary, name):
    """Its addresses and its bytes."""
    headers = subprocess.run(["objdump", "-h", binary], stdout=subprocess.PIPE, text=True, check=True).stdout
    size, begin, offset = re.search(rf" {re.escape(name)} +(\w+) +(\w+) +\w+ +(\w+)", headers).groups()
    with open(binary, "rb") as file:
        file.seek(int(offset, 16))
        return range(int(begin, 16), int(begin, 16) + int(size, 16)), file.read(int(size, 16))


def verify(linked, rewritten):
    before, faults = with_tables(linked), []
    code, (tables, table_bytes) = section(linked, ".text")[0], section(linked, ".rodata")
    after = {address: (name, lines) for address, name, lines in functions(rewritten)}
    for address, (name, lines) in before.items():
        end = int(INSTRUCTION.match(lines[-1])[1], 16) + 1
        # What followed it may have moved away: then its old bytes are shown as a part of it.
        stands = after.get(address, ("", []))[1][:len(lines)]
        if [shape(line, address, end, tables) for line in lines] != [shape(line, address, end, tables) for line in stands]:
            faults.append(f"{name}: not as it was linked")
    faults += [f"{name}: moved, and it may jump through a table" for address, (name, lines) in after.items()
               if address not in code and has_table_jump(lines)]
    if section(rewritten, ".rodata") != (tables, table_bytes):
        faults.append(".rodata, where the tables are: changed")
    return len(before), faults


def main():
    if len(sys.argv) == 3 and sys.argv[1] == "list":
        for name in sorted({pattern(name) for name, _ in with_tables(sys.argv[2]).values()}):
            print(name)
        return 0
    if len(sys.argv) == 4 and sys.argv[1] == "verify":
        count, faults = verify(sys.argv[2], sys.argv[3])
        for fault in faults[:20]:
            print(f"jump_tables.py: {fault}", file=sys.stderr)
        print(f"{count} functions with jump tables, {len(faults)} faults")
        return 1 if faults or count == 0 else 0
    sys.exit(__doc__)


if __name__ == "__main__":
    sys.exit(main())
