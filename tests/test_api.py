"""The Python interface: `ohai_kg.query()` gives rows, again and again, whatever else was imported."""

import datetime as dt

import pytest

import ohai_kg
from ohai_kg.errors import ParameterInvalid, SavedQueryNotFound


@pytest.fixture
def over_the_plan(plan_release, monkeypatch):
    """The release of this test run is the current one."""
    monkeypatch.setenv("OHAI_KG_HOME", str(plan_release.nquads.parent.parent.parent))


@pytest.mark.usefixtures("over_the_plan")
def test_rows_have_python_values():
    rows = ohai_kg.query("deadlines-before-issue")
    assert rows.columns == ("item", "itemLabel", "dueDate", "issued")
    assert [row["dueDate"] for row in rows] == [dt.date(2017, 7, 31), dt.date(2017, 8, 20)]
    assert next(iter(ohai_kg.query("people-in-most-groups", atLeast=5)))["groups"] == 5
    assert len(ohai_kg.query("people-in-most-groups", atLeast=5)) == 2


@pytest.mark.usefixtures("over_the_plan")
def test_rows_become_a_data_frame():
    frame = ohai_kg.query("units-by-domain-count", stage="决策").to_pandas()
    assert list(frame.columns) == ["unit", "unitLabel", "domains", "domainLabels"]
    assert frame.loc[0, "unitLabel"] == "区财政局"
    assert frame["domains"].max() == 4
    dates = ohai_kg.query("deadlines-by-month", until=dt.date(2017, 8, 31)).to_pandas()
    assert dates["month"].tolist() == ["2017-07", "2017-08"]


@pytest.mark.usefixtures("over_the_plan")
def test_what_is_not_there_is_told():
    with pytest.raises(SavedQueryNotFound):
        ohai_kg.query("no-such-question")
    with pytest.raises(ParameterInvalid) as caught:
        ohai_kg.query("stage-totals", domain="征地")
    assert "ZDBC（征地补偿）" in caught.value.allowed
