"""How much of one submission is kept and shown: about 2 MB in all its files, whatever the notebook does."""

import json

# In bytes. Of a report as JSON: what all its tests say, and what all cells say that had an error.
MESSAGES, ERRORS, ERRORS_KEPT = 120_000, 30_000, 40
# Of a page of feedback as HTML: the cells with their outputs, and pictures as base64.
CELLS, PICTURES = 600_000, 640_000
# Of an annotated notebook or script: the text of its cells, and outputs, attachments and metadata.
SOURCES, OUTPUTS = 450_000, 800_000
# Of a page on two notebooks that are alike: the code of each.
CODE = 400_000


class Room:
    """What may still be added; whoever finds that there is none says so in place of what is left out.

    Args:
        left: bytes.
    """

    def __init__(self, left: int) -> None:
        self.left = left

    def takes(self, size: int) -> bool:
        """Whether so many bytes more fit; if they do, they are taken."""
        if size > self.left:
            return False
        self.left -= size
        return True


def json_size(value: object) -> int:
    """The bytes of a JSON value in our reports and in notebooks, where each line of a text is on its own."""
    text = json.dumps(value)
    return len(text) + 16 * text.count("\\n")
