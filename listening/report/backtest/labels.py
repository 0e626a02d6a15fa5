"""A sheet of posts to judge by hand, and what the judged ones say of both rule sets.

The sheet is CSV for a spreadsheet. Its sample is reproducible: of every rule as many gained, lost and kept
posts as there are, up to `SHEET`. So the precision weighs each of the three by how many posts it stands for.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from zoneinfo import ZoneInfo

from listening.errors import InputMistake, Mistake, Place
from listening.report.backtest.tally import Change, RuleKey, Sample, Side, Tally
from listening.report.cells import as_written, safe
from listening.rules.findings import suggestion

SHEET = 30
"""Posts of each rule and change on a sheet: an interval of about +-0.17, an hour of work for a few rules."""

COLUMNS = ("rule", "change", "id", "published_at", "source", "text", "evidence", "label")
JUDGED = (Change.GAINED, Change.LOST, Change.KEPT)
_OF = {Side.OLD: (Change.LOST, Change.KEPT), Side.NEW: (Change.GAINED, Change.KEPT)}
_WORDS = {
    "relevant": True,
    "1": True,
    "相关": True,
    "irrelevant": False,
    "0": False,
    "无关": False,
}
_Z = 1.959963984540054  # 95 % of a normal distribution lie within so many standard deviations

Labels = Mapping[tuple[RuleKey, str], bool]


def sheet(keys: Iterable[RuleKey], tally: Tally, zone: str) -> bytes:
    """The label sheet, UTF-8 with a BOM so that a spreadsheet opens it as what it is."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for key in keys:
        for change in JUDGED:
            pool = tally.pools.get((key, change))
            for sample in pool.samples[:SHEET] if pool else ():
                writer.writerow(map(safe, _row(key, change, sample, ZoneInfo(zone))))
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _row(key: RuleKey, change: Change, sample: Sample, zone: ZoneInfo) -> Iterator[str]:
    at = sample.published_at
    evidence = sample.old if change is Change.LOST else sample.new
    yield from (str(key), change, sample.id)
    yield at.astimezone(zone).isoformat(timespec="seconds") if at else ""
    yield from (sample.source, sample.text, "；".join(evidence), "")


def read_labels(file: Path, known: Collection[RuleKey]) -> dict[tuple[RuleKey, str], bool]:
    """What was judged, by rule and post; rows without a label are left out. Raises `InputMistake`."""
    mistakes: list[Mistake] = []
    labels: dict[tuple[RuleKey, str], bool] = {}
    names = {str(key): key for key in known}
    for line, row in _rows(file):
        place = Place(str(file), line)
        word = row["label"].strip()
        if not word:
            continue
        name, post_id = as_written(row["rule"].strip()), as_written(row["id"])
        label = _WORDS.get(word.casefold())
        if label is None:
            cure = "write relevant or irrelevant, 1 or 0, 相关 or 无关"
            mistakes.append(Mistake(place, f"unknown label '{word}'", cure))
        elif name not in names:
            mistakes.append(Mistake(place, f"unknown rule '{name}'", suggestion(name, names)))
        elif labels.setdefault((names[name], post_id), label) != label:
            what = f"'{post_id}' has another label above for '{name}'"
            mistakes.append(Mistake(place, what, "keep one of the two"))
    if mistakes:
        raise InputMistake(mistakes)
    return labels


def _rows(file: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows with the line each begins at."""
    text = _text(file)
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        header = next(reader, [])
        if missing := [name for name in ("rule", "id", "label") if name not in header]:
            what = f"has no column {' and no '.join(missing)}"
            raise _unusable(file, what, "give a sheet that --label-sheet wrote", 1)
        before = reader.line_num
        for row in reader:
            if row:
                yield before + 1, dict(zip(header, row + [""] * len(header), strict=False))
            before = reader.line_num
    except csv.Error as error:
        raise _unusable(file, f"cannot be read ({error})", "save it as CSV again", reader.line_num) from None


def _text(file: Path) -> str:
    try:
        data = file.read_bytes()
    except OSError as error:
        raise _unusable(file, f"cannot be read ({error.strerror})", "name a labelled sheet") from None
    for encoding in ("utf-8-sig", "gb18030"):  # a Chinese spreadsheet saves plain "CSV" in the latter
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unusable(file, "is neither UTF-8 nor GB 18030", "save it as CSV in UTF-8")


def _unusable(file: Path, what: str, cure: str, line: int = 0) -> InputMistake:
    return InputMistake([Mistake(Place(str(file), line), what, cure)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Precision:
    """How much of what a rule finds is relevant, by the labelled posts; None where they cannot tell.

    `missing` are the changes of which the rule has posts, but no label.
    """

    rule: RuleKey
    side: Side
    labels: int
    share: float | None = None
    low: float | None = None
    high: float | None = None
    missing: tuple[Change, ...] = ()


def precisions(keys: Iterable[RuleKey], tally: Tally, labels: Labels) -> list[Precision]:
    """Of each labelled rule the precision under the old and the new rules."""
    judged: Counter[tuple[RuleKey, Change, bool]] = Counter()
    for (key, post_id), relevant in labels.items():
        if (change := tally.labelled.get((key, post_id))) is not None:
            judged[key, change, relevant] += 1
    labelled = {key for key, _ in labels}
    return [_precision(key, side, tally, judged) for key in keys if key in labelled for side in Side]


def _precision(
    key: RuleKey, side: Side, tally: Tally, judged: Mapping[tuple[RuleKey, Change, bool], int]
) -> Precision:
    sizes = {change: tally.rules[key, change] for change in _OF[side]}
    counts = {c: (judged.get((key, c, True), 0), judged.get((key, c, False), 0)) for c in sizes}
    labels = sum(map(sum, counts.values()))
    missing = tuple(change for change, size in sizes.items() if size and not sum(counts[change]))
    if missing or not labels:
        return Precision(rule=key, side=side, labels=labels, missing=missing)
    strata = [(size, counts[change]) for change, size in sizes.items() if size]
    share = sum(size * good / (good + bad) for size, (good, bad) in strata) / sum(sizes.values())
    # Kish's effective sample size: where one label stands for more posts than another, it tells less.
    effective = sum(sizes.values()) ** 2 / sum(size**2 / (good + bad) for size, (good, bad) in strata)
    low, high = wilson(share, effective)
    return Precision(rule=key, side=side, labels=labels, share=share, low=low, high=high)


def wilson(share: float, n: float) -> tuple[float, float]:
    """The 95 % interval of a share seen in n labels, by Wilson: sound for few labels, and near 0 and 1."""
    centre = share + _Z**2 / (2 * n)
    half = _Z * sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    scale = 1 + _Z**2 / n
    return max(0.0, (centre - half) / scale), min(1.0, (centre + half) / scale)


def by_post(labels: Labels) -> dict[str, frozenset[RuleKey]]:
    """The labelled rules of each post."""
    found: dict[str, set[RuleKey]] = {}
    for key, post_id in labels:
        found.setdefault(post_id, set()).add(key)
    return {post_id: frozenset(keys) for post_id, keys in found.items()}
