"""One write, carried out by a fork of the loader on its own copy of the release. POSIX only.

On the wire: u32 length and JSON, then each payload's bytes. Told on the way: `evaluated` when the engine is done, `checked`
when the data conform (each step has a time limit), then `published`; or `failed`.
"""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

from ohai_kg.confinement import limit_memory, unlimit_memory
from ohai_kg.engine.disk import adopt_disk_store, copy_disk_store
from ohai_kg.engine.store import EmbeddedStore
from ohai_kg.engine.writing import Payload, delete_graph, publish, update, write_graph
from ohai_kg.errors import OhaiError, QueryMemoryExceeded, error_values
from ohai_kg.serving import frames
from ohai_kg.sparql import updates

if TYPE_CHECKING:
    import socket

    import pyoxigraph as ox

    from ohai_kg.serving.loader import Loader


def carry_out(loader: Loader) -> bool:
    """Receive one write and do it; True where this process can now be the loader of the new release."""
    told, payloads = _receive_write(loader.control)
    try:
        if told["kind"] == "update":
            text = updates.prepare(payloads[0].content.decode(), told["using"], told["using_named"])
            payloads = [Payload(payloads[0].format, text.encode())]
        if loader.store is None:
            _on_disk(loader, told, payloads)
            return False
        engine = loader.store.engine
        created = _apply(loader, engine, told, payloads)
        loader.release = publish(engine, loader.releases, loader.release, keep=loader.config.keep)
        loader.tell(event="published", release=loader.release.id, created=created, successor=True)
    except OhaiError as error:
        loader.tell(event="failed", error=error_values(error))
        return False
    except MemoryError:
        loader.tell(
            event="failed",
            error=error_values(QueryMemoryExceeded("写入超过内存上限。", "The write took more memory than the limit.")),
        )
        return False
    return True


def _apply(loader: Loader, engine: ox.Store, told: dict[str, Any], payloads: list[Payload]) -> bool:
    """Change `engine`, within the limits, and have it judged. Returns whether a graph was made."""
    created = False
    base = told["base"]
    limit_memory(loader.config.memory_mb << 20)
    if told["kind"] == "update":
        update(engine, payloads[0].content.decode(), base)
    elif told["kind"] == "delete":
        delete_graph(engine, told["graph"])
    else:
        created = write_graph(engine, told["graph"], payloads, base=base, replace=told["kind"] == "put")
    unlimit_memory()
    loader.tell(event="evaluated")
    if loader.check is not None:
        loader.check(engine)
    loader.tell(event="checked")
    return created


def _on_disk(loader: Loader, told: dict[str, Any], payloads: list[Payload]) -> None:
    """The same on a store on disk: a copy is changed and becomes the new release's store."""
    assert loader.folder is not None  # noqa: S101  disk mode
    copy = copy_disk_store(loader.folder)
    try:
        store = EmbeddedStore.open_to_write(copy)
        created = _apply(loader, store.engine, told, payloads)
        release = publish(store.engine, loader.releases, loader.release, keep=loader.config.keep)
        store.engine.flush()
        del store
        if release.id != loader.release.id:
            adopt_disk_store(copy, loader.releases, release)
        loader.tell(event="published", release=release.id, created=created, successor=False)
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def _receive_write(control: socket.socket) -> tuple[dict[str, Any], list[Payload]]:
    with control.makefile("rb") as stream:
        (size,) = frames.LENGTH.unpack(stream.read(frames.LENGTH.size))
        told: dict[str, Any] = json.loads(stream.read(size))
        payloads = [Payload(part["format"], stream.read(part["length"])) for part in told["payloads"]]
    return told, payloads
