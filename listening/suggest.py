"""What was probably meant by a word that is none of the known ones. For every message that refuses a word.

The only home of rapidfuzz.
"""

from __future__ import annotations

from collections.abc import Iterable

_ALIKE, _SHORT_ALIKE = 60, 50
"""Of 100; rapidfuzz's measure of two words from which on the one may be meant by the other. A word of two
characters that shares one (断线, 断网) has 50."""


def nearest(word: str, known: Iterable[str], *, alike: int | None = None) -> str | None:
    """The known word that was probably meant; `alike` where the usual measure is too free or too strict."""
    # Here, not above: every crawler would load them, and hardly one refuses a word.
    from rapidfuzz import fuzz, process

    from listening.text.fold import fold

    usual = _SHORT_ALIKE if len(word) <= 3 else _ALIKE
    found = process.extractOne(
        word, list(known), scorer=fuzz.ratio, processor=fold, score_cutoff=usual if alike is None else alike
    )
    return found[0] if found else None


def cure(word: str, known: Iterable[str], *, alike: int | None = None) -> str:
    """What to do about the word: `did you mean 'x'?`, or all there are where nothing is near."""
    known = list(known)
    meant = nearest(word, known, alike=alike)
    return f"did you mean '{meant}'?" if meant else f"there are: {', '.join(known)}"
