"""What to call ground, for people: by the labels of the sites that cover it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.analysis.analysis import Analysis

NO_SITE = "ground without a site"


def label_of(analysis: Analysis, ground: str) -> str:
    """Return what to call ground: the labels of the sites that cover it, which ``+`` joins."""
    sites = analysis.ground.sites
    labels = [sites.named[sites.index[name]].label for name in ground.split("+") if name]
    return " + ".join(labels) or NO_SITE


def shared_site(grounds: Iterable[str]) -> list[str]:
    """Return the sites that cover each of several grounds, if there are any, else each ground."""
    distinct = list(dict.fromkeys(grounds))
    covering = [set(ground.split("+")) for ground in distinct]
    common = sorted(set.intersection(*covering)) if len(covering) > 1 else []
    return common if common and all(common) else distinct
