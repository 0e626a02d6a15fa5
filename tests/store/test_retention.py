"""What is older than the limit goes, unless somebody still waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listening.model import LIVE, Status
from listening.store import Store, retention
from listening.store.contents import records
from listening.store.memory import MemoryStore
from listening.store.retention import Retention, count_older, drop_older
from tests.store.records import NOW, case, event, hit

LIMIT = NOW - timedelta(days=400)
MILLISECOND = timedelta(milliseconds=1)
OLD = LIMIT - timedelta(days=1)


def quiet(_what: str, _n: int) -> None:
    """Nobody looks."""


def left(store: Store) -> set[str]:
    return {each.id for each in records(store)}


AGES = [
    pytest.param(OLD, Status.KEPT, False, id="old and done"),
    pytest.param(OLD, Status.WITHDRAWN, False, id="old and withdrawn"),
    pytest.param(OLD, None, False, id="old, never on the desk"),
    pytest.param(OLD, Status.CONTEXT, False, id="old context"),
    pytest.param(OLD, Status.CLOSED, False, id="old and closed"),
    pytest.param(OLD, Status.ABANDONED, False, id="old and abandoned"),
    pytest.param(OLD, Status.MERGED, False, id="old and joined to another"),
    pytest.param(OLD, Status.OPEN, True, id="old and open"),
    pytest.param(OLD, Status.CLAIMED, True, id="old and in somebody's hands"),
    pytest.param(OLD, Status.RESPONDED, True, id="old and worked on"),
    pytest.param(LIMIT, Status.KEPT, True, id="just as old as may be"),
    pytest.param(LIMIT - MILLISECOND, Status.KEPT, False, id="a moment older"),
    pytest.param(NOW, Status.WITHDRAWN, True, id="new and withdrawn"),
]


@pytest.mark.parametrize(("published", "status", "stays"), AGES)
def test_age_and_status_decide(store: Store, published: datetime, status: Status | None, stays: bool) -> None:
    store.put_records([hit("a", published_at=published, status=status), hit("new", published_at=NOW)])
    waiting = int(published < LIMIT and status in LIVE)
    right = Retention(dropped=int(not stays), open=waiting)
    assert count_older(store, LIMIT) == right
    assert left(store) == {"a", "new"}, "counting changes nothing"
    assert drop_older(store, LIMIT, quiet) == right
    assert left(store) == ({"a", "new"} if stays else {"new"})
    assert drop_older(store, LIMIT, quiet) == Retention(0, waiting)


def test_events_cases_and_documents_stay(store: Store) -> None:
    store.put_records([hit("a", published_at=OLD, status=Status.CLOSED, case="k3xq")])
    store.append(event(1, case="k3xq"))
    store.put_cases([case("k3xq", status=Status.CLOSED)])
    store.put_document("d", {}, 0)
    assert drop_older(store, LIMIT, quiet).dropped == 1
    assert (store.read("k3xq"), store.get_document("d") is not None) == ([event(1, case="k3xq")], True)
    assert [each.id for each in store.scan_cases()] == ["k3xq"]


def test_what_a_live_case_needs_stays_whatever_its_own_status(store: Store) -> None:
    store.put_cases(
        [
            case("live", status=Status.RESPONDED, assignee="李", thread="weibo:0"),
            case("done", status=Status.CLOSED, thread="weibo:9"),
            *(case(f"other:{n}", thread=f"t:{n}") for n in range(600)),
        ]
    )
    store.put_records(
        [
            hit("its own", published_at=OLD, case="live", status=Status.RESPONDED),
            hit("withdrawn", published_at=OLD, case="live", thread="weibo:0", status=Status.WITHDRAWN),
            hit("context", published_at=OLD, thread="weibo:0", status=Status.CONTEXT, level=0),
            hit("mention", published_at=OLD, thread="weibo:0", status=Status.KEPT, level=1),
            hit("last", published_at=OLD, case="other:599", status=Status.KEPT),
            hit("of a closed case", published_at=OLD, case="done", thread="weibo:9", status=Status.CLOSED),
            hit("beside it", published_at=OLD, thread="weibo:9", status=Status.CONTEXT, level=0),
            hit("new", published_at=NOW, case="live", status=Status.RESPONDED),
        ]
    )
    assert count_older(store, LIMIT) == drop_older(store, LIMIT, quiet) == Retention(dropped=2, open=5)
    assert left(store) == {"its own", "withdrawn", "context", "mention", "last", "new"}
    store.put_cases([case("live", 9, status=Status.CLOSED), case("other:599", 9, status=Status.CLOSED)])
    assert drop_older(store, LIMIT, quiet) == Retention(dropped=4, open=1)


class Stop(Exception):
    """The power is gone."""


def test_stopped_half_way_it_is_done_by_the_next_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", 4)
    olds = [Status.KEPT, Status.WITHDRAWN, Status.CONTEXT]
    store.put_records(
        [hit(f"id:{n}", published_at=OLD - timedelta(seconds=n // 3), status=olds[n % 3]) for n in range(30)]
    )

    def stop(_what: str, n: int) -> None:
        if n >= 18:
            raise Stop

    with pytest.raises(Stop):
        drop_older(store, LIMIT, stop)
    gone = 30 - len(left(store))
    assert 18 <= gone < 30
    assert drop_older(store, LIMIT, quiet) == Retention(dropped=30 - gone, open=0)
    assert left(store) == set()


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ages=st.lists(st.tuples(st.integers(-3, 3), st.sampled_from([None, *Status])), max_size=12))
def test_exactly_the_old_ones_that_nobody_waits_for_go(ages: list[tuple[int, Status | None]]) -> None:
    store = MemoryStore()
    made = [hit(str(n), published_at=LIMIT + age * MILLISECOND, status=s) for n, (age, s) in enumerate(ages)]
    store.put_records(made)
    drop_older(store, LIMIT, quiet)
    stay = {str(n) for n, (age, status) in enumerate(ages) if age >= 0 or status in LIVE}
    assert left(store) == stay
