"""What pyproject.toml cannot say: a wheel carries the networks of ``data/osm`` inside the package."""

from __future__ import annotations

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithNetworks(build_py):
    """Build the package with its networks in ``engine/data/osm``; an editable one finds them beside it."""

    def run(self) -> None:
        """Build the package."""
        super().run()
        if not self.editable_mode:
            target = Path(self.build_lib) / "engine/data/osm"
            shutil.copytree("data/osm", target, dirs_exist_ok=True)


setup(cmdclass={"build_py": BuildWithNetworks})
