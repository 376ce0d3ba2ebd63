"""Pictures of every page type: `python -m tests.browser.screenshots FOLDER [NAME...]`.

Each at 1366 and 360 pixels and on paper, in both languages; somebody has to look at them. Those of the READMEs are made anew.
"""

import shutil
import subprocess
import sys
from pathlib import Path

from ohai_kg.build import build
from ohai_kg.project import open_project
from tests.browser.site import PAGES, UPLOADS, addressed, browsing, send_in, serving
from tests.conftest import ROOT

SHOWN = ("home", "report")
"""The pages whose beginning the READMEs show, as docs/pictures/NAME-LANGUAGE.png."""
WIDTHS = {"desk": (1366, 768), "phone": (360, 740)}


def take(folder: Path, names: list[str]) -> None:
    """Write FOLDER/NAME-LANGUAGE-(desk|phone|paper).(png|pdf)."""
    folder.mkdir(parents=True, exist_ok=True)
    project = open_project(ROOT, home=folder / "home")
    build(project)
    with serving(project) as address, browsing() as browser:
        for name in names or (*PAGES, *UPLOADS):
            path = PAGES.get(name) or send_in(address, name)
            for lang in ("zh", "en"):
                for device, (width, height) in WIDTHS.items():
                    page = browser.new_page(viewport={"width": width, "height": height})
                    page.goto(address + addressed(path, lang))
                    page.wait_for_load_state("networkidle")
                    page.screenshot(path=folder / f"{name}-{lang}-{device}.png", full_page=True)
                    if device == "desk" and name in SHOWN:
                        shown = ROOT / "docs" / "pictures" / f"{name}-{lang}.png"
                        page.screenshot(path=shown, full_page=True, clip={"x": 83, "y": 0, "width": 1200, "height": 960})
                    if device == "desk":
                        page.emulate_media(media="print")
                        page.pdf(path=folder / f"{name}-{lang}-paper.pdf", format="A4", prefer_css_page_size=True)
                    page.close()
                pdf = folder / f"{name}-{lang}-paper"
                if shutil.which("pdftoppm"):
                    subprocess.run(["pdftoppm", "-r", "60", "-png", f"{pdf}.pdf", pdf], check=True)
                print(name, lang, flush=True)


if __name__ == "__main__":
    take(Path(sys.argv[1]), sys.argv[2:])
