"""The house has floors, and imports run downhill only.

The tables below say on which floor each module stands, which modules may touch an
engine, and who may open the doors of the adapters. The checks read the source (AST), so
an import inside a function or under TYPE_CHECKING counts like any other.
"""

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

# From the ground up: errors and labels; contract, days and money; pure functions of
# arrays; the rules of tiers; the expression language and the policy; the way in and the
# ledger; features; plans, compiled policies and explanations; results, the journal and
# reviews; fitting, simulation, the one-call job and the command line.
#
# A module may import only from the floors below its own, never from its own floor. A
# new module goes on the lowest floor above everything it imports: update_floors.py
# beside this file writes the table so.
ROOMS = (
    (
        "_version adapters adapters.larger adapters.locks adapters.sheet_marks "
        "aligning commands demos demos.buyers demos.calendar errors evaluation "
        "geography geography.distance geography.spelling intake intake.gathering "
        "intake.gathering.plain journal labels partitioned.companions policies "
        "quality reviews rules rules.acts rules.checks rules.checks.regions "
        "rules.describing rules.files rules.tiers scoring scoring.industries "
        "scoring.receivables scoring.seasonality scoring.stairs simulation "
        "spellings threads units vocabulary whatif.steps"
    ),
    (
        "adapters.larger.limits adapters.ledger_store.errors adapters.native "
        "adapters.spark.parcels adapters.unreadable commands.explaining contract "
        "geography.countries geography.provinces journal.chain languages "
        "models.fields periods quality.examples quality.kinds "
        "rules.explaining.signs rules.expression.functions rules.expression.spots "
        "rules.files.written rules.paths rules.tiers.moves "
        "rules.tiers.transition_rules saving scoring.unknowns table"
    ),
    (
        "adapters.larger.places adapters.ledger_store.books "
        "adapters.ledger_store.locking adapters.ledger_store.sheets "
        "commands.saying demos.dice geography.cities intake.raw journal.entries "
        "journal.sounding journal.storing later models.contacts models.customers "
        "models.trade money pieces quality.report quality.treatments rounding "
        "rules.classifier rules.expression.nodes rules.expression.tokens "
        "rules.files.locate rules.files.merging rules.files.reading rules.named "
        "rules.outcome rules.tiers.calendar rules.tiers.holding scoring.composite "
        "scoring.migration scoring.readings scoring.tallies seller "
        "simulation.flapping within"
    ),
    (
        "adapters.arrow adapters.ledger_store.weaving adapters.stores.memory "
        "adapters.stores.tables attributes cli demos.goods demos.places "
        "demos.rhythms demos.wholesale_buyers events framing intake.judge "
        "intake.number_texts intake.textwords journal.bitemporal journal.encoding "
        "models partitioned.joining rules.acts.ranking rules.blocks "
        "rules.checks.ranges rules.expression.measures rules.expression.parser "
        "rules.expression.scope rules.expression.truths rules.files.showing "
        "rules.files.toml rules.naming rules.tiers.occasions scoring.percentiles "
        "scoring.seasonality.circular whatif.parts wording"
    ),
    (
        "adapters.frames adapters.ledger_store.kept adapters.parquet "
        "adapters.stores.postgres adapters.stores.sqlite adapters.workbook "
        "demos.books demos.lives demos.plans demos.wholesale_cards history "
        "intake.gathering.numerals intake.gathering.spelling intake.records "
        "intake.squeezing journal.recording journal.verifying "
        "rules.checks.demands rules.expression.complaints "
        "rules.expression.numbers rules.expression.texts rules.files.removing "
        "rules.files.sources rules.tiers.judging rules.tiers.schedule "
        "scoring.bins scoring.pareto scoring.seasonality.peaks scoring.shelves "
        "summary whatif.telling"
    ),
    (
        "adapters.delimited adapters.ledger_store.layers adapters.sklearn "
        "demos.sorts demos.wholesaler intake.wordsort journal.committing "
        "partitioned.summing rules.expression.checker rules.expression.program "
        "rules.files.layers rules.grading rules.tiers.transitions whatif.advice"
    ),
    (
        "adapters.ledger_store.remembered demos.building_materials demos.company "
        "demos.frozen_goods demos.lighting intake.identifiers journal.journal "
        "rules.acts.questions rules.checks.bars rules.expression.evaluator "
        "rules.files.grading_file rules.tiers.seating"
    ),
    (
        "adapters.stores.opening demos.building_materials_grading "
        "intake.comparison intake.dates intake.gathering.goods intake.joining "
        "intake.lines intake.linking reviews.histories rules.acts.allocation "
        "rules.acts.clean_out rules.acts.pools rules.expression"
    ),
    (
        "adapters.ledger_store.joining adapters.stores demos.trades "
        "intake.settings reviews.allocating rules.acts.acting rules.acts.pooling "
        "rules.explaining.standing_in rules.explaining.terms"
    ),
    (
        "adapters.ledger_store.piles adapters.ledger_store.repeats "
        "commands.journal_verify demos.recovery intake.conversion "
        "reviews.nurturing rules.acts.acted_stories rules.explaining.leaves "
        "rules.policy rules.tiers.deciding"
    ),
    (
        "adapters.files demo intake.gathering.batches intake.receivables "
        "reviews.by_hand reviews.remembering rules.acts.playbooks "
        "rules.acts.tasking rules.checks.sound_grading rules.checks.sound_labels "
        "rules.explaining.causes rules.files.structure rules.lookups "
        "rules.tiers.stories tabling"
    ),
    (
        "adapters.larger.sources commands.exports intake.account "
        "intake.gathering.runs intake.intake reviews.overrides "
        "reviews.task_tables rules.checks.soundness rules.files.printing "
        "simulation.overriding"
    ),
    (
        "adapters.larger.sql intake.gathering.numbering intake.gathering.sorting "
        "rules.files.rule_changes"
    ),
    "intake.gathering.gathered rules.checks.overtaken",
    "intake.arrivals intake.gathering.road",
    "intake.assembly",
    (
        "adapters.ledger_store.arriving adapters.ledger_store.changes "
        "adapters.ledger_store.forgotten adapters.ledger_store.payers "
        "adapters.spark.spreading ledger"
    ),
    (
        "adapters.ledger_store.manifest adapters.spark.frames asking "
        "commands.sales evaluation.spans scoring.features single whatif.history"
    ),
    (
        "adapters.ledger_store.state evaluation.caveats rules.plan "
        "scoring.baskets scoring.declared scoring.engagement scoring.outside "
        "scoring.project_book scoring.receivables.book scoring.receivables.costs"
    ),
    (
        "adapters.ledger_store.writer rules.compiling rules.explaining.vocabulary "
        "rules.narrowing scoring.attributes scoring.peers scoring.place "
        "scoring.projects scoring.purchases scoring.reach "
        "scoring.receivables.disputes scoring.receivables.terms scoring.wallet"
    ),
    (
        "scoring.breadth scoring.expansion scoring.feedback scoring.momentum "
        "scoring.pairs scoring.preference scoring.prices scoring.profit "
        "scoring.quarters scoring.receivables.aging "
        "scoring.receivables.outstanding scoring.relationship scoring.rhythm "
        "scoring.seasonality.months scoring.trend"
    ),
    (
        "scoring.offers scoring.price scoring.receivables.exposure "
        "scoring.receivables.lateness scoring.receivables.turnover "
        "scoring.references scoring.seasonality.expected scoring.stability"
    ),
    "rules.learned scoring.pressure scoring.seasonality.seasons",
    (
        "rules.explaining.sheet rules.explaining.templates rules.standing "
        "scoring.catalogue"
    ),
    (
        "evaluation.figures recorded rules.checks.reachability "
        "rules.explaining.phrases rules.named_features rules.pipeline"
    ),
    (
        "evaluation.lines measuring rules.checks.bands rules.explaining.clauses "
        "rules.planning rules.teaching"
    ),
    (
        "adapters.ledger_store.passing evaluation.contrast evaluation.text "
        "forecasting rules.checks.remarks rules.explaining.graded "
        "rules.explaining.ladders rules.explaining.scored rules.files.beginning "
        "rules.planned seasons whatif.workings"
    ),
    (
        "evaluation.tables rules.explaining.book rules.files.loader whatif.axes "
        "whatif.barring"
    ),
    (
        "commands.check commands.new_policy evaluation.evaluation "
        "rules.explaining.answers rules.explaining.lacking whatif.alone "
        "whatif.missing whatif.orders"
    ),
    "rules.explaining.data rules.explaining.sentences whatif.advising",
    "rules.explaining.ruled_out whatif",
    "rules.explaining.text",
    "rules.explaining.brief rules.explaining.pages",
    "rules.explaining.brief_page",
    "rules.explaining.explanation",
    "rules.explaining.explainer",
    "rules.explaining",
    "results",
    "changes commands.tables cross_selling reviews.reviewed writing",
    "commands.journal_show reviews.acted reviews.entries reviews.evidence",
    "reviews.acted_tables reviews.stories reviews.tables",
    "reviews.text",
    "reviews.review",
    "reviews.reviewing reviews.tasks",
    "fitted reviews.task_lists",
    (
        "adapters.larger.results adapters.ledger_store.ageing commands.todo "
        "fitted_file simulation.remarking simulation.replayed stages"
    ),
    (
        "adapters.ledger_store.answering evaluation.effort partitioned.kept "
        "partitioned.own policy simulation.nurtured simulation.replaying "
        "simulation.tables"
    ),
    (
        "adapters.larger.shuffling adapters.ledger_store.store commands.reviewing "
        "partitioned partitioned.conducting partitioned.reading segmenting "
        "simulation.regrading simulation.text"
    ),
    (
        "adapters.larger.spilled adapters.ledger_store.opening "
        "adapters.spark.working commands.allocate commands.by_hand "
        "commands.classify commands.review simulation.policy_diff"
    ),
    (
        "adapters.larger.segmenting adapters.ledger_store "
        "adapters.spark.gathering commands.journal_forget "
        "commands.journal_override commands.journal_release simulation.simulation"
    ),
    (
        "adapters.spark.reviewing adapters.spark.segmenting commands.simulated "
        "simulation.simulating"
    ),
    "adapters.spark commands.simulate evaluation.held",
    "evaluation.evaluating",
)
FLOORS: tuple[frozenset[str], ...] = (
    *(frozenset(f"custseg.{name}" for name in rooms.split()) for rooms in ROOMS),
    frozenset({"custseg"}),
    frozenset({"custseg.__main__"}),
)

