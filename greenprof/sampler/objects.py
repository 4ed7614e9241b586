"""Python objects of another process, told by the names of their types.

Only two offsets are needed for that, those of an object's type and of a type's name. They are not
looked up but looked for, with what is known for certain: where a code object is, and that its type is called "code".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from struct import Struct

from greenprof.sampler.layout import Layout
from greenprof.sampler.memory import Memory, Recalled

WORD_BYTES = 8
_FIRST_ADDRESS, _END_OF_ADDRESSES = 1 << 16, 1 << 47
_TYPE_BYTES = 64  # of a type object, which begins with its header, its size and its name
_LONGEST_NAME = 64
_MOST_TYPES = 5000  # whose names are kept
_PAGE_BYTES = 4096
_WORD = Struct("<Q")


class UnknownObjects(Exception):
    """The objects of this interpreter do not look as expected; the message says what does not."""


class Objects:
    """The objects of one process.

    Raises:
        UnknownObjects: if its types cannot be told.
        UnreadableMemory: if the process has ended.
    """

    def __init__(self, memory: Memory, layout: Layout) -> None:
        self._memory = Recalled(memory)
        self._layout = layout
        code = words_of(memory.read(layout.probe_code, _TYPE_BYTES))
        if layout.code_type not in code:
            raise UnknownObjects("a code object does not say its type")
        self.type_place = code.index(layout.code_type) * WORD_BYTES
        self.fields = self.type_place + WORD_BYTES  # where what is particular to a type begins
        self._name_place, self._type_of_types = self._look_at_types()
        self._names: dict[int, str] = {layout.code_type: "code"}

    def _look_at_types(self) -> tuple[int, int]:
        """Where a type keeps its name, and the address of `type`."""
        code_type = words_of(self._memory.read(self._layout.code_type, _TYPE_BYTES))
        above = code_type[self.type_place // WORD_BYTES]
        for place, word in enumerate(code_type):
            if self._text(word) == "code":
                it = self.words(above, _TYPE_BYTES)
                if it[self.type_place // WORD_BYTES :][:1] == [above] and self._text(it[place]) == "type":
                    return place * WORD_BYTES, above
        raise UnknownObjects("a type does not say its name")

    def again(self) -> None:
        """From here on memory is read afresh."""
        self._memory.again()

    def data(self, address: int, size: int) -> bytes:
        """What is at an address; less where memory ends, nothing where there is none."""
        if not is_address(address):
            return b""
        data = self._memory.read_each([address], size)[0]
        to_end_of_page = _PAGE_BYTES - address % _PAGE_BYTES
        return data or (self._memory.read_each([address], to_end_of_page)[0] if to_end_of_page < size else b"")

    def words(self, address: int, size: int) -> list[int]:
        """The words at an address, as `data` gives them."""
        return words_of(self.data(address, size))

    def blocks(self, addresses: Sequence[int], size: int) -> list[bytes]:
        """What is at each address, as `data` gives it."""
        return [
            data or self.data(address, size)
            for address, data in zip(addresses, self._memory.read_each(addresses, size), strict=True)
        ]

    def kind_of(self, data: bytes) -> str:
        """The type's name of an object whose memory this is; empty if it is none."""
        kind = _WORD.unpack_from(data, self.type_place)[0] if len(data) >= self.fields else 0
        if kind not in self._names and is_address(kind):
            self._learn({kind})
        return self._names.get(kind, "")

    def heads(self, addresses: Iterable[int]) -> dict[int, tuple[str, int]]:
        """The type's name of each object among these words, and the first word of what is particular to its type.

        What is no address of an object is left out.
        """
        likely = [word for word in dict.fromkeys(addresses) if is_address(word)]
        found = {}
        for address, data in zip(likely, self._memory.read_each(likely, self.fields + WORD_BYTES), strict=True):
            if data:
                found[address] = (_WORD.unpack_from(data, self.type_place)[0], _WORD.unpack_from(data, self.fields)[0])
        self._learn({kind for kind, _ in found.values() if kind not in self._names and is_address(kind)})
        names = self._names
        return {address: (names[kind], first) for address, (kind, first) in found.items() if names.get(kind)}

    def kinds(self, addresses: Iterable[int]) -> dict[int, str]:
        """The type's name of each object among these words."""
        return {address: kind for address, (kind, _) in self.heads(addresses).items()}

    def of_kind(self, words: Iterable[int], *names: str) -> list[int]:
        """Those of the words that are addresses of objects of these types."""
        return [address for address, name in self.kinds(words).items() if name in names]

    def _learn(self, types: set[int]) -> None:
        """Note the names of those that are types: objects whose own type is `type`, which is its own type."""
        if len(self._names) > _MOST_TYPES:
            self._names = {self._layout.code_type: "code"}
        addresses = list(types)
        for address, data in zip(addresses, self._memory.read_each(addresses, _TYPE_BYTES), strict=True):
            if data and _WORD.unpack_from(data, self.type_place)[0] == self._type_of_types:
                self._names[address] = self._text(_WORD.unpack_from(data, self._name_place)[0])

    def _text(self, address: int) -> str:
        if not _FIRST_ADDRESS <= address < _END_OF_ADDRESSES:
            return ""
        data = self._memory.read_each([address], min(_LONGEST_NAME, _PAGE_BYTES - address % _PAGE_BYTES))[0]
        return data.partition(b"\0")[0].decode("utf-8", "replace")

    def named(self, dictionary: int, name: str) -> int:
        """The address of what a dict holds under `name`, 0 if nothing.

        Its tables are not taken apart: wherever they keep the key, the value follows it.
        """
        for table in self.words(dictionary, 8 * WORD_BYTES):
            words = self.words(table, 4 * _PAGE_BYTES)
            likely = [word for word in dict.fromkeys(words) if is_address(word)]
            start = self._layout.ascii_text
            texts = self._memory.read_each(likely, start + len(name) + 1)
            wanted = name.encode("ascii") + b"\0"
            same = [word for word, data in zip(likely, texts, strict=True) if data[start:] == wanted]
            for key in self.of_kind(same, "str"):
                place = words.index(key) + 1
                if place < len(words) and words[place]:
                    return words[place]
        return 0


def is_address(word: int) -> bool:
    """Whether an object could lie there."""
    return _FIRST_ADDRESS <= word < _END_OF_ADDRESSES and word % WORD_BYTES == 0


def words_of(data: bytes) -> list[int]:
    """The whole words in `data`."""
    return memoryview(data)[: len(data) // WORD_BYTES * WORD_BYTES].cast("Q").tolist()
