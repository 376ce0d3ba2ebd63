"""Uploads of strangers: each is judged within limits, every one is answered, and none touches another's."""

import contextlib
import dataclasses
import os
import signal
import socket
import threading
import time
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from ohai_kg.web.app import create_app
from ohai_kg.web.check import judge
from ohai_kg.web.check.submission import sender_of
from ohai_kg.web.check.submissions import Submissions
from tests.served import eventually, serve

HEADINGS = "序号,公开事项,公开内容,公开依据,公开时限,公开主体,公开渠道\n"
ROW = "{0},事项{0},内容,,20个工作日内,区教育局,网站\n"
HONEST = (HEADINGS + ROW.format(1)).encode()
LONG = (HEADINGS + "".join(ROW.format(number) for number in range(1, 20_000))).encode()
"""It takes half a minute to judge."""
SOME = (HEADINGS + "".join(ROW.format(number) for number in range(1, 1500))).encode()
"""It takes a second or two."""
TYPES = {"csv": "text/csv", "ttl": "text/turtle"}


@pytest.fixture
def site(plan_project, plan_release, tmp_path):
    """Start the application with these settings."""
    with contextlib.ExitStack() as stack:

        def start(**settings):
            changed = plan_project.settings.model_copy(update=settings)
            app = create_app(dataclasses.replace(plan_project, settings=changed))
            return stack.enter_context(TestClient(app, follow_redirects=False))

        yield start


def send(client, content, name="目录.csv", accept="application/json"):
    headers = {"Accept": accept, "Content-Type": TYPES[name.rpartition(".")[2]]}
    return client.post("/validate", params={"name": name}, content=content, headers=headers)


class Sent(threading.Thread):
    """An upload under way in a thread of its own."""

    def __init__(self, client, content, name="目录.csv"):
        super().__init__()
        self.arguments, self.answer = (client, content, name), None
        self.start()

    def run(self):
        self.answer = send(*self.arguments)

    @property
    def outcome(self):
        """Status and code."""
        self.join(60)
        return (self.answer.status_code, self.answer.json().get("code"))


def submissions(client) -> Submissions:
    return client.app.state.submissions


def judging(client):
    """The pids of the processes that judge an upload of this application."""
    folder, found = str(submissions(client).spool._root), []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if str((entry / "fd" / "2").readlink()).startswith(folder):
                found.append(int(entry.name))
    return found


# ---- limits of one upload ----


def test_an_upload_over_the_limit_of_time_is_ended_and_the_limit_told(site):
    client = site(validation_timeout_s=1.0)
    answer = send(client, LONG)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation-timeout")
    assert "1 秒" in answer.json()["detail"]
    assert "1 s" in answer.json()["detail_en"]
    assert send(client, HONEST).status_code == 200
    figures = client.get("/metrics").text
    assert 'ohai_kg_uploads_failed_total{code="validation-timeout"} 1.0' in figures
    assert "ohai_kg_uploads_judged_total 2.0" in figures


def test_an_upload_over_the_limit_of_memory_is_ended_before_it_takes_more(site):
    client = site(validation_memory_mb=400)
    wide = HEADINGS + "".join(f"{number},{'事' * 300}{number},{'内' * 300},,,区教育局,网站\n" for number in range(20_000))
    sent = Sent(client, wide.encode())
    worst = 0
    while sent.is_alive():
        for pid in judging(client):
            with contextlib.suppress(OSError, IndexError):  # it is gone, or a zombie, which has no memory
                worst = max(worst, int(Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()[0]))
        time.sleep(0.02)
    assert sent.outcome == (413, "validation-memory")
    assert "400 MB" in sent.answer.json()["detail"]
    assert "400 MB" in sent.answer.json()["detail_en"]
    assert 0 < worst < 400 * 1024
    assert send(client, HONEST).status_code == 200


def test_a_neighbour_of_a_hostile_upload_is_answered(site):
    client = site(validation_timeout_s=5.0)
    hostile = Sent(client, LONG)
    assert eventually(lambda: judging(client), 20)
    assert send(client, HONEST).status_code == 200
    assert hostile.is_alive()
    assert hostile.outcome == (422, "validation-timeout")


# ---- processes that end ----


