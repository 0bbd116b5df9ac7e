"""A notebook without its outputs is the notebook, however it was cut into pieces."""

from __future__ import annotations

import json

import pytest

from grader.core.large_notebook import StillTooLarge, without_outputs

NOTEBOOK = {
    "cells": [
        {"cell_type": "code", "source": 'print("outputs", [1], {2: "\\\\"})', "outputs": [{"text": ['a"]}', "b\\"], "outputs": []}]},
        {"cell_type": "markdown", "source": ["outputs: [", "}"], "attachments": {"a": {"b": "c"}}},
        {"cell_type": "code", "source": "x", "outputs": 5, "metadata": {"outputs": "text"}},
        {"cell_type": "code", "source": "y", "outputs": []},
    ],
    "metadata": {"widgets": {"state": {"deep": [[[{}]]]}}, "kernelspec": {"name": "python3"}},
}


@pytest.mark.parametrize("size", [1, 2, 3, 7, 50, 100_000])
@pytest.mark.parametrize("indent", [None, 1])
def test_only_outputs_are_left_out_wherever_a_piece_ends(size: int, indent: int | None) -> None:
    """Lists and objects become empty; what only looks like outputs stays."""
    data = json.dumps(NOTEBOOK, indent=indent).encode()
    lean = json.loads(without_outputs((data[start : start + size] for start in range(0, len(data), size)), 10_000))
    assert lean["cells"][0]["outputs"] == [] == lean["cells"][3]["outputs"]
    assert lean["cells"][1]["attachments"] == {} == lean["metadata"]["widgets"]
    assert [cell["source"] for cell in lean["cells"]] == [cell["source"] for cell in NOTEBOOK["cells"]]
    assert lean["cells"][2] == NOTEBOOK["cells"][2] and lean["metadata"]["kernelspec"] == {"name": "python3"}


@pytest.mark.parametrize("text", ["{", '{"outputs": [', '{"a": "', '{"outputs": ["', '"', "]]]]", '{"a" "b\\', "", '{"outputs": {]}'])
def test_what_is_not_json_does_not_become_json(text: str) -> None:
    """It may end anywhere."""
    with pytest.raises(ValueError):
        json.loads(without_outputs([text.encode()], 100))


def test_what_is_left_is_bounded() -> None:
    """More is an error as soon as it is there."""
    with pytest.raises(StillTooLarge):
        without_outputs((b"[" * 10 for _ in iter(int, 1)), 100)
