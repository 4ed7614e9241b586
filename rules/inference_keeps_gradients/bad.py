import torch
from torch import nn


def network():
    torch.set_num_threads(1)
    torch.manual_seed(7)
    layers = [layer for _ in range(6) for layer in (nn.Linear(64, 64), nn.ReLU())]
    return nn.Sequential(*layers, nn.Linear(64, 4))


def run(n=2_000):
    model = network()
    items = torch.linspace(-1, 1, n * 64).reshape(n, 64)

    model.eval()
    classes = []
    for batch in items.split(8):
        scores = model(batch)  # expect: inference-keeps-gradients
        classes += scores.argmax(dim=1).tolist()
    return classes
