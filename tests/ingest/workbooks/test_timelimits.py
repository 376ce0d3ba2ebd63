"""公开时限: each wording of real catalogues has its normal form, and none is ever made up."""

import pytest

from ohai_kg.catalogues.values.timelimits import parse_time_limit

FORMED_OR_CHANGED = "within 20 working-day formed|changed"


@pytest.mark.parametrize(
    "wording",
    [
        "自该政府信息形成或者变更之日起20个工作日内予以公开",
        "该公开事项信息形成或变更之日起20个工作日内及时公开",
        "信息形成者变更之日起20个工作日内",
        "形成或者变更之日起20个工作日内",
        "信息形成（变更）之日起20个工作日内",
        "信息获取（形成变更）之日起20个工作日内",
        "信息产生、变更之日起20个工作日内",
        "自信息形成或变更之日起二十个工作日内予以公",
        "信 息 形 成 或 变 更 之 日 起 20 个\n工作日内",
        "信息形成或变更之日起20个\n工作日内",
        "信息形成或变更之\n日起20个工作\n日内",
        "信息形成或变更之起20个工作日内",
        "信息形成或变更之日起２０个工作日內",
        "信息形成或变更之日起二十（20）个工作日内",
        "信息形成或变更之日起贰拾个工作日内",
        "信息形成或变更之日起20个工作内",
        "信息形成或变更之日起20各工作日内",
        "信息形成或变更之日起15-20个工作日内",
        "信息形成或变更之日起不超过20个工作日",
        "信息形成或变更之日起20个工作日内在门户网站上公布",
        "公开时限：信息形成或变更之日起20个工作日内",
        "形成或变更20个工作日内",
    ],
)
def test_the_usual_limit_is_found_in_every_wording(wording):
    parsed = parse_time_limit(wording)
    assert [limit.normal for limit in parsed.limits] == [FORMED_OR_CHANGED]
    assert parsed.verbatim == wording
    assert not parsed.leftover


@pytest.mark.parametrize(
    ("wording", "normal"),
    [
        ("信息形成20个工作日内", ["within 20 working-day formed"]),
        ("信息形成之后20个工作日内", ["within 20 working-day formed"]),
        ("自制作或获取该信息之日起20个工作日内公开", ["within 20 working-day made|obtained"]),
        ("信息形成（变更）下发至本单位20个工作日内", ["within 20 working-day received"]),
        ("制 定 或 获 取 信 息之日起10个\n工作日内", ["within 10 working-day made|obtained"]),
        ("信息形成或变更之日起10个工作日内，公示7个工作日", ["within 10 working-day formed|changed", "notice 7 working-day"]),
        ("颁布或印发之日起5个工作日内", ["within 5 working-day issued"]),
        ("关联规范性文件公开3个工作日内", ["within 3 working-day other"]),
        ("分配结果确定后20个工作日内", ["within 20 working-day decided"]),
        ("收到征地批准文件之日起10个工作日内", ["within 10 working-day received"]),
        ("自收到申请之日起20个工作日内", ["within 20 working-day application"]),
        ("本级人大或其常委会批准后20日内", ["within 20 day approved"]),
        ("本级政府财政部门批复后20日内", ["within 20 day approved"]),
        ("实时公开", ["immediate"]),
        ("按进展情况及时公开", ["prompt other"]),
        ("重大决策作出后及时公开", ["prompt decided"]),
        ("提前一周发通知邀请", ["before-event 7 day other"]),
        ("每年1月31日前", ["periodic --01-31"]),
        ("半年至少更新1次", ["periodic P6M"]),
        ("每月10日前公开", ["periodic P1M"]),
        ("依法及时公开", ["prompt"]),
        ("项目竣工验收后15个工作日内", ["within 15 working-day other"]),
        ("永久公开", ["permanent"]),
        ("长期公开", ["permanent"]),
        ("动态更新", ["on-change"]),
        ("信息形成个20工作日内", ["within 20 working-day formed"]),
        (
            "信息形成之日起20个工作日内，如有变更，变更之日起20个工作日内",
            [f"within 20 working-day {e}" for e in ("formed", "changed")],
        ),
        ("收到申请之日起20个工作日内答复", ["within 20 working-day application"]),
        ("自行政许可决定作出之日起7个工作日内上网公示", ["within 7 working-day decided"]),
        ("自然资源部批复之日起10个工作日内", ["within 10 working-day approved"]),
        ("自信息形成或变更之日起1个月内", ["within 1 month formed|changed"]),
        ("突发事件发生后24小时内", ["within 24 hour other"]),
        ("事故发生后5小时内发布信息，24小时内召开发布会", ["within 5 hour other", "within 24 hour other"]),
        ("信息形成之日起两周内", ["within 14 day formed"]),
        ("会议召开前5个工作日", ["before-event 5 working-day other"]),
        ("听证会举行7日前", ["before-event 7 day other"]),
        ("信息形成或变更时及时更新", ["prompt formed|changed"]),
        ("信息更新后即时公开", ["immediate changed"]),
        ("每年3月底前", ["periodic --03"]),
        ("每季度公开一次", ["periodic P3M"]),
        ("审核通过后7个工作日内公示，公示期7天", ["within 7 working-day other", "notice 7 day"]),
        ("信息形成或变更之日起20个工作日内（公示期为30日）", ["within 20 working-day formed|changed", "notice 30 day"]),
        ("长期公开，信息变更之日起20个工作日内更新", ["permanent", "within 20 working-day changed"]),
    ],
)
def test_a_wording_has_its_normal_form(wording, normal):
    parsed = parse_time_limit(wording)
    assert [limit.normal for limit in parsed.limits] == normal
    assert parsed.understood


