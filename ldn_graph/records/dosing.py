"""Units, substances and their dose bands: the table `dosing.yaml`."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path

from pydantic import Field, model_validator

from ldn_graph import files
from ldn_graph.records import yaml_io
from ldn_graph.records.field_types import Text
from ldn_graph.records.model import Value
from ldn_graph.records.vocabularies import DoseBand


class Band(Value):
    """From which amount in mg a day a band begins, and whether that amount lies in it."""

    band: DoseBand
    least: Decimal = Field(alias="from", ge=0)
    included: bool

    def holds(self, amount: Decimal) -> bool:
        """Whether an amount in mg a day lies in the band or above it."""
        return amount > self.least or (self.included and amount == self.least)


class Substance(Value):
    """One substance by one route, with its bands, the highest first; `others`: names of compounds
    whose doses are not its own."""

    substance: Text
    route: Text
    others: tuple[Text, ...] = Field(alias="not", default=())
    bands: tuple[Band, ...]

    @model_validator(mode="after")
    def _falling(self) -> "Substance":
        starts = [band.least for band in self.bands]
        if starts != sorted(starts, reverse=True) or not starts or starts[-1] != 0:
            raise ValueError("give the bands from the highest down to one that begins at 0")
        return self

    def band_of(self, amount: Decimal) -> DoseBand:
        """The band of an amount in mg a day, 0 or more."""
        return next(band.band for band in self.bands if band.holds(amount))


class Dosing(Value):
    """The table: how many mg or µM one of each unit is, and the substances."""

    mass: Mapping[Text, Decimal]
    molar: Mapping[Text, Decimal]
    substances: tuple[Substance, ...] = Field(min_length=1)

    def substance(self, name: str) -> Substance | None:
        """The substance of that name."""
        return next((s for s in self.substances if s.substance == name), None)

    @cached_property
    def first(self) -> Substance:
        """The substance that a dose is of, where nothing says otherwise."""
        return self.substances[0]


def read_dosing(path: Path) -> Dosing:
    """The table in `path`. Raises DataError where a value is off."""
    return yaml_io.value(path, yaml_io.parse(path), Dosing)


@cache
def shipped() -> Dosing:
    """The table that comes with ldn-graph."""
    return read_dosing(files.root() / "data" / "dosing.yaml")
