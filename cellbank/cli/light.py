"""Parameters read by their own readers. typer would import pydantic for it, half of the time that a help takes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

Parameters = TypeVar("Parameters", bound=Sequence[Any])


@dataclass(frozen=True)
class AsTyped:
    """How typer comes to a value: each text through the parameter's reader, or kept as it was typed."""

    reader: Any = None

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        """The value, or one of several texts each read; what was not typed is none."""
        several = param.multiple or param.nargs == -1
        if value is None:
            return () if several else None
        return [self._read(one) for one in value] if several else self._read(value)

    def _read(self, value: Any) -> Any:
        return value if self.reader is None else self.reader(value)


def lightened(params: Parameters) -> Parameters:
    """The same parameters; those that hold text or yes and no, or have a reader of their own, do without pydantic."""
    for param in params:
        described = param.type_descriptor
        reader = described.parameter_info.parser
        held = (get_args(described.annotation) or (described.annotation,))[0]
        if reader is not None or held in {str, bool}:
            param._runtime_param = AsTyped(reader)
    return params
