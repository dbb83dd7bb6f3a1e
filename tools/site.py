"""Hooks of the site of the documents: files from outside ``docs``, and what a site needs where."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

BESIDE = ("CHANGELOG.md", "CITATION.cff", "LICENSE")
"""Files of the repository that are shown in the site as they are."""
ADDRESSED = ("404.html", "sitemap.xml", "sitemap.xml.gz")
"""Files whose links begin at an address; without one they lead nowhere."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Put files of the repository beside the pages."""
    from mkdocs.structure.files import File

    repository = Path(config.config_file_path).parent
    for name in BESIDE:
        files.append(File.generated(config, name, abs_src_path=str(repository / name)))
    return files


def on_post_build(config: MkDocsConfig) -> None:
    """Leave out what needs the site's address, if it has none."""
    if not config.site_url:
        for name in ADDRESSED:
            (Path(config.site_dir) / name).unlink(missing_ok=True)