# Who may import what is heavy or optional: modules, or rooms with all their modules.
# Everyone else gets arrays.
ENGINES: Mapping[str, frozenset[str]] = {
    "duckdb": frozenset({"custseg.adapters.larger"}),
    "matplotlib": frozenset(),
    "narwhals": frozenset(),
    "openpyxl": frozenset(
        {"custseg.adapters.sheet_marks", "custseg.adapters.workbook"}
    ),
    "pandas": frozenset(
        {
            "custseg.reviews.acted_tables",
            "custseg.adapters.delimited",
            "custseg.adapters.larger",
            "custseg.adapters.native",
            "custseg.adapters.spark",
            "custseg.changes",
            "custseg.commands.allocate",
            "custseg.commands.simulated",
            "custseg.cross_selling",
            "custseg.evaluation.evaluation",
            "custseg.evaluation.tables",
            "custseg.forecasting",
            "custseg.framing",
            "custseg.results",
            "custseg.scoring.migration",
            "custseg.seasons",
            "custseg.tabling",
            "custseg.reviews.histories",
            "custseg.reviews.review",
            "custseg.reviews.tables",
            "custseg.reviews.task_tables",
            "custseg.reviews.tasks",
            "custseg.simulation.policy_diff",
            "custseg.simulation.simulation",
            "custseg.simulation.tables",
            "custseg.summary",
            "custseg.writing",
        }
    ),
    "polars": frozenset({"custseg.adapters.native"}),
    "psycopg": frozenset({"custseg.adapters.stores.postgres"}),
    "pyarrow": frozenset(
        {
            "custseg.adapters.arrow",
            "custseg.adapters.delimited",
            "custseg.adapters.frames",
            "custseg.adapters.larger",
            "custseg.adapters.native",
            "custseg.adapters.parquet",
            "custseg.adapters.spark",
        }
    ),
    "pyspark": frozenset({"custseg.adapters.spark"}),
    "scipy": frozenset(),
    "sklearn": frozenset({"custseg.adapters.sklearn"}),
    "sqlite3": frozenset(
        {"custseg.adapters.stores.opening", "custseg.adapters.stores.sqlite"}
    ),
}

