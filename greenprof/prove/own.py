"""Patches of the user's own as candidates: a fix that no rule can carry out is proven all the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from greenprof.model import Finding, Report
from greenprof.prove.candidates import keys_of, place_in, seen_of
from greenprof.prove.nouns import Asked, Candidate
from greenprof.prove.patch import PatchError, apply_patch, files_in, read_patch
from greenprof.prove.trees import Trees


def own_candidates(
    asked: Asked,
    report: Report,
    findings: Sequence[Finding],
    trees: Trees,
    *,
    keys_then: Callable[[], Sequence[str]],
    here: Path,
) -> list[Candidate]:
    """A candidate for each patch in ``asked.own``, worth what the findings burned that are gone with it.

    `keys_then` lints the trial's tree; `here` is where the patches are named from. Raises GreenprofError for what
    is no patch. One that does not apply yet may apply on top of what comes before it.
    """
    seen, made = seen_of(report), []
    before = dict(zip(keys_of(findings, trees.state.root), findings, strict=True))
    for name in asked.own:
        patch = read_patch(here / name)
        gone: list[Finding] = []
        try:
            changes = patched(patch, trees, asked, {})
        except PatchError:
            pass
        else:
            trees.trial.become(changes)
            after = set(keys_then())
            gone = [one for key, one in before.items() if key not in after]
            trees.trial.become({})
        energies = [seen[place][0] for one in gone if (place := place_in(one)) in seen]
        dearest = max(gone, key=lambda one: seen.get(place_in(one), (None, None))[0] or 0.0, default=None)
        made.append(
            Candidate(
                key=f"patch {name}",
                rule=dearest.rule if dearest else None,
                path=dearest.path if dearest else (*files_in(patch), name)[0],
                line=dearest.line if dearest else None,
                message=Path(name).name,
                energy_j=sum(each for each in energies if each is not None) if any(energies) else None,
                patch=patch,
                also=tuple(f"{one.path}:{one.line}" for one in gone if one is not dearest),
            )
        )
    return made


def patched(patch: str, trees: Trees, asked: Asked, kept: Mapping[str, bytes]) -> dict[str, bytes]:
    """`kept` with the changes of a patch on top; raises PatchError where it does not apply.

    Its paths are from the project's root, as git writes them, or from where the command runs.
    """
    root, here = trees.trial.root, trees.trial.root / asked.here
    trees.trial.become(kept)
    try:
        apply_patch(patch, root, trees.pristine.parent)
        base = root
    except PatchError as error:
        if here == root:
            raise
        try:
            apply_patch(patch, here, trees.pristine.parent)
        except PatchError:
            raise error from None
        base = here
    names = [(base / name).relative_to(root).as_posix() for name in files_in(patch)]
    return {**kept, **{name: (root / name).read_bytes() for name in names}}