def test_an_upload_whose_process_was_ended_from_outside_is_judged_again_once(site):
    client = site()
    sent = Sent(client, LONG)
    assert eventually(lambda: judging(client), 20)
    (first,) = judging(client)
    os.kill(first, signal.SIGKILL)
    assert eventually(lambda: judging(client) not in ([], [first]), 20)
    os.kill(judging(client)[0], signal.SIGKILL)
    assert sent.outcome == (503, "validation-ended")
    assert submissions(client).figures.repeated == 1


def test_uploads_outlive_the_process_that_the_others_are_forked_from(site):
    client = site()
    assert send(client, HONEST).status_code == 200
    process = submissions(client)._judges._process
    sent = Sent(client, SOME)
    assert eventually(lambda: judging(client), 20)
    os.kill(process.pid, signal.SIGKILL)
    assert send(client, HONEST).status_code == 200
    assert sent.outcome == (200, None)


def test_a_crash_is_told_at_once_and_the_file_not_tried_again(site):
    client = site()
    sent = Sent(client, LONG)
    assert eventually(lambda: judging(client), 20)
    began = time.monotonic()
    os.kill(judging(client)[0], signal.SIGSEGV)
    assert sent.outcome == (422, "validation-crashed")
    assert time.monotonic() - began < 5
    assert submissions(client).figures.repeated == 0


@pytest.mark.parametrize(
    ("raised", "wanted"),
    [
        (MemoryError(), judge.Exit.MEMORY),
        (RecursionError(), judge.Exit.NESTED),
        (OSError(27, "File too large"), judge.Exit.LARGE),
        (OSError(28, "No space left on device"), judge.Exit.FULL),
        (KeyError("²"), judge.Exit.BROKEN),
        (BaseException("a panic"), judge.Exit.BROKEN),
    ],
)
def test_whatever_is_raised_while_judging_ends_the_process_with_a_code_of_its_own(
    tmp_path, monkeypatch, capsys, raised, wanted
):
    def check(*_):
        raise raised

    monkeypatch.setattr(judge, "_check", check)
    assert judge.judge({"folder": str(tmp_path)}) == wanted
    assert ("Traceback" in capsys.readouterr().err) == (wanted is judge.Exit.BROKEN)


def test_an_unforeseen_error_is_answered_and_logged(site, monkeypatch, caplog):
    """The base of the release is no text: nobody foresaw that."""
    client = site()
    assert send(client, HONEST).status_code == 200
    release = client.app.state.service.release
    lost = dataclasses.replace(release, manifest=dataclasses.replace(release.manifest, base=7))
    monkeypatch.setattr(submissions(client), "_release", lambda: lost)
    answer = send(client, HONEST)
    assert (answer.status_code, answer.json()["code"]) == (422, "validation-crashed")
    assert "目录.csv" in caplog.text
    monkeypatch.undo()
    assert send(client, HONEST).status_code == 200


def test_the_processes_have_no_sockets_to_open(site):
    client = site()
    sent = Sent(client, SOME)
    assert eventually(lambda: judging(client), 20)
    status = Path(f"/proc/{judging(client)[0]}/status").read_text()
    assert status.partition("Seccomp:")[2].split()[0] == "2"
    assert sent.outcome == (200, None)


# ---- the queue ----


def test_more_uploads_than_may_wait_are_refused_with_the_limit(site):
    client = site(validation_workers=1, validation_queue=1)
    first = Sent(client, LONG)
    assert eventually(lambda: judging(client), 20)
    second = Sent(client, HONEST)
    assert eventually(lambda: submissions(client).waiting == 1)
    answer = send(client, HONEST)
    assert (answer.status_code, answer.json()["code"]) == (503, "validation-queue-full")
    assert answer.headers["retry-after"] == "1"
    assert "1 个文件" in answer.json()["detail"]
    assert "1 files" in answer.json()["detail_en"]
    assert submissions(client).figures.rejected == 1
    os.kill(judging(client)[0], signal.SIGSEGV)
    assert (first.outcome, second.outcome) == ((422, "validation-crashed"), (200, None))


