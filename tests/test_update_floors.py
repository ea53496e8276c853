"""The table of floors can be written anew."""

import pytest

from update_floors import lowest_floors


@pytest.fixture
def known(tmp_path):
    """Write modules and return them by name."""

    def write(**sources):
        paths = {f"custseg.{name}": tmp_path / f"{name}.py" for name in sources}
        for path, source in zip(paths.values(), sources.values(), strict=True):
            path.write_text(source, encoding="utf-8")
        return paths

    return write


def test_a_module_stands_just_above_the_highest_that_it_imports(known):
    """Other packages are no floor."""
    modules = known(
        roof="from custseg import wall\nimport custseg.ground\n",
        wall="from custseg.ground import stone\nimport numpy\n",
        ground="import attrs\n",
    )
    assert lowest_floors(modules) == {
        "custseg.ground": 0,
        "custseg.wall": 1,
        "custseg.roof": 2,
    }


def test_a_circle_has_no_floor(known):
    """Whoever is in it is named, and nobody who stands below."""
    modules = known(a="import custseg.b\n", b="import custseg.a\n", low="")
    with pytest.raises(
        SystemExit, match=r"circle, or above one: custseg\.a, custseg\.b$"
    ):
        lowest_floors(modules)
