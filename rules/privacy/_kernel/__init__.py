"""The loops over bytes that arrays are too slow for, in C: what `hatch_build.py` builds from the files beside this one.

Functions take bytes, addresses of NumPy arrays and lengths, write into arrays that the caller made, and work without
the interpreter's lock. `_FUNCTIONS` declares those of every C file; after a change, `python hatch_build.py` builds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lineage.errors import PluginError

if TYPE_CHECKING:
    import ctypes

    import numpy as np
    from numpy.typing import NDArray

_LIBRARY: Final = Path(__file__).with_name("kernel.so")
_EDITION: Final = 3
"""To be raised, here and in start.c, with any change to what a function takes or gives."""
_FUNCTIONS: Final = {
    "kernel_edition": "",
    "leaks_codes": "annanaa",
    "leaks_name": "an",
    "leaks_reduce": "aana",
    "leaks_room": "",
    "leaks_search": "aaannnaa",
    "leaks_take": "aannn",
    "leaks_value": "aan",
    "numbers_of_lines": "annan",
    "signs_match": "naaaana",
    "signs_of_lines": "annan",
    "sketch_distinct": "aaannanaa",
    "sketch_holds": "ann",
    "sketch_joined": "aaaanna",
    "sketch_kept": "aaanaaaa",
    "sketch_keys": "aaanaaa",
    "sketch_ordered": "anaaaa",
    "sketch_shapes": "ana",
    "sketch_trimmed": "aanaa",
}
"""Functions by what they take: `a` an array, `n` a number. All give a number."""


@cache
def kernel() -> ctypes.CDLL:
    """Give the built library.

    Raises:
        PluginError: it cannot be loaded here, or was built from other sources than these.

    """
    import ctypes

    kinds = {"a": ctypes.c_void_p, "n": ctypes.c_int64}
    try:
        library = ctypes.CDLL(str(_LIBRARY))
        for name, takes in _FUNCTIONS.items():
            function = getattr(library, name)
            function.argtypes, function.restype = [kinds[one] for one in takes], ctypes.c_int64
    except (OSError, AttributeError) as error:
        raise PluginError(_unbuilt("cannot be loaded")) from error
    if library.kernel_edition() != _EDITION:
        raise PluginError(_unbuilt("was built from other sources"))
    return library


def at(array: NDArray[Any]) -> int:
    """Give the address of an array that lies in one piece, as functions of the kernel take it."""
    if not array.flags.c_contiguous:
        raise ValueError("the kernel takes arrays that lie in one piece")
    return int(array.ctypes.data)


@dataclass(frozen=True, slots=True)
class Struct:
    """A struct of the kernel: arrays, numbers and nothing, in the order of its members, of eight bytes each."""

    members: tuple[NDArray[Any] | int | None, ...] = field(repr=False)
    """Held, so that the arrays live as long as what knows their addresses."""
    told: NDArray[np.int64] = field(repr=False)

    @classmethod
    def of(cls, *members: NDArray[Any] | int | None) -> Struct:
        """Make one."""
        import numpy as np

        told = [0 if one is None else one if isinstance(one, int) else at(one) for one in members]
        return cls(members, np.array(told, np.int64))

    @property
    def at(self) -> int:
        """Its address."""
        return at(self.told)


def _unbuilt(state: str) -> str:
    return f"rules/privacy: the kernel {state}; install the package again (in a clone: `make setup`)"


if not _LIBRARY.exists():  # told now: in the midst of a scan it would be a source that could not be read
    raise PluginError(_unbuilt("is not built"))
