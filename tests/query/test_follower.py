"""Following the current release: every error is noted, logged with its cause and tried again, and gone when it is over."""

import asyncio
import errno
import os
from types import SimpleNamespace

import pytest

from ohai_kg.errors import NoRelease, ReleaseDamaged, ReleaseNotLoaded, StoreError
from ohai_kg.releases import Releases
from ohai_kg.serving import follower
from ohai_kg.serving.follower import FOLLOW, Follower
from tests.served import publish

FIRST, SECOND = "<urn:g> { <urn:a> <urn:b> 'first' }", "<urn:g> { <urn:a> <urn:b> 'second' }"


class Pool:
    """Serves what it is told to load; `fault` is raised instead, once a try, while there is one."""

    def __init__(self, home):
        self.releases = Releases(home)
        self.faults = []
        self.generation = None
        self.loaded = []
        self.follower = Follower(self.releases, lambda: self.generation, self.load, self.flip)

    async def load(self, release):
        self.loaded.append(release.id)
        if self.faults:
            raise self.faults.pop(0)
        release.check("data.nq")
        return SimpleNamespace(release=release)

    def flip(self, generation):
        self.generation = generation

    def attempt(self):
        return asyncio.run(self.follower.attempt())


FAULTS = {
    "no descriptors": OSError(errno.EMFILE, os.strerror(errno.EMFILE)),
    "no memory": MemoryError("none left"),
    "the loader died": StoreError("死了", "The process that holds the release has died."),
    "unforeseen": ZeroDivisionError("division by zero"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_any_fault_is_noted_logged_and_got_over(tmp_path, fault, caplog):
    pool = Pool(tmp_path)
    release = publish(tmp_path, FIRST)
    pool.faults = [fault, fault]
    assert not pool.attempt()
    assert pool.follower.failures == 1
    assert str(fault) in pool.follower.troubles[FOLLOW].error
    assert str(fault) in caplog.text
    assert isinstance(pool.follower.reason, ReleaseNotLoaded)
    since = pool.follower.troubles[FOLLOW].since
    assert not pool.attempt()
    assert (pool.follower.failures, pool.follower.troubles[FOLLOW].since) == (2, since)
    assert pool.attempt()
    assert (pool.follower.troubles, pool.generation.release) == ({}, release)


def test_the_follower_itself_never_ends_and_rests_longer_while_it_fails(tmp_path, monkeypatch):
    pool = Pool(tmp_path)
    publish(tmp_path, FIRST)
    pool.faults = list(FAULTS.values()) * 2
    rests = []

    async def sleep(seconds):
        rests.append(seconds)
        if len(rests) > 10:
            raise asyncio.CancelledError

    monkeypatch.setattr(follower.asyncio, "sleep", sleep)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(pool.follower.run(asyncio.Lock()))
    assert rests == [0.5, 1, 2, 4, 4, 4, 4, 4, 4, 0.5, 0.5]
    assert pool.generation.release.id == Releases(tmp_path).current_id()


def test_a_damaged_release_is_not_loaded_again_until_its_files_are_touched(tmp_path):
    pool = Pool(tmp_path)
    first = publish(tmp_path, FIRST)
    pool.attempt()
    second = publish(tmp_path, SECOND)
    content = second.nquads.read_bytes()
    second.nquads.write_bytes(content.replace(b"second", b"sEcond"))
    for _ in range(3):
        assert pool.attempt()
    assert pool.loaded == [first.id, second.id]
    assert list(pool.follower.damaged) == [second.id]
    with pytest.raises(ReleaseDamaged):
        asyncio.run(pool.follower.catch_up())
    second.nquads.write_bytes(content)
    assert pool.attempt()
    assert (pool.generation.release, pool.follower.damaged) == (second, {})


def test_nothing_published_is_told_until_there_is_something(tmp_path):
    pool = Pool(tmp_path)
    assert not pool.attempt()
    assert isinstance(pool.follower.reason, NoRelease)
    release = publish(tmp_path, FIRST)
    assert pool.attempt()
    assert pool.generation.release == release
