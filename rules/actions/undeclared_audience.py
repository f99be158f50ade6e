"""An output is offered to a role that the scope does not name.

Why it matters
--------------
What the workflow writes from private context is read by people whom nobody cleared for that context.

What it looks at
----------------
The `audience` of each output against the roles of `scope.include` and `scope.exclude`.
Who is in the `channel` only the channel shows: so where one is named, that stays unverified.

How to fix it
-------------
Add the role to the scope after looking at what it may read, or take it out of the audience.
"""

from __future__ import annotations

from collections.abc import Iterator

from lineage.finding import Judgement, Subject
from lineage.model import Severity
from lineage.plan.model import Output
from lineage.rule import Evidence, Rule
from rules.plan._said import held, told, unknown, wrong
from rules.plan._scope import listed


def check(evidence: Evidence) -> Iterator[Judgement]:
    """Judge the audience of each output."""
    roles = listed(evidence.plan, "include").get("roles", ())
    excluded = listed(evidence.plan, "exclude").get("roles", ())
    for output in evidence.plan.outputs.values():
        yield from _judged(output, roles, excluded)


def _judged(output: Output, roles: tuple[str, ...], excluded: tuple[str, ...]) -> Iterator[Judgement]:
    leaf, about = f"{output.path}.audience", Subject(action=output.id)
    beyond = [role for role in output.audience if role in excluded or (roles and role not in roles)]
    for role in beyond:
        why = "which is excluded from the scope" if role in excluded else "which the scope does not include"
        fix = f"take {role} out of the audience, or into scope.include.roles"
        yield wrong(leaf, about, f"{output.id} is offered to {role}, {why}", fix, effort="minutes")
    if output.audience and not beyond:
        if roles:
            yield held(leaf, about, "every role that it is offered to is in scope")
        else:
            yield unknown(leaf, about, "the scope names no roles to hold it against", "list scope.include.roles")
    if told(output.channel):
        says = f"who reads {output.channel} was not seen"
        yield unknown(f"{output.path}.channel", about, says, f"the members of {output.channel}")


RULE = Rule(id="actions/undeclared-audience", severity=Severity.HIGH, check=check)
