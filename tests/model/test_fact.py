"""A fact has three values, and none of them passes for true or false by accident."""

import pickle

import pytest

from reconcile.model.fact import Fact


@pytest.mark.parametrize("fact", list(Fact))
def test_a_fact_is_no_truth_value(fact: Fact) -> None:
    with pytest.raises(TypeError, match="compared with `is`"):
        bool(fact)


@pytest.mark.parametrize(
    ("answer", "fact"), [(True, Fact.YES), (False, Fact.NO), (None, Fact.UNKNOWN)]
)
def test_an_answer_becomes_a_fact(answer: bool | None, fact: Fact) -> None:
    assert Fact.of(answer) is fact


def test_facts_read_as_words_and_survive_another_process() -> None:
    assert [str(fact) for fact in Fact] == ["yes", "no", "cannot be seen"]
    assert [pickle.loads(pickle.dumps(fact)) for fact in Fact] == list(Fact)  # noqa: S301 - our own
