"""A catalogue workbook of 10,000 rows, read to report, against pySHACL on its graph alone: `python benchmarks/workbook.py`.

The rival gets the graph ready made, in memory, and the parsed-query cache; ours starts from the xlsx file and ends with the
report in JSON. Both run in a process of their own; processor time is compared, so that neighbours on the machine do not count.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GOOD, EXTREME = 0.60, 0.30
HEAD = (
    *("序号", "一级事项", "二级事项", "公开内容（要素）", "公开依据", "公开时限", "公开主体", "公开渠道和载体"),
    *("公开对象", "公开方式", "公开层级"),
)
LIMITS = ("信息形成或者变更之日起20个工作日内", "制定或获取信息之日起10个工作日内", "及时公开", "20个工作日", "长期公开")
LAWS = (
    "《中华人民共和国政府信息公开条例》（国务院令第711号）",
    "《义务教育法》",
    "《关于推进公开工作的通知》（建村〔2017〕{}号）",
)
CHANNELS = ("■政府网站 □政府公报\n■两微一端 □发布会/听证会\n■公开查阅点", "政府网站、政务服务中心", "■入户/现场\n□其他")


def write_workbook(path: Path, rows: int, seed: int = 1) -> None:
    """A catalogue of `rows` items, three in a hundred with a blank, in ten sheets of merged groups."""
    import openpyxl

    rng = random.Random(seed)
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for number in range(10):
        sheet = workbook.create_sheet(f"领域{number + 1}")
        sheet.append([f"第{number + 1}领域基层政务公开标准目录"])
        sheet.append(HEAD)
        for row in range(rows // 10):
            cells = [
                row + 1,
                f"一级事项{row // 5}",
                f"公开事项第{row}号",
                f"1.要点{rng.randrange(10**6)}\n2.办理条件、程序和结果\n3.监督方式",
                "\n".join(law.format(rng.randrange(200)) for law in rng.sample(LAWS, rng.randrange(1, 4))),
                rng.choice(LIMITS),
                rng.choice(("区住建局", "区教育局、各镇街", "区应急管理部门", "区民政局")),
                rng.choice(CHANNELS),
                "全社会",
                rng.choice(("主动", "主动", "依申请")),
                "县级",
            ]
            if rng.random() < 0.03:
                cells[rng.choice((3, 4, 5, 6, 9))] = None
            sheet.append(cells)
        for start in range(3, rows // 10 + 3, 5):
            sheet.merge_cells(start_row=start, end_row=start + 4, start_column=2, end_column=2)
    workbook.save(path)


def run(engine: str, path: Path) -> None:
    """One engine, once; prints seconds, peak memory in MB and the number of findings."""
    logging.disable(logging.CRITICAL)
    from ohai_kg.catalogues import check_workbook_file, read_known
    from ohai_kg.project import open_project
    from ohai_kg.shacl import load_profile
    from ohai_kg.shacl.profiles import machine_for

    known = read_known(open_project(ROOT))
    profiles = [load_profile(ROOT / "shapes", "elements")]
    told: dict[str, float] = {}
    if engine == "ours":
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        started = time.process_time()
        report = check_workbook_file(path, profiles, known).report
        report.to_json()
        told = {"items": report.items, "findings": len(report.findings), "before": before}
    else:
        import pyoxigraph as ox

        from ohai_kg.catalogues.catalogue import read_catalogue
        from ohai_kg.shacl.dataset import Dataset

        catalogue = read_catalogue(path, registry=known.registry)
        store = ox.Store()
        quads = [*catalogue.quads(known.base, "issuer", "key"), *catalogue.context_quads()]
        store.bulk_extend(ox.Quad(q.subject, q.predicate, q.object) for q in quads)
        graph = Dataset(store).in_memory()
        told = {"triples": len(graph)}
        started = time.process_time()
        told["findings"] = len(machine_for(profiles).whole(graph).entries)
    told |= {
        "seconds": time.process_time() - started,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(told))


def main() -> int:
    """Print the two and their ratio; exit 1 where the good bar is missed or the findings differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--run", nargs=2, metavar=("ENGINE", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.run:
        run(options.run[0], Path(options.run[1]))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "catalogue.xlsx"
        write_workbook(path, options.rows)
        told = {}
        for engine in ("ours", "pyshacl-cached"):
            command = [sys.executable, __file__, "--run", engine, str(path)]
            told[engine] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout)
    ours, rival = told["ours"], told["pyshacl-cached"]
    ratio = ours["seconds"] / rival["seconds"]
    bar = "extreme" if ratio <= EXTREME else "good" if ratio <= GOOD else "MISSED"
    print(f"{options.rows} rows, {rival['triples']:.0f} triples, {ours['findings']:.0f} findings")
    print(f"ours {ours['seconds']:.2f} s, peak {ours['mb']:.0f} MB (of it {ours['before']:.0f} MB before the file was read)")
    print(f"pyshacl-cached {rival['seconds']:.2f} s, peak {rival['mb']:.0f} MB; ours/it {ratio:.3f}  {bar}")
    return 1 if bar == "MISSED" or ours["findings"] != rival["findings"] else 0


if __name__ == "__main__":
    sys.exit(main())