# Who may import custseg.adapters, beside the adapters themselves. The ledger may,
# because from_frames and from_files are its doors; so may the commands that open files
# and journals.
ADAPTER_DOORS = frozenset(
    {
        "custseg",
        "custseg.__main__",
        "custseg.commands.allocate",
        "custseg.commands.by_hand",
        "custseg.commands.exports",
        "custseg.commands.journal_show",
        "custseg.commands.journal_verify",
        "custseg.commands.review",
        "custseg.commands.simulate",
        "custseg.ledger",
    }
)

MAX_LINES = 450


def modules_of(source: Path) -> dict[str, Path]:
    """Return every module under a source folder: dotted name and file."""
    found = {}
    for path in sorted(source.rglob("*.py")):
        parts = path.relative_to(source).with_suffix("").parts
        if parts[-1] == "__init__":
            parts = parts[:-1]
        found[".".join(parts)] = path
    return found


def is_dynamic_import(call: ast.Call) -> bool:
    """Tell whether a call is import_module(...) or __import__(...)."""
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else ""
    name = function.id if isinstance(function, ast.Name) else name
    return name in {"import_module", "__import__"}


def imports_of(
    module: str, path: Path, known: Mapping[str, Path]
) -> Iterator[tuple[str, int]]:
    """Yield every module that a file imports, and the line where it does."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                above = package.split(".")[: len(package.split(".")) - node.level + 1]
                base = ".".join([*above, base] if base else above)
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield (inner if inner in known else base), node.lineno
        elif isinstance(node, ast.Call) and is_dynamic_import(node) and node.args:
            named = node.args[0]
            if isinstance(named, ast.Constant) and isinstance(named.value, str):
                yield named.value, node.lineno


def faults_of(
    source: Path,
    *,
    floors: tuple[frozenset[str], ...] = FLOORS,
    engines: Mapping[str, frozenset[str]] = ENGINES,
    doors: frozenset[str] = ADAPTER_DOORS,
    max_lines: int = MAX_LINES,
) -> list[str]:
    """Return everything that is wrong with the house, one sentence each."""
    known = modules_of(source)
    floor_of = {name: n for n, floor in enumerate(floors) for name in floor}
    faults = [
        f"{name} stands on {count} floors of ROOMS: keep one"
        for name in sorted(floor_of)
        if (count := sum(name in floor for floor in floors)) > 1
    ]
    faults += [
        f"ROOMS names {name}, which does not exist: take it out"
        for name in sorted(set(floor_of) - set(known))
    ]
    for module, path in known.items():
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > max_lines:
            faults.append(f"{module} has {lines} lines, more than {max_lines}: split")
        imported = list(imports_of(module, path, known))
        own = [(name, line) for name, line in imported if name in known]
        if module not in floor_of:
            lowest = 1 + max((floor_of.get(name, -1) for name, _ in own), default=-1)
            faults.append(
                f"{module} stands on no floor: write it into ROOMS in"
                f" tests/test_architecture.py, on floor {lowest} or above, or have"
                " it written by tests/update_floors.py"
            )
            continue
        for name, line in own:
            if floor_of.get(name, -1) >= floor_of[module]:
                faults.append(
                    f"{module}:{line} (floor {floor_of[module]}) imports {name}"
                    f" (floor {floor_of[name]}): imports run downhill only"
                )
            if (
                name.startswith("custseg.adapters")
                and not module.startswith("custseg.adapters")
                and module not in doors
            ):
                faults.append(
                    f"{module}:{line} imports {name}: only {', '.join(sorted(doors))}"
                    " may open the adapters"
                )
        for name, line in imported:
            engine = name.partition(".")[0]
            if not any(
                f"{module}.".startswith(f"{one}.")
                for one in engines.get(engine, {module})
            ):
                allowed = ", ".join(sorted(engines[engine])) or "nobody"
                faults.append(
                    f"{module}:{line} imports {engine}; allowed to: {allowed}"
                )
    return faults


def test_the_house_stands(project):
    """Every module of src has a floor, and every import goes to a lower one."""
    faults = faults_of(project / "src")
    assert not faults, "\n".join(faults)


def test_named_rooms_exist(project):
    """Every module named as allowed to do something special exists."""
    named = frozenset().union(*ENGINES.values()) | ADAPTER_DOORS
    assert named - set(modules_of(project / "src")) == frozenset()


@pytest.fixture
def fake(tmp_path):
    """Write a small tree of modules and return a function that judges it."""

    def judge(files: Mapping[str, str], *floors: str, **settings) -> list[str]:
        for name, text in files.items():
            path = tmp_path / "custseg" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        table = tuple(frozenset(floor.split()) for floor in floors)
        return faults_of(tmp_path, floors=table, **settings)

    return judge


def test_a_sound_tree_has_no_faults(fake):
    """Imports to lower floors, and of other packages, are fine."""
    faults = fake(
        {
            "low.py": "import numpy\n",
            "high.py": "from custseg import low\nimport custseg.low\n",
        },
        "custseg.low",
        "custseg.high",
    )
    assert faults == []


@pytest.mark.parametrize(
    "back",
    [
        "import custseg.high",
        "from custseg import high",
        "from custseg.high import name",
        "from . import high",
        "from .high import name",
        "def late():\n    from custseg.high import name",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import custseg.high",
        "from importlib import import_module\nimport_module('custseg.high')",
    ],
)
def test_a_circle_is_found(fake, back):
    """A way back up is found in every form that an import can take."""
    faults = fake(
        {"low.py": f"{back}\n", "high.py": "import custseg.low\n"},
        "custseg.low",
        "custseg.high",
    )
    assert len(faults) == 1
    assert faults[0].startswith("custseg.low:")
    assert "(floor 0) imports custseg.high (floor 1)" in faults[0]


def test_neighbours_on_one_floor_may_not_import_each_other(fake):
    """Strictly lower means strictly."""
    faults = fake({"a.py": "import custseg.b\n", "b.py": ""}, "custseg.a custseg.b")
    assert faults == [
        "custseg.a:1 (floor 0) imports custseg.b (floor 0): imports run downhill only"
    ]


def test_a_module_without_a_floor_is_told_where_it_may_stand(fake):
    """The message names the lowest floor that the module's imports allow."""
    faults = fake({"low.py": "", "new.py": "import custseg.low\n"}, "custseg.low")
    (fault,) = faults
    assert fault == (
        "custseg.new stands on no floor: write it into ROOMS in"
        " tests/test_architecture.py, on floor 1 or above, or have"
        " it written by tests/update_floors.py"
    )


