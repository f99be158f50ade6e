"""The names that a Jinja2 template takes from outside, from its syntax tree: nothing is rendered or imported.

`{{ contact.email }}` takes (`contact`, `email`). What a loop or a `set` gives another name is followed back:
in `{% for t in tickets %}{{ t.body }}{% endfor %}` it is (`tickets`, `body`). A name that is only handed on whole
(`{{ tickets | tojson }}`) stands alone: all of it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lineage.facts import Seen, TemplateFact

if TYPE_CHECKING:
    from jinja2 import nodes

Chain = tuple[str, ...]

_OURS: Final = frozenset(
    {
        *("range", "dict", "lipsum", "cycler", "joiner", "namespace", "loop", "self", "super", "caller", "varargs"),
        *("kwargs", "true", "false", "none", "True", "False", "None", "_", "gettext", "ngettext"),
    }
)
"""Names that Jinja2 gives itself."""
_METHODS: Final = frozenset({"items", "values", "keys", "get", "strip", "lower", "upper", "isoformat", "strftime"})
_DEEPEST: Final = 200


def names_in(seen: Seen, template: str, text: str | None, unread: str) -> TemplateFact:
    """Give what a template takes from outside; a text that cannot be read may take anything."""
    from jinja2 import Environment, TemplateSyntaxError

    if text is None:
        return TemplateFact(seen, template, (), (), unread)
    try:
        tree = Environment(  # noqa: S701 - nothing is rendered
            extensions=["jinja2.ext.do", "jinja2.ext.loopcontrols", "jinja2.ext.i18n"]
        ).parse(text)
        walk = _Walk()
        walk.block(tree.body, {}, 0)
    except TemplateSyntaxError:
        return TemplateFact(seen, template, (), (), "its syntax is not understood")
    except RecursionError:
        return TemplateFact(seen, template, (), (), "it is nested too deep")
    uses = tuple(sorted(walk.uses))
    return TemplateFact(seen, template, uses, tuple(sorted(walk.includes)), walk.unread)


class _Walk:
    def __init__(self) -> None:
        self.uses: set[Chain] = set()
        self.includes: set[str] = set()
        self.unread = ""

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
            case of.Macro() | of.CallBlock():
                inner = {**names, **{one.name: None for one in node.args}}
                self._all([*node.defaults, *([node.call] if isinstance(node, of.CallBlock) else [])], names, depth)
                if isinstance(node, of.Macro):
                    names[node.name] = None
                self.block(node.body, inner, depth)
            case of.With():
                self._all([value for value in node.values if self._of(value, names) is None], names, depth)
                inner = dict(names)
                for target, value in zip(node.targets, node.values, strict=True):
                    self._bind(target, self._of(value, names), inner)
                self.block(node.body, inner, depth)
            case of.Include() | of.Extends() | of.Import() | of.FromImport():
                self._include(node, names)
            case of.Getattr() | of.Getitem() | of.Name() | of.Filter(name="map"):
                self._use(node, names, depth)
            case _:
                self._all(list(node.iter_child_nodes()), names, depth)

    def _all(self, found: list[nodes.Node] | list[nodes.Expr], names: dict[str, Chain | None], depth: int) -> None:
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
            if chain is None or not _looked_into(node, node.target):
                self.node(node.iter, names, depth + 1)
        if node.test is not None:
            self.node(node.test, inner, depth + 1)
        self.block(node.body, inner, depth)
        self.block(node.else_, dict(names), depth)

    def _bind(self, target: nodes.Node, chain: Chain | None, names: dict[str, Chain | None]) -> None:
        from jinja2 import nodes as of

        for name in [target] if isinstance(target, of.Name) else list(target.find_all(of.Name)):
            names[name.name] = chain if isinstance(target, of.Name) else None

    def _include(
        self, node: nodes.Include | nodes.Extends | nodes.Import | nodes.FromImport, names: dict[str, Chain | None]
    ) -> None:
        from jinja2 import nodes as of

        told = node.template
        items = told.items if isinstance(told, of.List | of.Tuple) else [told]
        for item in items:
            if isinstance(item, of.Const) and isinstance(item.value, str):
                self.includes.add(item.value)
            else:
                self.unread = "it takes in a template whose name is only known when it is rendered"
        if isinstance(node, of.Import):
            names[node.target] = None
        elif isinstance(node, of.FromImport):
            names.update((one if isinstance(one, str) else one[1], None) for one in node.names)

    def _use(self, node: nodes.Expr, names: dict[str, Chain | None], depth: int) -> None:
        from jinja2 import nodes as of

        chain = self._of(node, names)
        if chain is not None:
            self.uses.add(chain)
        else:
            self._all(list(node.iter_child_nodes()), names, depth)
        if isinstance(node, of.Getitem) and not isinstance(node.arg, of.Const):
            self.node(node.arg, names, depth + 1)

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
                case of.Filter(name="sort" | "first" | "last" | "list" | "reverse" | "unique" | "batch"):
                    if node.node is None:
                        return None
                    node = node.node
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
        parts = [*root, *reversed(tail)]
        while len(parts) > 1 and parts[-1] in _METHODS:
            parts.pop()
        return tuple(parts)


def _attribute(node: nodes.Filter) -> str:
    """Give what `map(attribute="body")` takes of each item."""
    from jinja2 import nodes as of

    told = next((one.value for one in node.kwargs if one.key == "attribute"), None)
    return told.value if isinstance(told, of.Const) and isinstance(told.value, str) else ""


def _looked_into(loop: nodes.For, target: nodes.Node) -> bool:
    """Whether every use of the loop's name asks for a part of it, so that the list is not used whole."""
    from jinja2 import nodes as of

    if not isinstance(target, of.Name):
        return False
    parts = {id(one.node) for one in loop.find_all(of.Getattr)} | {id(one.node) for one in loop.find_all(of.Getitem)}
    inside = [name for part in (*loop.body, *([loop.test] if loop.test else [])) for name in part.find_all(of.Name)]
    direct = [part for part in loop.body if isinstance(part, of.Name)]
    return all(id(name) in parts for name in (*inside, *direct) if name.name == target.name)
