"""Where results go: standard output, a CSV file, a pandas table, a MongoDB collection."""

from __future__ import annotations

import csv
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from greenprof.compat.pyrapl.exception import PyRAPLException
from greenprof.compat.pyrapl.result import COLUMNS, Energies, Result, rows

_RULE = "-------------------------------"


class Output(ABC):
    """What takes results."""

    @abstractmethod
    def add(self, result: Result) -> None:
        """Take one result."""


class PrintOutput(Output):
    """Print each result; with `raw` as Python shows it."""

    def __init__(self, raw: bool = False) -> None:
        self._raw = raw

    def add(self, result: Result) -> None:
        """Print one result."""
        print(str(result) if self._raw else _as_text(result))


class BufferedOutput(Output):
    """Keeps results, one row per socket, until `save` is called; for classes with an ``_output_buffer``."""

    def __init__(self) -> None:
        self._buffer: list[dict[str, object]] = []

    @property
    def buffer(self) -> list[dict[str, object]]:
        """The rows that are not saved yet."""
        return self._buffer

    def add(self, result: Result) -> None:
        """Keep one result."""
        self._buffer.extend(rows(result))

    def save(self) -> None:
        """Write the rows out and forget them."""
        self._output_buffer()
        self._buffer = []

    @abstractmethod
    def _output_buffer(self) -> None:
        """Write `buffer` out."""


class CSVOutput(BufferedOutput):
    """A CSV file, to which `save` appends; with ``append=False`` the file is begun anew. Unknown is empty.

    Raises `PyRAPLException` if the file cannot be written, or has other columns.
    """

    def __init__(self, filename: str, separator: str = ",", append: bool = True) -> None:
        super().__init__()
        self._path = Path(filename)
        self._separator = separator
        try:
            if append and self._path.exists() and self._path.stat().st_size:
                self._check_columns()
            else:
                self._write("w", [COLUMNS])
        except (OSError, ValueError, csv.Error) as failure:
            raise PyRAPLException(f"{filename} cannot be written to: {failure}") from None

    def _output_buffer(self) -> None:
        self._write("a", [["" if row[name] is None else row[name] for name in COLUMNS] for row in self._buffer])

    def _check_columns(self) -> None:
        with self._path.open(newline="", encoding="utf-8") as file:
            columns = next(csv.reader(file, delimiter=self._separator), [])
        if tuple(columns) != COLUMNS:
            raise ValueError(f"its columns are {columns}, not {list(COLUMNS)}; name another file, or use append=False")

    def _write(self, mode: str, lines: Sequence[Sequence[object]]) -> None:
        with self._path.open(mode, newline="", encoding="utf-8") as file:
            csv.writer(file, delimiter=self._separator, lineterminator="\n").writerows(lines)


class DataFrameOutput(Output):
    """A pandas table, one row per socket; needs pandas."""

    def __init__(self) -> None:
        _needs("pandas", "DataFrameOutput")
        self._rows: list[dict[str, object]] = []

    def add(self, result: Result) -> None:
        """Add one result; its time stamp becomes text."""
        self._rows.extend(row | {"timestamp": time.ctime(result.timestamp)} for row in rows(result))

    @property
    def data(self) -> Any:
        """The table so far, a ``pandas.DataFrame``."""
        return _needs("pandas", "DataFrameOutput").DataFrame(self._rows, columns=list(COLUMNS))


class MongoOutput(BufferedOutput):
    """A collection of a MongoDB database, to which `save` adds the rows; needs pymongo."""

    def __init__(self, uri: str, database: str, collection: str) -> None:
        super().__init__()
        self._collection = _needs("pymongo", "MongoOutput").MongoClient(uri)[database][collection]

    def _output_buffer(self) -> None:
        if self._buffer:
            self._collection.insert_many(self._buffer)


def _needs(package: str, output: str) -> Any:
    try:
        return import_module(package)
    except ImportError:
        raise PyRAPLException(f"{output} needs {package}, which is not installed: pip install {package}") from None


def _as_text(result: Result) -> str:
    lines = [
        f"Label : {result.label}",
        f"Begin : {time.ctime(result.timestamp)}",
        f"Duration : {result.duration:10.4f} us",
    ]
    for title, energies in (("PKG", result.pkg), ("DRAM", result.dram)):
        if energies is not None:
            lines += [_RULE, f"{title} :", *_by_socket(energies)]
    return "\n".join([*lines, _RULE])


def _by_socket(energies: Energies) -> list[str]:
    amounts = ["unknown" if energy is None else f"{energy:10.4f} uJ" for energy in energies]
    return [f"\tsocket {socket} : {amount}" for socket, amount in enumerate(amounts)]
