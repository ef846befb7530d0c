"""The Data Package: valid by the official profile, true to its own schema, and its command repeats it."""

import csv
import gzip
import hashlib
import io
import json
import re
import shlex
import shutil
import subprocess
from contextlib import chdir
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from house import run

import bci
from bci.files import shipped
from bci.model.scheme import Scheme
from bci.output.datapackage import files_of, write_datapackage

dplib = pytest.importorskip("dplib.settings", reason="the official profiles come with dplib-py")
jsonschema = pytest.importorskip("jsonschema", reason="jsonschema comes with dplib-py")


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory, panel: bci.Panel) -> Path:
    """The package of annual scores, some of them missing."""
    folder = tmp_path_factory.mktemp("packages") / "package"
    write_datapackage(bci.score(panel, period="annual", end=2025), folder)
    return folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped indicators."""
    return shutil.copytree(shipped("indicators"), tmp_path / "indicators")


def described(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return content


def faults_of_profile(descriptor: dict[str, Any]) -> list[str]:
    """What the official JSON schema of version 2 says, as dplib-py ships it."""
    profile = json.loads((Path(dplib.PROFILE_BASEDIR) / "2.0" / "datapackage.json").read_text())
    validator = jsonschema.validators.validator_for(profile)(profile)
    return [f"{list(error.path)}: {error.message[:200]}" for error in validator.iter_errors(descriptor)]


def faults_of_rows(folder: Path, resource: dict[str, Any]) -> list[str]:
    """A plain reading of the rows against types, constraints, categories and primary key of the schema."""
    schema, faults, keys = resource["schema"], [], set()
    missing = {entry["value"] for entry in schema["missingValues"]}
    header, *rows = csv.reader(io.StringIO((folder / resource["path"]).read_text(encoding="utf-8")))
    if header != [field["name"] for field in schema["fields"]]:
        faults.append(f"columns are {header}")
    for line, row in enumerate(rows, start=2):
        cells = dict(zip(header, row, strict=True))
        key = tuple(cells[name] for name in schema.get("primaryKey", []))
        if key and key in keys:
            faults.append(f"line {line}: {key} stands twice")
        keys.add(key)
        for field in schema["fields"]:
            text, limits = cells[field["name"]], field.get("constraints", {})
            if text in missing:
                faults += [f"line {line}: {field['name']} is missing"] * bool(limits.get("required"))
                continue
            value: Any = {"string": str, "integer": int, "number": float}[field["type"]](text)
            wrong = [
                "pattern" in limits and not re.fullmatch(limits["pattern"], text),
                "enum" in limits and value not in limits["enum"],
                "categories" in field and value not in field["categories"],
                "minimum" in limits and value < limits["minimum"],
                "maximum" in limits and value > limits["maximum"],
            ]
            faults += [f"line {line}: {field['name']} is {text}"] * any(wrong)
    return faults


def assert_sound(folder: Path) -> None:
    descriptor = described(folder)
    assert faults_of_profile(descriptor) == []
    names = [resource["name"] for resource in descriptor["resources"]]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"[-a-z0-9._/]+", name) for name in [descriptor["name"], *names])
    for resource in descriptor["resources"]:
        content = (folder / resource["path"]).read_bytes()
        assert resource["bytes"] == len(content)
        assert resource["hash"] == "sha256:" + hashlib.sha256(content).hexdigest()
        if resource["format"] == "csv":
            assert faults_of_rows(folder, resource) == [], resource["name"]
    every = {path.relative_to(folder).as_posix() for path in files_of(folder)}
    assert every - {resource["path"] for resource in descriptor["resources"]} == {
        "CHECKSUMS",
        "README.md",
        "datapackage.json",
    }


def repeated(folder: Path) -> str:
    """What the command in the README prints, run in the folder."""
    (line,) = re.findall(r"^    bci (.*) > again\.csv$", (folder / "README.md").read_text(), re.MULTILINE)
    with chdir(folder):
        result = run(*shlex.split(line))
    assert result.exit_code == 0, result.stderr
    return result.stdout


def test_the_package_is_valid_by_the_official_profile_and_true_to_its_schema(package):
    assert_sound(package)
    descriptor = described(package)
    assert descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    (band,) = (f for f in descriptor["resources"][0]["schema"]["fields"] if f["name"] == "band")
    assert band["categories"] == ["limited", "moderate", "enhanced", "comprehensive"]
    assert band["categoriesOrdered"]


def test_the_checks_of_this_file_find_faults(package, tmp_path):
    descriptor = described(package)
    descriptor["resources"][0]["path"] = "../outside.csv"
    descriptor["resources"][1]["schema"]["fields"][0]["type"] = "text"
    assert len(faults_of_profile(descriptor)) >= 2
    shutil.copytree(package, tmp_path / "package")
    path = tmp_path / "package" / "data" / "scores.csv"
    lines = path.read_text().splitlines(keepends=True)
    path.write_text("".join([*lines, lines[-1], lines[-1].replace("2025,2025,", "2026,2026,,", 1)][:-1]))
    assert faults_of_rows(tmp_path / "package", described(package)["resources"][0])


def test_the_command_in_the_readme_makes_the_scores_again_byte_for_byte(package):
    assert repeated(package) == (package / "data" / "scores.csv").read_text(encoding="utf-8")


def test_the_values_and_the_scheme_alone_make_the_same_scores(package, panel):
    values = pd.read_csv(package / "data" / "values.csv")
    (scheme,) = (package / "schemes").glob("*.yaml")
    scores = bci.score(values, scheme, period="annual", end=2025)
    assert scores.scheme.digest == bci.load_weights().digest
    written = pd.read_csv(package / "data" / "scores.csv")
    pd.testing.assert_series_equal(
        scores.to_frame()["score"], written["score"], check_exact=False, rtol=0, atol=1e-15
    )


def test_the_figures_keep_their_digest(package, panel):
    read = bci.load_indicators(package / "data" / "indicators")
    assert read.digest == panel.digest == described(package)["bci"]["data"]["sha256"]
    assert read.sources == panel.sources
    result = run("validate", "--indicators", package / "data" / "indicators")
    assert result.exit_code == 0, result.stderr


def test_checksums_are_those_of_all_files(package):
    lines = (package / "CHECKSUMS").read_text().splitlines()
    listed = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
    files = {path.relative_to(package).as_posix(): path for path in files_of(package)}
    assert set(listed) == set(files) - {"CHECKSUMS"}
    for name, digest in listed.items():
        assert hashlib.sha256(files[name].read_bytes()).hexdigest() == digest
    if shutil.which("sha256sum"):
        done = subprocess.run(["sha256sum", "--strict", "-c", "CHECKSUMS"], cwd=package, capture_output=True)
        assert done.returncode == 0, done.stdout


def test_the_same_scores_give_the_same_bytes(package, panel, tmp_path):
    write_datapackage(bci.score(panel, period="annual", end=2025), tmp_path / "again")
    assert (tmp_path / "again" / "CHECKSUMS").read_text() == (package / "CHECKSUMS").read_text()


def test_readme_and_codebook_say_what_is_needed(package, panel):
    readme, codebook = ((package / name).read_text() for name in ("README.md", "codebook.md"))
    for words in ("sha256sum -c CHECKSUMS", "doi:10.1080/09668136.2023.2276677", f"bci {bci.__version__}"):
        assert words in readme
    assert "--period 1992,1993," in readme
    for name, definition in panel.definitions.items():
        assert f"(`{name}`)" in codebook
        for variable in definition.variables:
            assert f"| {variable.replace('_', chr(92) + '_')} |" in codebook
    cited = [r for r in described(package)["resources"] if r.get("sources")]
    assert len(cited) == 6
    assert (package / "findings.yaml").read_text() == (shipped("config") / "findings.yaml").read_text()


def test_a_package_is_there_whole_or_not_at_all(folder, tmp_path):
    scores = bci.score(folder)
    # The list of sources is read when it is written, and breaks before.
    (folder / "sources.yaml").write_text("x: 1\n")
    with pytest.raises(bci.InputError, match=r"sources\.yaml"):
        write_datapackage(scores, tmp_path / "package")
    assert [path.name for path in tmp_path.iterdir()] == ["indicators"]


def test_what_exists_is_replaced_only_where_it_is_a_package(scores, tmp_path):
    folder = tmp_path / "package"
    write_datapackage(scores, folder)
    (folder / "mine.txt").write_text("mine")
    with pytest.raises(bci.InputError, match="exists already; give --force to replace it"):
        write_datapackage(scores, folder)
    assert (folder / "mine.txt").exists()
    write_datapackage(scores, folder, force=True)
    assert not (folder / "mine.txt").exists()
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.txt").write_text("years of work")
    with pytest.raises(bci.InputError, match=r"no folder with a datapackage\.json, and is not replaced"):
        write_datapackage(scores, other, force=True)
    assert (other / "chapter.txt").read_text() == "years of work"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["package", "thesis"]


@pytest.mark.parametrize("form", ["csv.gz", "parquet"])
def test_packed_figures_are_scored_again_from_the_package(form, folder, tmp_path):
    for name in ("trade", "un_voting"):
        path = folder / f"{name}.csv"
        if form == "csv.gz":
            (folder / f"{name}.csv.gz").write_bytes(gzip.compress(path.read_bytes()))
        else:
            pd.read_csv(path, keep_default_na=False, na_values={"share_a": ""}).astype(
                {"source": str, "note": str}
            ).to_parquet(folder / f"{name}.parquet", index=False)
        path.unlink()
    scores = bci.score(folder)
    package = tmp_path / "package"
    write_datapackage(scores, package)
    assert_sound(package)
    assert repeated(package) == (package / "data" / "scores.csv").read_text()
    assert bci.load_indicators(package / "data" / "indicators").digest == scores.digest


def test_chosen_dyads_other_orders_of_columns_and_an_indicator_without_figures(tmp_path):
    folder = tmp_path / "indicators"
    folder.mkdir()
    source = (
        "made_up: {title: Made up, publisher: Nobody, place: nowhere; at all, licence: none, vintage: 2026}"
    )
    (folder / "sources.yaml").write_text(source.replace("2026", '"2026"') + "\n")
    (folder / "official_visits.csv").write_text(
        "year,iso3_a,iso3_b,note,count,source,quality\n"
        "2000,China,RUS,,2,made_up,A\n2001,CHN,RUS,,,,\n2000,CIV,FRA,=1+1,0,made_up,C\n"
    )
    (folder / "military_exercises.csv").write_text("iso3_a,iso3_b,year,count,source,quality,note\n")
    scheme = Scheme.model_validate(
        {
            "name": "Made.Up",
            "periods": [[2000, 2001]],
            "dimensions": {
                "contacts": {"weight": 1, "indicators": {"official_visits": 1, "military_exercises": 1}}
            },
            "missing": {"rule": "reweight", "minimum_coverage": 0.0},
            "bands": {"limited": 0.0, "enhanced": 0.5},
        }
    )
    package = tmp_path / "package"
    write_datapackage(bci.score(folder, scheme, dyads="CIV-FRA", period="2000-2002"), package)
    assert_sound(package)
    assert repeated(package) == (package / "data" / "scores.csv").read_text()
    assert (package / "data" / "values.csv").read_text() == (
        "iso3_a,iso3_b,year,official_visits,military_exercises\nCIV,FRA,2000,0.0,\n"
    )
    assert not (package / "findings.yaml").exists()
    assert "--period 2000-2002 --dyad CIV-FRA" in (package / "README.md").read_text()


def test_markup_and_foreign_letters_stand_as_they_are(folder, tmp_path):
    title = "\u202bالتجارة <script>alert(1)</script> | `x`"
    path = folder / "trade.yaml"
    text = path.read_text(encoding="utf-8").replace("Overall trade interdependence", json.dumps(title))
    path.write_text(text, encoding="utf-8")
    package = tmp_path / "package"
    write_datapackage(bci.score(folder), package)
    assert_sound(package)
    titles = {r["name"]: r["title"] for r in described(package)["resources"]}
    assert titles["indicator_trade"] == title
    codebook = (package / "codebook.md").read_text(encoding="utf-8")
    assert r"\<script\>alert(1)\</script\> \| \`x\`" in codebook
    assert "<script>" not in codebook.replace(r"\<script\>", "")


def test_scores_of_a_plain_frame_have_no_sources_to_write(scores, tmp_path):
    plain = bci.score(scores.values, scores.scheme)
    with pytest.raises(bci.InputError, match="needs the figures and sources of a folder of indicators"):
        write_datapackage(plain, tmp_path / "package")
