import pytest

from tests.served import TOKEN, serve

DATA = """
<urn:g1> { <urn:s1> <urn:p> "一"@zh, 1 . <urn:s2> <urn:p> "𠮷野家😀"@zh . <http://例子/区教育局> <urn:谓词> "x" . }
<urn:g2> { <urn:s3> <urn:p> "二" . <http://a/%E5%8C%BA> <urn:p> "%E5%8C%BA" . }
<urn:marker1> { <urn:m> <urn:n> 0 } <urn:marker2> { <urn:m> <urn:n> 0 }
"""


@pytest.fixture(scope="package")
def server(tmp_path_factory):
    """A server with writing on, small limits and the data above."""
    with serve(tmp_path_factory.mktemp("served"), DATA, token=TOKEN, max_rows=50, query_timeout_s=5, workers=2) as server:
        yield server


@pytest.fixture(scope="package")
def reader(tmp_path_factory):
    """A server without a token."""
    with serve(tmp_path_factory.mktemp("reading"), DATA, workers=1) as server:
        yield server
