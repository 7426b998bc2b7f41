"""Step 7: write the model card of a package from its figures, and zip the package.

    python card.py ../src/tweeklank/translate/builtin --figures work/figures.json --archive work

Fills the template package/README.md; the card says only what evaluate.py measured. The archive
is ``translate-nl_en-VERSION.argosmodel``, as Argos Translate installs it.
"""

from __future__ import annotations

import argparse
import json
import zipfile
from pathlib import Path
from string import Template
from typing import Any

from export import CODE
from marks import read_package_lexicon
from prepare import written
from recipe import HERE

# FLORES chrF2, FLORES BLEU and NTREX chrF2 of others as published: firefox-translations-models
# (evaluation/nl-en) and the OPUS-MT leaderboard. A dash: not published there.
PUBLISHED = {
    "Argos Translate (official, 67 MB)": ("–", "29.4", "–"),
    "OPUS-MT": ("58.3", "29.2", "61–63.4"),
    "Firefox tiny": ("58.6", "29.6", "–"),
    "Firefox base-memory": ("–", "30.1", "–"),
    "NLLB-600M": ("–", "25.6", "–"),
    "Microsoft": ("–", "32.8", "–"),
    "Google": ("–", "33.1", "–"),
}


def own_figures(figures: dict[str, Any]) -> str:
    rows = [
        "| set | sentences | chrF2 | BLEU | without the lexicon | names kept |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    rows += [
        f"| {name} | {row['sentences']:,} | {row['chrF2']} | {row['BLEU']} "
        f"| {' / '.join(map(str, row['without lexicon']))} "
        f"| {row['names kept']:,} of {row['names']:,} |"
        for name, row in figures["sets"].items()
    ]
    return "\n".join(rows)


def beside_others(figures: dict[str, Any]) -> str:
    flores, ntrex = figures["sets"]["FLORES-101 devtest"], figures["sets"]["NTREX-128"]
    rows = ["| system | FLORES chrF2 | FLORES BLEU | NTREX chrF2 |", "| --- | --- | --- | --- |"]
    rows.append(f"| **this model** | **{flores['chrF2']}** | **{flores['BLEU']}** | **{ntrex['chrF2']}** |")
    rows += [f"| {system} | {' | '.join(values)} |" for system, values in PUBLISHED.items()]
    return "\n".join(rows)


def odd_figures(figures: dict[str, Any]) -> str:
    rows = ["| kind of input | of | loops | far too long | came out unchanged |", "| --- | --- | --- | --- | --- |"]
    rows += [
        f"| {kind} | {row['of']} | {row['loops']} | {row['far too long']} | {row['unchanged']} |"
        for kind, row in figures["odd"].items()
    ]
    return "\n".join(rows)


def samples(figures: dict[str, Any]) -> str:
    blocks = [f"- *{s['nl']}*  \n  **{s['made']}**  \n  reference: {s['en']}" for s in figures["samples"]]
    return "\n".join(blocks)


def archive(folder: Path, file: Path) -> None:
    """Zips a package folder to an .argosmodel: one top folder, fixed dates, so that equal input gives equal bytes."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                entry = zipfile.ZipInfo(f"{CODE}/{path.relative_to(folder).as_posix()}", (1980, 1, 1, 0, 0, 0))
                entry.compress_type = zipfile.ZIP_DEFLATED
                packed.writestr(entry, path.read_bytes())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", type=Path)
    parser.add_argument("--figures", type=Path, default=HERE / "work/figures.json")
    parser.add_argument("--archive", type=Path, help="folder for the .argosmodel")
    args = parser.parse_args()
    figures = json.loads(args.figures.read_text("utf-8"))
    metadata = json.loads((args.package / "metadata.json").read_text("utf-8"))
    size = sum(file.stat().st_size for file in args.package.rglob("*") if file.is_file()) / 1e6
    card = Template((HERE / "package/README.md").read_text("utf-8")).substitute(
        version=metadata["package_version"],
        size=f"{size:.0f}",
        forms=f"{len(read_package_lexicon(args.package)):,}",
        own=own_figures(figures),
        others=beside_others(figures),
        odd=odd_figures(figures),
        pairs=f"{sum(len(written(name)) for name in ('news', 'recast')):,}",
        signatures=" · ".join(f"`{s}`" for s in figures["signatures"]),
        asked=figures["terms"]["asked"],
        marked=figures["terms"]["marked"],
        unmarked=figures["terms"]["unmarked"],
        samples=samples(figures),
        count=len(figures["samples"]),
    )
    (args.package / "README.md").write_text(card, "utf-8")
    if args.archive:
        version = metadata["package_version"].replace(".", "_")
        archive(args.package, args.archive / f"{CODE}-{version}.argosmodel")


if __name__ == "__main__":
    main()
