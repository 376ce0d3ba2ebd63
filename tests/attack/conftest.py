"""A served plan that is attacked, in memory and, in the long form, from disk too."""

import os
import shutil

import pytest

from tests.served import TOKEN, serve

LONG = os.environ.get("OHAI_KG_LONG_TESTS") == "1"
LIMITS = {
    "token": TOKEN,
    "workers": 4,
    "query_timeout_s": 3,
    "query_memory_mb": 512,
    "validation_timeout_s": 10,
    "request_timeout_s": 2,
    "max_connections_per_address": 64,
    "stop_timeout_s": 3,
}


@pytest.fixture(scope="session")
def scale():
    """How large the hostile inputs are, against the short form."""
    return 10 if LONG else 1


@pytest.fixture(scope="session")
def upload():
    """A small honest file."""
    head = "公开事项,公开内容,公开依据,公开时限,公开主体,公开渠道,公开方式"
    row = "行政处罚,处罚决定书,《中华人民共和国政府信息公开条例》第二十条,自作出之日起7个工作日内,区应急管理局,政府网站,主动"
    return f"{head}\n{row}\n".encode()


@pytest.fixture(scope="package", params=["memory", "disk"] if LONG else ["memory"])
def server(request, plan_project, plan_release, tmp_path_factory):
    """The plan, served. After all attacks memory and open files are back to what they were."""
    folder = tmp_path_factory.mktemp("attacked")
    home = folder / "home"
    shutil.copytree(plan_project.home, home)
    disk = {"memory_max_quads": 0} if request.param == "disk" else {}
    with serve(folder, home=home, **LIMITS, **disk) as server:
        yield server
