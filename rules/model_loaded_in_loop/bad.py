import json
import tempfile
from pathlib import Path


class Tokenizer:
    def __init__(self, numbers):
        self.numbers = numbers

    @classmethod
    def from_pretrained(cls, path):
        return cls(json.loads(Path(path).read_text(encoding="utf-8")))

    def encode(self, text):
        return [self.numbers[word] for word in text.split()]


def run(n=100):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vocabulary.json"
        path.write_text(json.dumps({f"word{i}": i for i in range(2000)}), encoding="utf-8")
        texts = [f"word{i} word{i + 1} word{i + 2}" for i in range(n)]

        total = 0
        for text in texts:
            tokenizer = Tokenizer.from_pretrained(path)  # expect: model-loaded-in-loop
            total += sum(tokenizer.encode(text))
    return total