def test_who_fills_the_queue_gives_way_to_others(site):
    client = site(validation_workers=1, validation_queue=2)
    running, *waiting = [Sent(client, LONG)]
    assert eventually(lambda: judging(client), 20)
    for number in (1, 2):
        waiting.append(Sent(client, HONEST))
        assert eventually(lambda number=number: submissions(client).waiting == number)
    client._transport.client = ("192.0.2.7", 1)
    other = Sent(client, HONEST)
    assert waiting[1].outcome == (503, "validation-queue-full")
    os.kill(judging(client)[0], signal.SIGSEGV)
    assert (waiting[0].outcome, other.outcome) == ((200, None), (200, None))
    assert running.outcome == (422, "validation-crashed")


def test_stopping_answers_whoever_waits_and_whoever_is_judged(site):
    client = site(validation_workers=1)
    running = Sent(client, LONG)
    assert eventually(lambda: judging(client), 20)
    waiting = Sent(client, HONEST)
    assert eventually(lambda: submissions(client).waiting == 1)
    client.portal.call(submissions(client).stop)
    assert (running.outcome, waiting.outcome) == ((503, "validation-ended"), (503, "validation-ended"))
    assert judging(client) == []
    assert send(client, HONEST).json()["code"] == "validation-ended"


def test_a_stop_gives_what_is_being_judged_some_time(site):
    client = site(validation_workers=1)
    assert send(client, HONEST).status_code == 200
    running = Sent(client, SOME)
    assert eventually(lambda: judging(client), 20)
    client.portal.call(submissions(client).stop, 20.0)
    assert running.outcome == (200, None)


# ---- what is kept ----


def reports(client, address, count, comment=""):
    """Addresses of reports of that sender."""
    client._transport.client = (address, 1)
    content = f"<http://e/a> <http://e/b> 1 . # {comment}".encode()
    return [send(client, content, "a.ttl").headers["content-location"] for _ in range(count)]


def test_reports_of_one_sender_do_not_drive_out_those_of_another(site):
    client = site(report_keep_mb=1)
    (early,) = reports(client, "192.0.2.1", 1)
    many = reports(client, "192.0.2.2", 8, "x" * 200_000)
    (late,) = reports(client, "192.0.2.3", 1)
    found = [client.get(address).status_code for address in (early, late, *many)]
    assert found == [200, 200, 404, 404, 404, 404, 200, 200, 200, 200]
    folders = [path for path in submissions(client).spool._root.iterdir() if path.is_dir()]
    assert len(folders) == 6
    assert sum(file.stat().st_size for folder in folders for file in folder.iterdir()) < 1 << 20


def test_a_report_is_gone_after_its_time_and_its_file_with_it(site):
    client = site(report_keep_h=1 / 3600)
    address = send(client, HONEST).headers["content-location"]
    assert client.get(address).status_code == 200
    root = submissions(client).spool._root
    assert eventually(lambda: not [path for path in root.iterdir() if path.is_dir()], 10)
    assert client.get(address).json()["code"] == "report-not-found"


def test_pages_say_how_long_a_report_is_kept(site):
    client = site(report_keep_h=2.5)
    answer = send(client, HONEST, accept="text/html")
    client.get(f"{answer.headers['location']}.json")
    for address in (answer.headers["location"], "/validate", "/"):
        assert "至多保留 2.5 小时" in client.get(address).text


def test_uploads_lie_on_disk_for_their_own_server_alone_and_go_with_it(site, plan_project):
    client = site()
    send(client, HONEST)
    root = submissions(client).spool._root
    assert root.parent == plan_project.home / "uploads"
    assert root.stat().st_mode & 0o077 == 0
    left = root.parent / "server-left"
    left.mkdir()
    (left / "lock").touch()
    other = site()
    assert not left.exists()
    assert root.is_dir()
    gone = submissions(other).spool._root
    other.portal.call(submissions(other).close)
    assert not gone.exists()


def test_senders_are_addresses_or_networks_of_subscribers():
    assert sender_of("192.0.2.1") == "192.0.2.1"
    assert sender_of("2001:db8:1:2:aaaa::1") == sender_of("2001:db8:1:2:bbbb::1") == "2001:db8:1:2::/64"
    assert sender_of("testclient") == "testclient"


# ---- the way in ----


