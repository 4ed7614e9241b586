"""Seeing every file once: folder after folder, each entry's status, nothing opened but folders."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field

from greenprof.lint.patterns import Patterns
from greenprof.scan.mounts import Mount, mount_of, mounts
from greenprof.scan.nouns import Choice, Totals
from greenprof.scan.reading import Opener, reason_of
from greenprof.scan.store import Folder, Store, signed, within

_BLOCK = 512  # the unit of st_blocks, whatever the file system's own blocks are (stat(2))

Stopped = Callable[[], bool]


def is_pattern(line: str) -> bool:
    """Whether a line of a ``.gitignore`` means something: git passes over the others."""
    try:
        Patterns("/", [line]).verdict("/name")
    except ValueError:
        return False
    return True


@dataclass(slots=True)
class _Counts:
    """What was met so far; `Totals` once it is over."""

    folders: int = 0
    files: int = 0
    size_bytes: int = 0
    allocated_bytes: int = 0
    hard_links: int = 0
    symlinks: int = 0
    special: int = 0
    excluded: int = 0
    other_file_systems: int = 0


@dataclass(slots=True)
class _Chain:
    """The ``.gitignore`` files that hold in a folder: its own, and those of the chain above."""

    above: int
    patterns: Patterns


@dataclass(slots=True)
class Walk:
    """One walk over the folders that were named; `run` fills the store."""

    store: Store
    choice: Choice
    opener: Opener
    stopped: Stopped
    progress: Callable[[int], None]
    filesystems: dict[int, Mount] = field(default_factory=dict)  # by st_dev: those that were entered
    _counts: _Counts = field(default_factory=_Counts)
    _chains: list[_Chain] = field(default_factory=list)
    _excludes: list[Patterns] = field(default_factory=list)
    _mounts: tuple[Mount, ...] = ()

    def run(self, roots: Sequence[bytes]) -> Totals:
        """See all that lies in `roots`, files or folders, each once."""
        self._mounts = mounts()
        for number, root in enumerate(roots):
            self._excludes.append(Patterns(os.path.abspath(os.fsdecode(root)), self.choice.exclude))
            self._root(root, number)
        last = 0
        while not self.stopped() and (folder := self.store.next_folder(last)) is not None:
            last = folder.id
            self._folder(folder)
        self.store.flush()
        counts = self._counts
        return Totals(**{name: getattr(counts, name) for name in Totals.__dataclass_fields__})

    def _root(self, root: bytes, number: int) -> None:
        """What is named outright is followed if it is a link, and looked at whatever the patterns say."""
        status = os.stat(root)
        if stat.S_ISDIR(status.st_mode):
            if self._enters(root, status.st_dev):
                self.store.add_folder(root, number, -1, status.st_dev, status.st_ino)
            return
        folder, name = os.path.split(os.path.realpath(root) if os.path.islink(root) else root)
        if self._enters(folder or b".", status.st_dev):
            self._file(self.store.add_place(folder), name, status)

    def _enters(self, path: bytes, dev: int) -> bool:
        """Whether the file system at `path` holds data; what is told of it is kept."""
        mount = self.filesystems.get(dev) or mount_of(os.fsdecode(os.path.realpath(path)), self._mounts)
        if mount.is_pseudo:
            self.store.leave_out(path, "pseudo file system", mount.type)
            return False
        self.filesystems[dev] = mount
        return True

    def _folder(self, folder: Folder) -> None:
        try:
            with self._listing(folder) as listing:
                if listing is None:
                    return
                self._counts.folders += 1
                if self.choice.gitignore:
                    folder = folder._replace(ignores=self._with_own(folder))
                for entry in listing:
                    if self.stopped():
                        return
                    self._entry(folder, entry)
        except OSError as error:
            self.store.leave_out(folder.path, *reason_of(error))
        self.progress(self._counts.files)

    @contextmanager
    def _listing(self, folder: Folder) -> Iterator[Iterator[os.DirEntry[str]] | None]:
        """The entries of a folder, unless it is another one by now."""
        handle = self.opener.open_folder(folder.path)
        try:
            now = os.fstat(handle)
            if (now.st_dev, now.st_ino) != (folder.dev, folder.ino):
                self.store.leave_out(folder.path, "changed")
                yield None
                return
            with os.scandir(handle) as listing:
                yield listing
        finally:
            os.close(handle)

    def _entry(self, folder: Folder, entry: os.DirEntry[str]) -> None:
        """One entry: a folder goes into the queue, a file into the store, and everything else is counted."""
        name = os.fsencode(entry.name)
        try:
            status = entry.stat(follow_symlinks=False)
        except OSError as error:
            self.store.leave_out(os.path.join(folder.path, name), *reason_of(error))
            return
        mode, counts = status.st_mode, self._counts
        is_folder = stat.S_ISDIR(mode)
        if self._left_out(folder, name, is_folder):
            counts.excluded += 1
        elif stat.S_ISREG(mode):
            self._file(folder.id, name, status)
        elif is_folder:
            self._below(folder, name, status)
        elif stat.S_ISLNK(mode):
            counts.symlinks += 1
        else:
            counts.special += 1

    def _below(self, above: Folder, name: bytes, status: os.stat_result) -> None:
        if (status.st_dev, status.st_ino) == self.store.folder_id:
            return  # what this scan itself keeps meanwhile
        path = os.path.join(above.path, name)
        if status.st_dev != above.dev:
            if not self.choice.other_file_systems:
                self._counts.other_file_systems += 1
                return
            if not self._enters(path, status.st_dev):
                return
        self.store.add_folder(path, above.root, above.ignores, status.st_dev, status.st_ino)

    def _file(self, folder: int, name: bytes, status: os.stat_result) -> None:
        counts = self._counts
        if status.st_nlink > 1 and not self.store.is_first_name(status.st_dev, status.st_ino):
            counts.hard_links += 1
            return
        allocated = getattr(status, "st_blocks", 0) * _BLOCK
        counts.files += 1
        if counts.files % 1000 == 0:
            self.progress(counts.files)
        counts.size_bytes += status.st_size
        counts.allocated_bytes += allocated
        if status.st_size >= max(1, self.choice.min_bytes):
            used = max(status.st_atime_ns, status.st_mtime_ns, status.st_ctime_ns)
            row = (None, folder, name, signed(status.st_dev), signed(status.st_ino), status.st_size, allocated,
                   status.st_nlink, within(status.st_mtime_ns), within(used))  # fmt: skip
            self.store.put("files", row)

    def _left_out(self, folder: Folder, name: bytes, is_folder: bool) -> bool:
        excludes, ignores = self._excludes[folder.root], folder.ignores
        if not excludes and ignores < 0:
            return False
        place = os.path.abspath(os.fsdecode(os.path.join(folder.path, name)))
        if excludes.verdict(place, is_folder):
            return True
        while ignores >= 0:  # the innermost .gitignore that says something decides
            chain = self._chains[ignores]
            verdict = chain.patterns.verdict(place, is_folder)
            if verdict is not None:
                return verdict
            ignores = chain.above
        return False

    def _with_own(self, folder: Folder) -> int:
        """The chain of ``.gitignore`` files with that of the folder itself, if it has one."""
        place = os.path.join(folder.path, b".gitignore")
        try:
            if not stat.S_ISREG(os.lstat(place).st_mode):
                return folder.ignores
            with closing(os.fdopen(self.opener.open(place), "rb")) as file:
                lines = os.fsdecode(file.read()).splitlines()
        except OSError:
            return folder.ignores
        patterns = Patterns(os.path.abspath(os.fsdecode(folder.path)), [line for line in lines if is_pattern(line)])
        self._chains.append(_Chain(folder.ignores, patterns))
        return len(self._chains) - 1
