"""Writes the two files of a new connector from their templates: green before anything is edited.

What is written is an ordinary file: nothing of it is read again, and nothing is generated a second time.
"""

import json
from importlib.resources import files
from pathlib import Path
from string import Template

from earlyhelp.errors import SetUpWrong
from earlyhelp.scaffolding.answers import Answers
from earlyhelp.scaffolding.parts import Parts, parts_of


def written(answers: Answers, folder: Path) -> list[Path]:
    """Write the connector and its test into a project; returns both.

    Nothing that is there is overwritten. Raises `SetUpWrong`, having written nothing.
    """
    if not (folder / "connectors").is_dir() or not (folder / "tests").is_dir():
        raise SetUpWrong(
            "there are no folders connectors/ and tests/ here; run this in the project's own folder"
        )
    parts = parts_of(answers)
    texts = {
        folder / "connectors" / f"{answers.module}.py": connector_text(answers, parts),
        folder / "tests" / "connectors" / f"test_{answers.module}.py": test_text(answers, parts),
    }
    if there := [path.name for path in texts if path.exists()]:
        raise SetUpWrong(
            f"{' and '.join(there)} stand there already, and are not overwritten; choose another name"
        )
    for path, text in texts.items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return list(texts)


def connector_text(answers: Answers, parts: Parts) -> str:
    """The connector's file. Raises `SetUpWrong` where the class would take the name of one it needs."""
    if answers.class_name in parts.names():
        raise SetUpWrong(
            f"a connector cannot be called {answers.name}: it needs something of that name itself"
        )
    row = ""
    if parts.constants:
        bases = ", ".join(filter(None, (parts.usual, answers.rows.__name__)))
        row = _template("row").substitute(constants=parts.constants, bases=bases, spelt=parts.spelt)
    return _template("connector").substitute(
        title=answers.name.replace("-", " ").title(),
        imports=parts.imports(),
        row=row,
        class_name=answers.class_name,
        days=answers.days,
        name=answers.name,
        sector=answers.sector.name,
        sign_in=parts.sign_in,
        feed=parts.feed,
    )


def test_text(answers: Answers, parts: Parts) -> str:
    """The test's file: the promises, kept with one made-up row."""
    return _template("test").substitute(
        module=answers.module,
        class_name=answers.class_name,
        promises="DropPromises" if answers.kind.files else "ConnectorPromises",
        sample=_sample(answers, parts),
        feed_name=answers.feed,
        spoil=parts.spoil,
    )


def _sample(answers: Answers, parts: Parts) -> str:
    """The lines of the made-up row."""
    if parts.sample is None:
        return _template(answers.rows.kind).template.rstrip("\n")
    return "\n".join(f"    {_literal(name)}: {_literal(value)}," for name, value in parts.sample.items())


def _template(name: str) -> Template:
    """A template that ships with us."""
    return Template((files("earlyhelp.scaffolding") / "templates" / f"{name}.txt").read_text("utf-8"))


def _literal(value: object) -> str:
    """A value as Python writes it, in the quotation marks of the house."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_literal(key)}: {_literal(one)}' for key, one in value.items())}}}"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)
