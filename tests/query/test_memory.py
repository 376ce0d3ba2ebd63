"""Answers are remembered within a limit, forgotten with the release, and asked for before anybody does."""

import asyncio

from ohai_kg.formats import RDF_FORMATS, RESULT_FORMATS
from ohai_kg.serving.memory import AnswerMemory
from ohai_kg.sparql.requests import Answer, QueryRequest


def request(query: str, **more) -> QueryRequest:
    return QueryRequest(query, RESULT_FORMATS[0], RDF_FORMATS[0], **more)


def answer(size: int, *, truncated: bool = False) -> Answer:
    return Answer(RESULT_FORMATS[0], b"x" * size, truncated)


def test_an_answer_is_remembered_for_the_same_query_and_format_only():
    memory = AnswerMemory(1000)
    memory.put(request("ASK {}"), answer(10))
    assert memory.get(request("ASK {}")) == answer(10)
    assert memory.get(request("ASK { }")) is None
    assert memory.get(QueryRequest("ASK {}", RESULT_FORMATS[1], RDF_FORMATS[0])) is None
    assert memory.get(request("ASK {}", default_graphs=["urn:g"])) is None


def test_the_least_recently_used_go_first_and_large_or_cut_answers_are_not_kept():
    memory = AnswerMemory(100)
    memory.put(request("A"), answer(40))
    memory.put(request("B"), answer(40))
    memory.get(request("A"))
    memory.put(request("C"), answer(40))
    memory.put(request("D"), answer(200))
    memory.put(request("E"), answer(1, truncated=True))
    assert [memory.get(request(name)) is not None for name in "ABCDE"] == [True, False, True, False, False]
    memory.clear()
    assert memory.get(request("A")) is None


def test_warming_asks_every_request_once_and_a_new_release_starts_it_anew(monkeypatch):
    monkeypatch.setattr("ohai_kg.serving.memory._QUIET_S", 0.01)
    asked = []

    async def ask(given: QueryRequest) -> Answer:
        asked.append(given.query)
        return answer(1)

    async def publish_twice() -> None:
        memory = AnswerMemory(100)
        memory.warm([request("A"), request("B")], ask)
        memory.warm([request("A"), request("B")], ask)
        await asyncio.sleep(0.1)

    asyncio.run(publish_twice())
    assert asked == ["A", "B"]
