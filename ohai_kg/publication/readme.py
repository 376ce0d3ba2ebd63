"""The page that lies on top of a package: what it holds, how to check it, how to keep it fresh."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from ohai_kg.releases import Manifest


def render_readme(manifest: Manifest, left_out: Mapping[str, int], *, with_tables: bool) -> str:
    """README.md in Chinese and English; `left_out`: how many statements a file's syntax cannot say."""
    lost_zh = "".join(f"\n- {name} 缺 {count} 句：该格式无法表达；N-Quads 和 TriG 齐全。" for name, count in left_out.items())
    lost_en = "".join(f"\n- {name} lacks {count} statements that its syntax cannot say." for name, count in left_out.items())
    tables_zh = "\n- 表格：`tables/`（CSV 及 W3C CSVW 说明）、`tables.xlsx`（Excel、WPS）" if with_tables else ""
    tables_en = "\n- Tables: `tables/` (CSV with W3C CSVW metadata), `tables.xlsx`" if with_tables else ""
    return f"""# 政务公开知识图谱 数据包 {manifest.id}

生成时间 {manifest.created}，{manifest.quads} 条语句，{len(manifest.graphs)} 个图。

- 全部数据：`data.nq`（N-Quads）、`data.trig`（TriG）、`data.jsonld`（JSON-LD 1.1），内容完全相同；另有 `.gz`、`.zst` 压缩件
- 各图合并：`data.rdf`（RDF/XML，不分图）；按图分：`graphs/`（Turtle）{tables_zh}
- 校验报告 `reports/`，来历 `provenance.ttl`（PROV-O），文件清单 `manifest.json`，校验和 `SHA-256SUMS`{lost_zh}

核对：`sha256sum -c SHA-256SUMS`，或 `ohai-kg export --verify 目录`。
此后只取变化：网站 `/changes?since={manifest.id}`（RDF Patch）。
数据中没有空白节点：写入时带来的以 `.well-known/genid/` 下的 IRI 表示。

# Disclosure knowledge graph, package {manifest.id}

Made {manifest.created}: {manifest.quads} statements in {len(manifest.graphs)} graphs.

- All data: `data.nq`, `data.trig`, `data.jsonld`, the same statements in each; packed as `.gz` and `.zst`
- All graphs merged: `data.rdf` (RDF/XML); graph by graph: `graphs/` (Turtle){tables_en}
- Validation reports `reports/`, provenance `provenance.ttl`, list of files `manifest.json`, checksums `SHA-256SUMS`{lost_en}

To check: `sha256sum -c SHA-256SUMS`, or `ohai-kg export --verify DIR`.
To follow changes: `/changes?since={manifest.id}` of the site (RDF Patch). There are no blank nodes: those that writes brought
are named by IRIs under `.well-known/genid/`.
"""