def test_a_stale_or_double_entry_is_found(fake):
    """ROOMS names each module once, and only modules that exist."""
    faults = fake({"a.py": ""}, "custseg.a custseg.gone", "custseg.a")
    assert faults == [
        "custseg.a stands on 2 floors of ROOMS: keep one",
        "ROOMS names custseg.gone, which does not exist: take it out",
    ]


def test_a_long_module_is_found(fake):
    """One line over the limit is over the limit."""
    assert fake({"a.py": "1\n" * 3}, "custseg.a", max_lines=3) == []
    faults = fake({"a.py": "1\n" * 4}, "custseg.a", max_lines=3)
    assert faults == ["custseg.a has 4 lines, more than 3: split"]


def test_an_engine_outside_its_room_is_found(fake):
    """Only the named modules import an engine, however deep inside a function."""
    faults = fake(
        {
            "room.py": "import pandas as pd\n",
            "hall.py": "def late():\n    from pandas.api import types\n",
        },
        "custseg.room custseg.hall",
        engines={"pandas": frozenset({"custseg.room"})},
    )
    assert faults == ["custseg.hall:2 imports pandas; allowed to: custseg.room"]


def test_only_the_doors_open_the_adapters(fake):
    """A module below the face may not reach for an adapter."""
    faults = fake(
        {
            "adapters/__init__.py": "",
            "adapters/frames.py": "",
            "adapters/files.py": "import custseg.adapters.frames\n",
            "face.py": "import custseg.adapters.frames\n",
            "ledger.py": "import custseg.adapters.frames\n",
        },
        "custseg.adapters custseg.adapters.frames",
        "custseg.adapters.files custseg.face custseg.ledger",
        doors=frozenset({"custseg.face"}),
    )
    (fault,) = faults
    assert fault == (
        "custseg.ledger:1 imports custseg.adapters.frames: only custseg.face may"
        " open the adapters"
    )
