"""What clauses use of the machine follows from their text."""

from __future__ import annotations

import pytest
from bluelet_spec import clauses
from bluelet_spec.facilities import Facility, facilities

WITHOUT_CONNECTIONS = frozenset({"Connection"})


@pytest.mark.parametrize(
    ("clause", "used"),
    [
        pytest.param("join.after-finish", set(), id="none"),
        pytest.param("recv.up-to-size", {Facility.SOCKET_PAIRS}, id="by-a-helper"),
        pytest.param("listener.port-in-use", {Facility.LOOPBACK}, id="by-a-helper-of-a-helper"),
        pytest.param("waitable.urgent", {Facility.LOOPBACK}, id="itself"),
        pytest.param("sleep.survives-signals", {Facility.ALARMS}, id="in-the-shared-modules"),
        pytest.param(
            "listener.host-by-name",
            {Facility.SOCKET_PAIRS, Facility.LOOPBACK, Facility.LOCALHOST},
            id="and-what-it-presupposes",
        ),
    ],
)
def test_a_clause_uses_what_its_text_and_its_helpers_use(clause: str, used: set[Facility]) -> None:
    assert facilities(clauses()[clause]) - {Facility.MUCH_MEMORY} == used


def test_connections_are_made_over_the_loopback_where_they_cannot_be_made_of_sockets() -> None:
    clause = clauses()["recv.up-to-size"]

    assert Facility.LOOPBACK not in facilities(clause)
    assert Facility.LOOPBACK in facilities(clause, WITHOUT_CONNECTIONS)
    assert Facility.SOCKET_PAIRS not in facilities(clause, WITHOUT_CONNECTIONS)


def test_every_facility_is_used_and_most_clauses_use_none_that_may_be_missing() -> None:
    used = [facilities(clause) for clause in clauses().values()]

    assert set().union(*used) == set(Facility)
    assert sum(Facility.LOOPBACK in each for each in used) < len(used) / 4
