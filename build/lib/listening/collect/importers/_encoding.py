"""In which encoding a file is: stated, or found by decoding."""

from __future__ import annotations

import codecs
import re
from itertools import islice
from pathlib import Path

from listening.collect.lines import lines

ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312")
GUESSED = ("utf-8", "gb18030")
_SAMPLE = 1_000
_FOREIGN = re.compile(rb"[\x80-\xff]")


def python_name(stated: str) -> str:
    """What we decode with: a byte order mark is always dropped, and GB18030 holds its forerunners."""
    return "gb18030" if stated.startswith("gb") else "utf-8"


def detect(path: Path) -> str:
    """utf-8 or gb18030, by the first thousand lines that are not plain ASCII.

    Short Chinese texts in UTF-8 often pass for GB18030, but hardly ever the other way round. So the file is
    GB18030 only if most of its lines are no UTF-8 and more of them are GB18030.
    """
    foreign = (line.raw for line in lines(path) if line.trouble is None and _FOREIGN.search(line.raw))
    sample = list(islice(foreign, _SAMPLE))
    good = {name: sum(_decodes(raw, name) for raw in sample) for name in GUESSED}
    return "gb18030" if len(sample) > 2 * good["utf-8"] < 2 * good["gb18030"] else "utf-8"


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        codecs.decode(raw, encoding)
    except UnicodeDecodeError:
        return False
    return True
