"""The loops over bytes that arrays are too slow for, in C: what `hatch_build.py` builds from the files beside this one.

Functions take addresses of NumPy arrays and their lengths, write into arrays that the caller made, and work without the
interpreter's lock. A file of functions declares them in `_FUNCTIONS`; after a change, `python hatch_build.py` builds.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from lineage.errors import PluginError

if TYPE_CHECKING:
    import ctypes

    from numpy.typing import NDArray

_LIBRARY: Final = Path(__file__).with_name("kernel.so")
_EDITION: Final = 1
"""To be raised, here and in start.c, with any change to what a function takes or gives."""
_FUNCTIONS: Final[dict[str, str]] = {"kernel_edition": ""}
"""Functions by what they take: `a` an array, `n` a number. All give a number."""


@cache
def kernel() -> ctypes.CDLL:
    """Give the built library.

    Raises:
        PluginError: it has not been built, or from other sources than these.

    """
    import ctypes

    kinds = {"a": ctypes.c_void_p, "n": ctypes.c_int64}
    try:
        library = ctypes.CDLL(str(_LIBRARY))
        for name, takes in _FUNCTIONS.items():
            function = getattr(library, name)
            function.argtypes, function.restype = [kinds[one] for one in takes], ctypes.c_int64
    except (OSError, AttributeError) as error:
        raise PluginError(_unbuilt("is not built")) from error
    if library.kernel_edition() != _EDITION:
        raise PluginError(_unbuilt("was built from other sources"))
    return library


def at(array: NDArray[Any]) -> int:
    """Give the address of an array that lies in one piece, as functions of the kernel take it."""
    if not array.flags.c_contiguous:
        raise ValueError("the kernel takes arrays that lie in one piece")
    return int(array.ctypes.data)


def _unbuilt(state: str) -> str:
    return f"rules/privacy: the kernel {state}; install the package again (in a clone: `make setup`)"