@pytest.mark.parametrize(
    "wording",
    [
        *("20个工作日", "20工作日", "20个工作日内", "20个工作日内予以公开", "公开时限为20个工作日内", "处罚决定20个工作日内"),
        *(
            "另行通知",
            "见附件",
            "公示7个工作日",
            "公示期不少于5天",
            "按规定",
            "适时公开",
            "依申请公开",
            "/",
            "2024年12月31日前",
        ),
    ],
)
def test_a_wording_without_event_or_meaning_is_unclear_and_never_twenty_days(wording):
    parsed = parse_time_limit(wording)
    assert not parsed.understood
    assert [limit.kind for limit in parsed.limits] == ["unclear"]
    assert str(parsed.limits[0].number or "") in wording


def test_promptly_with_an_outer_bound_that_runs_from_nothing_is_clear_only_in_part():
    parsed = parse_time_limit("及时公开（最长不超过20个工作日）")
    assert [limit.normal for limit in parsed.limits] == ["prompt", "unclear 20 working-day"]
    assert not parsed.understood


@pytest.mark.parametrize(
    ("wording", "proviso"),
    [
        ("自信息形成或者变更之日起20个工作日内予以公开。法律、法规另有规定的，从其规定", "法律、法规另有规定的,从其规定"),
        ("信息形成或变更之日起20个工作日内，并保持长期公开", "并保持长期公开"),
        ("信息形成或变更之日起20个工作日内。征求意见期限不得少于30日", "征求意见期限不得少于30日"),
        ("信息形成或变更之日起20个工作日内公开（法律、法规另有规定的除外）", "法律、法规另有规定的除外"),
        ("信息形成或变更之日起20个工作日内 法律法规另有规定的从其规定", "法律法规另有规定的从其规定"),
        ("信息形成或变更之日起20个工作日内公开，长期公开", "长期公开"),
        ("信息形成或变更之日起20个工作日内予以公开，公开期限不少于1年", "公开期限不少于1年"),
        ("信息形成或变更之日起20个工作日内公开；动态更新", "动态更新"),
    ],
)
def test_a_proviso_is_kept_beside_the_limit(wording, proviso):
    parsed = parse_time_limit(wording)
    assert [limit.normal for limit in parsed.limits] == [FORMED_OR_CHANGED]
    assert parsed.provisos == (proviso,)


@pytest.mark.parametrize(
    ("wording", "normal"),
    [
        (
            "信息形成或变更之日起20个工作日内；其中行政许可、行政处罚事项应当自作出决定之日起7个工作日内公示",
            [FORMED_OR_CHANGED, "within 7 working-day decided [行政许可、行政处罚事项]"],
        ),
        (
            "执法决定自作出之日起7个工作日内公开，其他自信息形成或变更之日起20个工作日内公开",
            ["within 7 working-day decided [执法决定]", FORMED_OR_CHANGED + " [其他]"],
        ),
        (
            "行政许可：自作出决定之日起7个工作日内\n其他信息：信息形成或变更之日起20个工作日内",
            ["within 7 working-day decided [行政许可]", FORMED_OR_CHANGED + " [其他信息]"],
        ),
        (
            "信息形成或变更之日起20个工作日内其中处罚决定7个工作日内",
            [FORMED_OR_CHANGED, "within 7 working-day [处罚决定]"],
        ),
        (
            "处罚决定：7个工作日内；其他：20个工作日",
            ["within 7 working-day [处罚决定]", "within 20 working-day [其他]"],
        ),
    ],
)
def test_a_compound_cell_has_one_limit_a_scope(wording, normal):
    parsed = parse_time_limit(wording)
    assert parsed.compound
    assert [limit.normal for limit in parsed.limits] == normal


def test_a_numbered_cell_keeps_its_scopes_apart():
    parsed = parse_time_limit("1.除处罚决定外其他内容：长期公开（动态调整）；2.处罚决定：20个工作日内")
    assert [limit.normal for limit in parsed.limits] == [
        "permanent [除处罚决定外其他内容]",
        "within 20 working-day [处罚决定]",
    ]
    assert parsed.understood


def test_a_whole_cell_that_only_says_how_long_for_what_stays_unclear():
    assert [limit.normal for limit in parse_time_limit("处罚决定：20个工作日内").limits] == [
        "unclear 20 working-day [处罚决定]"
    ]
