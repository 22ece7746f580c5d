"""The site's generator: a Sphinx extension that makes pages of the specification.

Before anything is read it writes `spec/docs/generated`, from the clauses, the reports on known
implementations, the saboteurs, the model and the reference's source; `pages` says what. It adds
what Markdown lacks for them: the role `clause`, which links to a clause by its id and warns where
there is none, and stands for the ids in docstrings too; a section whose title is a clause's id has
that for its anchor, as it stands; and `source-of-module` shows a file with an anchor on each line.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from bluelet_spec import clauses
from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.transforms import SphinxTransform
from sphinx.util.docutils import SphinxDirective, SphinxRole
from sphinx.util.nodes import make_refnode

from bluelet_docs.markup import CHAPTERS
from bluelet_docs.pages import pages, write
from bluelet_docs.promises import BrokenPromise


class ClauseRole(SphinxRole):
    """A link to a clause, with its sentence as title."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link; where there is no such clause, a warning."""
        if self.text not in clauses():
            message = self.inliner.reporter.warning(
                f"there is no clause {self.text!r}", line=self.lineno
            )
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        link = addnodes.pending_xref(
            self.rawtext,
            nodes.literal(self.text, self.text, classes=["clause-id"]),
            refdoc=self.env.docname,
            refdomain=None,
            reftype="clause",
            reftarget=self.text,
        )
        return [link], []


class Anchors(SphinxTransform):
    """Gives the section of a clause the clause's id, with its dot."""

    default_priority = 400

    def apply(self, **kwargs: Any) -> None:
        """Rename the sections of a chapter's page that are clauses."""
        if not self.env.docname.startswith(CHAPTERS):
            return
        for section in self.document.findall(nodes.section):
            title = section.next_node(nodes.title)
            clause = title.astext() if title else ""
            if clause in clauses():
                for each in section["ids"]:
                    self.document.ids.pop(each, None)
                self.document.ids[clause] = section
                section["ids"] = [clause]
                section["names"] = []


class SourceOfModule(SphinxDirective):
    """A file of this repository, with a number and an anchor on each line."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """Return its text."""
        path = Path(self.env.srcdir).parents[1] / self.arguments[0]
        self.env.note_dependency(str(path))
        text = path.read_text(encoding="utf-8")
        return [
            nodes.literal_block(
                text, text, language="python", linenos=True, highlight_args={"lineanchors": "L"}
            )
        ]


def generate(app: Sphinx) -> None:
    """Write the generated pages.

    Raises:
        ExtensionError: a promise is held by no clause.
    """
    try:
        write(Path(app.srcdir) / "generated", pages())
    except BrokenPromise as broken:
        raise ExtensionError(str(broken)) from None


def resolve(
    app: Sphinx, env: BuildEnvironment, node: addnodes.pending_xref, content: nodes.TextElement
) -> nodes.reference | None:
    """Return the link that stands for a role `clause`."""
    if node["reftype"] != "clause":
        return None
    clause = clauses()[node["reftarget"]]
    page = f"{CHAPTERS}/{clause.chapter}"
    link: nodes.reference = make_refnode(
        app.builder, node["refdoc"], page, clause.id, content, clause.sentence
    )
    return link


def link_clauses(
    app: Sphinx, what: str, name: str, obj: object, options: object, lines: list[str]
) -> None:
    """Make links of the ids of clauses in a docstring, which has them as literals."""

    def link(literal: re.Match[str]) -> str:
        return f":clause:`{literal[1]}`" if literal[1] in clauses() else literal[0]

    lines[:] = [re.sub(r"``([\w.-]+)``", link, line) for line in lines]


def setup(app: Sphinx) -> dict[str, Any]:
    """Add all that to Sphinx."""
    app.connect("builder-inited", generate)
    app.connect("missing-reference", resolve)
    app.connect("autodoc-process-docstring", link_clauses)
    app.add_role("clause", ClauseRole())
    app.add_transform(Anchors)
    app.add_directive("source-of-module", SourceOfModule)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
