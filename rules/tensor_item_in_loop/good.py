import torch


def run(n=20_000):
    torch.manual_seed(7)
    scores = torch.randint(0, 101, (n,))
    best = {}
    for place, score in enumerate(scores.tolist()):
        best[score] = place
    return best
