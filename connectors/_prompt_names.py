"""The names that a Jinja2 template takes from outside, from its syntax tree: nothing is rendered or imported.

`{{ contact.email }}` takes (`contact`, `email`). What a loop or a `set` gives another name is followed back:
in `{% for t in tickets %}{{ t.body }}{% endfor %}` it is (`tickets`, `body`), and so through filters that choose or
sort, through calls of the template's own macros, and in templates that are taken in where such a name is known.
A name that is only handed on whole (`{{ tickets | tojson }}`) stands alone: all of it is used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from lineage.facts import Seen, TemplateFact

if TYPE_CHECKING:
    from jinja2 import nodes

Chain = tuple[str, ...]
Loader = Callable[[str, str], tuple[str, str] | None]
"""(Name as it is written, name of the template that it is written in) -> name and text; None where it is not there."""

_OURS: Final = frozenset(
    {
        *("range", "dict", "lipsum", "cycler", "joiner", "namespace", "loop", "self", "super", "caller", "varargs"),
        *("kwargs", "true", "false", "none", "True", "False", "None", "_", "gettext", "ngettext"),
    }
)
"""Names that Jinja2 gives itself."""
_SAME: Final = frozenset(
    {"sort", "first", "last", "list", "reverse", "unique", "batch", "slice", "random", "min", "max", "default", "d"}
    | {"selectattr", "rejectattr", "select", "reject"}
)
"""Filters that give items of what they are given: a part of an item is a part of that."""
_BY_ATTRIBUTE: Final = frozenset({"selectattr", "rejectattr", "groupby", "sort", "sum", "unique", "min", "max", "join"})
"""Filters that look at one part of each item."""
_DEEPEST: Final = 200
_MOST_CALLS: Final = 1_000
"""Macros that call one another are gone through for each call; beyond that, what they are given is used whole."""


def names_in(seen: Seen, template: str, text: str | None, unread: str, load: Loader | None = None) -> TemplateFact:
    """Give what a template takes from outside; a text that cannot be read may take anything.

    `load` gives a template that another takes in.
    """
    from jinja2 import TemplateSyntaxError

    if text is None:
        return TemplateFact(seen, template, (), (), unread)
    try:
        walk = _Walk(template, load or (lambda _name, _by: None))
        walk.template_of(_parsed(text), {}, 0)
    except TemplateSyntaxError:
        return TemplateFact(seen, template, (), (), "its syntax is not understood")
    except RecursionError:
        return TemplateFact(seen, template, (), (), "it is nested too deep")
    uses = tuple(sorted(walk.uses))
    return TemplateFact(seen, template, uses, tuple(sorted(walk.includes)), walk.unread)


def _parsed(text: str) -> list[nodes.Node]:
    from jinja2 import Environment

    extensions = ["jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.i18n"]
    return Environment(extensions=extensions).parse(text).body  # noqa: S701 - nothing is rendered


class _Walk:
    def __init__(self, template: str, load: Loader) -> None:
        self.template = template
        self.load = load
        self.uses: set[Chain] = set()
        self.includes: set[str] = set()
        self.unread = ""
        self.macros: dict[str, nodes.Macro] = {}
        self.within: list[object] = [template]
        """The macros and templates that are gone through just now."""
        self.calls = 0

    def template_of(self, body: list[nodes.Node], names: dict[str, Chain | None], depth: int) -> None:
        """Go through a whole template, whose macros know one another wherever they stand."""
        from jinja2 import nodes as of

        found = {
            macro.name: macro
            for part in body
            for macro in (part, *part.find_all(of.Macro))
            if isinstance(macro, of.Macro)
        }
        self.macros |= found
        self.block(body, {**names, **dict.fromkeys(found)}, depth)

    def block(self, body: list[nodes.Node], names: dict[str, Chain | None], depth: int) -> None:
        """Go through statements; `names` tells what a local name stands for, None where it is made here."""
        for node in body:
            self.node(node, names, depth + 1)

    def node(self, node: nodes.Node, names: dict[str, Chain | None], depth: int) -> None:
        from jinja2 import nodes as of

        if depth > _DEEPEST:
            raise RecursionError
        match node:
            case of.For():
                self._for(node, names, depth)
            case of.Assign():
                chain = self._of(node.node, names)
                if chain is None:
                    self.node(node.node, names, depth + 1)
                self._bind(node.target, chain, names)
            case of.AssignBlock() | of.Macro() | of.CallBlock():
                self._held(node, names, depth)
            case of.Call(node=of.Name(name=name)) if name in self.macros and names.get(name, name) is None:
                self._called(self.macros[name], node, names, depth)
            case of.Test(name="defined" | "undefined", node=of.Name()):
                pass  # whether it is there, not what it is
            case of.With():
                self._all([value for value in node.values if self._of(value, names) is None], names, depth)
                inner = dict(names)
                for target, value in zip(node.targets, node.values, strict=True):
                    self._bind(target, self._of(value, names), inner)
                self.block(node.body, inner, depth)
            case of.Include() | of.Extends() | of.Import() | of.FromImport():
                self._include(node, names, depth)
            case of.Getattr() | of.Getitem() | of.Name() | of.Filter() | of.Call() | of.Or():
                self._use(node, names, depth)
            case _:
                self._all(list(node.iter_child_nodes()), names, depth)

    def _held(
        self, node: nodes.AssignBlock | nodes.Macro | nodes.CallBlock, names: dict[str, Chain | None], depth: int
    ) -> None:
        """Go through a block that is kept under a name, or handed to a macro."""
        from jinja2 import nodes as of

        if isinstance(node, of.AssignBlock):
            self._all([node.filter] if node.filter is not None else [], names, depth)
            self.block(node.body, dict(names), depth)
            self._bind(node.target, None, names)
            return
        inner = {**names, **{one.name: None for one in node.args}}
        self._all([*node.defaults, *([node.call] if isinstance(node, of.CallBlock) else [])], names, depth)
        self.block(node.body, inner, depth)

    def _all(self, found: Sequence[nodes.Node], names: dict[str, Chain | None], depth: int) -> None:
        for node in found:
            self.node(node, names, depth + 1)

    def _for(self, node: nodes.For, names: dict[str, Chain | None], depth: int) -> None:
        from jinja2 import nodes as of

        chain = self._of(node.iter, names)
        inner = dict(names)
        if isinstance(node.target, of.Tuple):
            # `for key, value in x.items()`: the names of fields are not told one by one, so all of it is used.
            self._bind(node.target, None, inner)
            self.node(node.iter, names, depth + 1)
        else:
            self._bind(node.target, chain, inner)
            if chain is None:
                self.node(node.iter, names, depth + 1)
            else:
                # Its items are used as the body uses them: a part of each, or whole.
                self._beside(node.iter, names, depth)
        if node.test is not None:
            self.node(node.test, inner, depth + 1)
        self.block(node.body, inner, depth)
        self.block(node.else_, dict(names), depth)

    def _bind(self, target: nodes.Node, chain: Chain | None, names: dict[str, Chain | None]) -> None:
        from jinja2 import nodes as of

        for name in [target] if isinstance(target, of.Name) else list(target.find_all(of.Name)):
            names[name.name] = chain if isinstance(target, of.Name) else None

    def _called(self, macro: nodes.Macro, call: nodes.Call, names: dict[str, Chain | None], depth: int) -> None:
        """Go through a macro with what it is called with in the place of its own names."""
        given = dict(zip((one.name for one in macro.args), call.args, strict=False))
        given |= {one.key: one.value for one in call.kwargs if any(one.key == arg.name for arg in macro.args)}
        chains = {name: self._of(value, names) for name, value in given.items()}
        every = [*call.args, *(one.value for one in call.kwargs), call.dyn_args, call.dyn_kwargs]
        # Without a chain there is nothing to follow: what the body takes from outside was noted where it stands.
        nothing = not any(chains.values())
        if nothing or macro in self.within or self.calls > _MOST_CALLS:
            self._all([value for value in every if value is not None], names, depth)
            return
        bound = [value for name, value in given.items() if chains[name] is not None]
        rest = [value for value in every if value is not None and not any(value is one for one in bound)]
        self._all(rest, names, depth)
        for value in bound:
            self._beside(value, names, depth)
        self.calls += 1
        inner = {**names, **{one.name: None for one in macro.args}, **chains}
        self.within.append(macro)
        self.block(macro.body, inner, depth + 1)
        self.within.pop()

    def _include(
        self,
        node: nodes.Include | nodes.Extends | nodes.Import | nodes.FromImport,
        names: dict[str, Chain | None],
        depth: int,
    ) -> None:
        from jinja2 import nodes as of

        told = node.template
        items = told.items if isinstance(told, of.List | of.Tuple) else [told]
        for item in items:
            if isinstance(item, of.Const) and isinstance(item.value, str):
                if not (isinstance(node, of.Include) and self._taken_in(item.value, names, depth)):
                    self.includes.add(item.value)
            else:
                self.unread = "it takes in a template whose name is only known when it is rendered"
        if isinstance(node, of.Import):
            names[node.target] = None
        elif isinstance(node, of.FromImport):
            names.update((one if isinstance(one, str) else one[1], None) for one in node.names)

    def _taken_in(self, name: str, names: dict[str, Chain | None], depth: int) -> bool:
        """Go through a template that is taken in where this one has names of its own, which the other one sees."""
        from jinja2 import TemplateSyntaxError

        loaded = self.load(name, self.template) if any(names.values()) else None
        if loaded is None or loaded[0] in self.within:
            return loaded is not None
        try:
            body = _parsed(loaded[1])
        except TemplateSyntaxError:
            return False  # its own fact says so
        self.within.append(loaded[0])
        outer, self.template = self.template, loaded[0]
        self.template_of(body, names, depth + 1)
        self.template = outer
        self.within.pop()
        return True

    def _use(self, node: nodes.Expr, names: dict[str, Chain | None], depth: int) -> None:
        chain = self._of(node, names)
        if chain is None:
            self._parts(node, names)
            self._all(list(node.iter_child_nodes()), names, depth)
            return
        self.uses.add(chain)
        self._beside(node, names, depth)

    def _beside(self, node: nodes.Node, names: dict[str, Chain | None], depth: int) -> None:
        """Go through what stands beside a chain: the arguments of its filters and calls, and computed keys."""
        from jinja2 import nodes as of

        for part in _spine(node):
            match part:
                case of.Filter():
                    self._parts(part, names)
                    self._all([*part.args, *(one.value for one in part.kwargs)], names, depth)
                case of.Call():
                    self._all([*part.args, *(one.value for one in part.kwargs)], names, depth)
                case of.Or():
                    self.node(part.right, names, depth + 1)
                case of.Getitem() if not isinstance(part.arg, of.Const):
                    self.node(part.arg, names, depth + 1)
                case _:
                    pass

    def _parts(self, node: nodes.Node, names: dict[str, Chain | None]) -> None:
        """Note the part of each item that a filter looks at."""
        from jinja2 import nodes as of

        if isinstance(node, of.Filter) and node.name in _BY_ATTRIBUTE and node.node is not None:
            part, chain = _attribute(node), self._of(node.node, names)
            if part and chain is not None:
                self.uses.add((*chain, *part.split(".")))

    def _of(self, node: nodes.Node, names: dict[str, Chain | None]) -> Chain | None:
        """Give the chain that an expression is; None where it is made of more than that."""
        from jinja2 import nodes as of

        tail: list[str] = []
        while True:
            match node:
                case of.Getattr():
                    tail.append(node.attr)
                    node = node.node
                case of.Getitem():
                    key = node.arg.value if isinstance(node.arg, of.Const) else None
                    tail.extend([key] if isinstance(key, str) else [])
                    if not isinstance(node.arg, of.Const | of.Slice):
                        tail.clear()  # which part is only known when it is rendered: all of it
                    node = node.node
                case of.Filter(name="map") if (part := _attribute(node)) and node.node is not None:
                    tail.extend(reversed(part.split(".")))
                    node = node.node
                case of.Filter(name="attr", args=[of.Const(value=str() as part)]) if node.node is not None:
                    tail.append(part)
                    node = node.node
                case of.Filter() if node.name in _SAME and node.node is not None:
                    node = node.node
                case of.Or() if isinstance(node.right, of.Const | of.List | of.Dict | of.Tuple):
                    node = node.left
                case of.Call(node=of.Getattr() as method):
                    # What a method gives back has parts that nobody knows; `get` alone names one.
                    tail.clear()
                    named = node.args[0] if node.args and method.attr == "get" else None
                    tail.extend([named.value] if isinstance(named, of.Const) and isinstance(named.value, str) else [])
                    node = method.node
                case of.Name():
                    return self._rooted(node.name, tail, names)
                case _:
                    return None

    def _rooted(self, name: str, tail: list[str], names: dict[str, Chain | None]) -> Chain | None:
        if name in names:
            root = names[name]
            if root is None:
                return None
        elif name in _OURS:
            return None
        else:
            root = (name,)
        return (*root, *reversed(tail))


def _spine(node: nodes.Node) -> Iterator[nodes.Node]:
    """Give an expression and what it is a part, an item or a method's answer of, down to its name."""
    from jinja2 import nodes as of

    while True:
        yield node
        match node:
            case of.Getattr() | of.Getitem():
                node = node.node
            case of.Filter() if node.node is not None:
                node = node.node
            case of.Or():
                node = node.left
            case of.Call(node=of.Getattr() as method):
                node = method.node
            case _:
                return


def _attribute(node: nodes.Filter) -> str:
    """Give what `map(attribute="body")` takes of each item, or `selectattr("open")` looks at."""
    from jinja2 import nodes as of

    told = next((one.value for one in node.kwargs if one.key == "attribute"), None)
    if told is None and node.args and node.name in {"selectattr", "rejectattr", "groupby", "sum"}:
        told = node.args[0]
    return told.value if isinstance(told, of.Const) and isinstance(told.value, str) else ""
