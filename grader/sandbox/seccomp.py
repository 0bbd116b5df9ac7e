"""Assemble the workers' system-call filter: a BPF program that the kernel runs before each of their calls."""

import platform
import struct
from collections.abc import Mapping
from itertools import groupby

from grader.sandbox.system_calls import Rule, rules

# Of BPF: load a word, mask it, jump if equal, jump if at least, return.
LOAD, AND, IF_EQUAL, IF_FROM, RETURN = 0x20, 0x54, 0x15, 0x35, 0x06
ALLOW, KILL, FAIL = 0x7FFF0000, 0x80000000, 0x00050000  # SECCOMP_RET_*; FAIL with the error's number added
ENOSYS = 38
NUMBER, ARCHITECTURE, ARGUMENTS = 0, 4, 16  # offsets in `struct seccomp_data`; arguments have 8 bytes each
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
X32 = 0x40000000  # a second set of calls on x86-64
Code = tuple[bytes, ...]  # instructions


def compile_filter(rung: str) -> bytes:
    """The filter of this rung's workers, for this machine: calls that `rules` does not name fail with ENOSYS.

    Raises:
        OSError: it is a kind of machine whose calls are not known.
    """
    machine = platform.machine()
    return assemble(rules(rung, machine), FAIL + ENOSYS, machine)


def assemble(by_number: Mapping[int, Rule], otherwise: int, machine: str) -> bytes:
    """A program that applies these rules, and answers all other calls with `otherwise`.

    A call of another machine's (32 bit or x32) kills the process: its numbers mean other calls.
    """
    blocks: dict[int, Code] = {
        0: (_step(RETURN, otherwise),)
    }  # each answers the numbers from its own to the next one's
    for number in sorted(by_number):
        blocks[number] = _block(by_number[number])
        blocks[number + 1] = (_step(RETURN, otherwise),)
    if machine == "x86_64":
        blocks[X32] = (_step(RETURN, KILL),)
    different = [next(group) for _, group in groupby(sorted(blocks.items()), key=lambda block: block[1])]
    begin = (
        _step(LOAD, ARCHITECTURE),
        _step(IF_EQUAL, AUDIT_ARCH[machine], 1, 0),
        _step(RETURN, KILL),
        _step(LOAD, NUMBER),
    )
    return b"".join(begin + _search(different))


def _step(code: int, value: int, if_true: int = 0, if_false: int = 0) -> bytes:
    """One instruction; `if_true` and `if_false` are how many of the following ones a jump leaves out."""
    return struct.pack("=HBBI", code, if_true, if_false, value)


def _block(rule: Rule) -> Code:
    """Returns after the first check that does not hold, or allows the call."""
    code: Code = ()
    for argument, allowed, error, mask in rule:
        code += (_step(LOAD, ARGUMENTS + 8 * argument), _step(AND, mask))
        code += tuple(_step(IF_EQUAL, value, len(allowed) - at) for at, value in enumerate(allowed))
        code += (_step(RETURN, FAIL + error),)
    return (*code, _step(RETURN, ALLOW))


def _search(blocks: list[tuple[int, Code]]) -> Code:
    """A binary search for the block of a number."""
    if len(blocks) == 1:
        return blocks[0][1]
    middle = len(blocks) // 2
    below, above = _search(blocks[:middle]), _search(blocks[middle:])
    return (_step(IF_FROM, blocks[middle][0], len(below)), *below, *above)
