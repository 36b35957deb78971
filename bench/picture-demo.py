"""Records the demo into docs/images/demo.svg.

    .sandbox/clients/python/bin/python bench/picture-demo.py

That Python has rich, with which Hatch writes to a terminal.
"""

import io
import os
import re
import subprocess
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent

demo = subprocess.run(
    ["npx", "tsx", "sandbox/demo.ts"],
    cwd=ROOT,
    env={**os.environ, "FORCE_COLOR": "1", "NODE_NO_WARNINGS": "1"},
    stdout=subprocess.PIPE,
    text=True,
    check=True,
)
# A terminal draws over what is under way; here only what is done is of interest.
done = [line for line in demo.stdout.splitlines() if "\u276f" not in line and not line.startswith("\u203a")]

console = Console(record=True, width=126, file=io.StringIO(), force_terminal=True, color_system="truecolor")
console.print(Text.from_ansi("\n".join(["$ npm run demo", *done]).rstrip()))
svg = console.export_svg(title="")
# Pages that show it load no fonts from elsewhere.
svg = re.sub(r"@font-face \{.*?\}\s*", "", svg, flags=re.DOTALL)
(ROOT / "docs" / "images" / "demo.svg").write_text(svg)
