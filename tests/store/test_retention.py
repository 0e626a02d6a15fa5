"""What is older than the limit goes, unless somebody still waits for it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listening.model import Status
from listening.store import Store, retention
from listening.store.contents import records
from listening.store.memory import MemoryStore
from listening.store.retention import Retention, count_older, drop_older
from tests.store.records import NOW, event, hit

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
    pytest.param(OLD, Status.OPEN, True, id="old and open"),
    pytest.param(LIMIT, Status.KEPT, True, id="just as old as may be"),
    pytest.param(LIMIT - MILLISECOND, Status.KEPT, False, id="a moment older"),
    pytest.param(NOW, Status.WITHDRAWN, True, id="new and withdrawn"),
]


@pytest.mark.parametrize(("published", "status", "stays"), AGES)
def test_age_and_status_decide(store: Store, published: datetime, status: Status | None, stays: bool) -> None:
    store.put_records([hit("a", published_at=published, status=status), hit("new", published_at=NOW)])
    waiting = int(published < LIMIT and status is Status.OPEN)
    right = Retention(dropped=int(not stays), open=waiting)
    assert count_older(store, LIMIT) == right
    assert left(store) == {"a", "new"}, "counting changes nothing"
    assert drop_older(store, LIMIT, quiet) == right
    assert left(store) == ({"a", "new"} if stays else {"new"})
    assert drop_older(store, LIMIT, quiet) == Retention(0, waiting)


def test_events_and_documents_stay(store: Store) -> None:
    store.put_records([hit("a", published_at=OLD, status=Status.KEPT)])
    store.append(event(1, case="a"))
    store.put_document("d", {}, 0)
    drop_older(store, LIMIT, quiet)
    assert (store.read("a"), store.get_document("d") is not None) == ([event(1, case="a")], True)


class Stop(Exception):
    """The power is gone."""


def test_stopped_half_way_it_is_done_by_the_next_one(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "_BATCH", 4)
    olds = [Status.KEPT, Status.WITHDRAWN]
    store.put_records(
        [hit(f"id:{n}", published_at=OLD - timedelta(seconds=n // 3), status=olds[n % 2]) for n in range(30)]
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
    stay = {str(n) for n, (age, status) in enumerate(ages) if age >= 0 or status is Status.OPEN}
    assert left(store) == stay