def test_forms_have_limits_of_size_and_number(site):
    client = site(max_upload_mb=1)
    address = send(client, HONEST, accept="text/html").headers["location"]
    client.get(f"{address}.json")
    long = client.post(address, data={"columns": "A=other" * 200_000}, headers={"Accept": "application/json"})
    assert (long.status_code, long.json()["code"]) == (413, "upload-too-large")
    file = client.post(address, files={"columns": ("x", b"x" * 1_100_000)}, headers={"Accept": "application/json"})
    assert (file.status_code, file.json()["code"]) == (413, "upload-too-large")
    for fields in ({"profile": "x" * 9000}, {f"field{number}": "x" for number in range(201)}):
        answer = client.post(
            "/validate", files={"file": ("a.csv", HONEST)}, data=fields, headers={"Accept": "application/json"}
        )
        assert (answer.status_code, answer.json()["code"]) == (413, "upload-too-large")


def test_a_body_that_says_it_is_too_large_is_refused_unread(site):
    client = site(max_upload_mb=1)

    def body():
        raise AssertionError("it was read")
        yield b""

    headers = {"Content-Length": str((1 << 20) + 1), "Content-Type": "text/csv", "Accept": "application/json"}
    answer = client.post("/validate", content=body(), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "upload-too-large")


@pytest.mark.parametrize("media_type", ["application/octet-stream", "text/plain", None])
def test_a_file_goes_by_its_name_where_its_type_says_nothing(site, media_type):
    headers = {"Accept": "application/json"} | ({"Content-Type": media_type} if media_type else {})
    answer = site().post("/validate?name=x.ttl", content=b"<http://e/a> <http://e/b> 1 .", headers=headers)
    assert answer.status_code == 200
    assert answer.json()["profiles"] == ["core"]


def test_a_client_that_leaves_frees_its_place_and_its_process(tmp_path):
    with serve(tmp_path, validation_workers=1) as server:
        head = f"POST /validate?name=a.csv HTTP/1.1\r\nHost: x\r\nContent-Length: {len(LONG)}\r\n\r\n".encode()
        gone = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(3)]
        for each in gone:
            each.sendall(head + LONG)
        folder = tmp_path / ".ohai-kg" / "uploads"
        assert eventually(lambda: len(list(folder.glob("server-*/*/file"))) == 3, 20)
        for each in gone:
            each.close()
        answer = server.request("POST", "/validate?name=a.csv", HONEST, {"Accept": "application/json"})
        assert answer.status == 200
        assert len(list(folder.glob("server-*/*/file"))) == 1
    assert list(folder.iterdir()) == []


def test_nothing_is_left_of_a_server_that_was_killed(tmp_path):
    with serve(tmp_path) as server:
        answer = server.request("POST", "/validate?name=a.csv", HONEST, {"Accept": "application/json"})
        assert answer.status == 200
        children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
        forked = [pid for pid in children if b"forkserver" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        assert len(forked) == 1
        server.process.kill()
        server.process.wait()
        assert eventually(lambda: not Path(f"/proc/{forked[0]}").exists(), 10)
    with serve(tmp_path):
        assert len(list((tmp_path / ".ohai-kg" / "uploads").iterdir())) == 1


def test_a_server_told_to_stop_answers_uploads_that_wait_and_ends(tmp_path):
    with serve(tmp_path, validation_workers=1, stop_timeout_s=4) as server:
        answers = {}

        def post(name, content):
            answers[name] = server.request("POST", f"/validate?name={name}", content, {"Accept": "application/json"}).status

        uploads = [threading.Thread(target=post, args=sent) for sent in (("a.csv", LONG), ("b.csv", HONEST))]
        uploads[0].start()
        assert eventually(lambda: list(tmp_path.glob(".ohai-kg/uploads/server-*/*/stderr")), 20)
        uploads[1].start()
        assert eventually(lambda: len(list(tmp_path.glob(".ohai-kg/uploads/server-*/*/file"))) == 2, 20)
        began = time.monotonic()
        server.process.send_signal(signal.SIGTERM)
        uploads[1].join(4)
        assert answers == {"b.csv": 503}
        uploads[0].join(4)
        assert answers == {"b.csv": 503, "a.csv": 503}
        server.process.wait(10)
        assert time.monotonic() - began < 8
    assert list((tmp_path / ".ohai-kg" / "uploads").iterdir()) == []
