"""What `greenprof.prove` says of its trials, kept in English with them: see `_kept_words`."""

from __future__ import annotations

from greenprof.i18n import N_

PROOFS = (
    N_("{fixes} may change results: --unsafe-fixes tries it, with the same checks"),
    N_("{fixes} may change results: --unsafe-fixes tries them, with the same checks"),
    N_("{fixes} is on lines that the run was not seen on"),
    N_("{fixes} are on lines that the run was not seen on"),
    N_("{findings} has no fix that can be applied"),
    N_("{findings} have no fix that can be applied"),
    N_("1 fix ({names})"),
    N_("{number} fixes ({names})"),
    N_("1 finding ({names})"),
    N_("{number} findings ({names})"),
    N_("{number} cheaper than those of --max {most}"),
    N_("it costs more"),
    N_("it is found no more: an earlier fix has mended it, or taken its place"),
    N_("{path} has changed while this ran: the patch is for what it was"),
    N_("{path} is not in the copies that were run, for its size; --link {path2} leads them to it"),
    N_("an earlier proof was not finished; --resume would have gone on with it, this one began anew"),
    N_("goes on after {done} of {number} fixes"),
    N_("{name} exit code {before} became {after}"),
    N_("exit code {before} became {after}"),
    N_("exit code {code}: {said}"),
    N_("{name} has {after} lines, not {before}"),
    N_("{name} differs in its line ends"),
    N_("{name} line {number}: {before} became {after}"),
    N_("did not end within {seconds} s"),
    N_("killed by {signal}"),
    N_("exit code {code}"),
)
