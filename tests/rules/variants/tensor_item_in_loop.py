# --- variant: the labels of a prediction
import torch


def names(logits, classes):
    predicted = torch.argmax(logits, dim=1)
    return [classes[label.item()] for label in predicted]  # expect: tensor-item-in-loop
# --- variant: by index
import torch


def histogram(n):
    values = torch.randint(0, 10, (n,))
    counts = {}
    for i in range(len(values)):
        value = values[i].item()  # expect: tensor-item-in-loop
        counts[value] = counts.get(value, 0) + 1
    return counts
# --- variant: two tensors side by side
import torch


def correct(model, inputs, labels: torch.Tensor):
    predictions = model(inputs).argmax(1)
    right = 0
    for predicted, label in zip(predictions, labels):
        if label.item() == predicted:  # expect: tensor-item-in-loop
            right += 1
    return right
# --- variant: the size of a tensor as the bound
import torch


def write(path, n):
    losses = torch.rand(n)
    with open(path, "w") as file:
        for i in range(losses.size(0)):
            file.write(f"{losses[i].item():.4f}\n")  # expect: tensor-item-in-loop
# --- variant: cpu and numpy of each
import torch


def points(n, draw):
    boxes = torch.rand(n, 4)
    for box in boxes:
        draw(box.cpu().numpy())  # expect: tensor-item-in-loop
# --- variant: shape in place of size
import torch


def dot(scores: torch.Tensor, weights):
    total = 0.0
    for i in range(scores.shape[0]):
        total += scores[i].item() * weights[i]  # expect: tensor-item-in-loop
    return total
# --- variant: float in place of item
import torch


def as_list(n):
    values = torch.linspace(0, 1, n)
    return [float(value) for value in values]  # expect: tensor-item-in-loop
# --- variant: an attribute
import torch


class Memory:
    def __init__(self, size):
        self.rewards = torch.zeros(size)

    def positive(self):
        return [place for place, reward in enumerate(self.rewards) if reward.item() > 0]  # expect: tensor-item-in-loop
# --- variant: the places that are not zero
import torch


def hits(mask: torch.Tensor, tokens):
    return [tokens[place.item()] for place in torch.nonzero(mask).squeeze(1)]  # expect: tensor-item-in-loop
# --- variant: sorted scores, and their places
# not found: what of several tensors a name is given by unpacking is not known
import torch


def best(scores: torch.Tensor, titles):
    values, places = torch.topk(scores, 500)
    return [(titles[place.item()], 1) for place in places]  # expect: tensor-item-in-loop
# --- quiet: all at once
import torch


def names(logits, classes):
    return [classes[label] for label in torch.argmax(logits, dim=1).tolist()]
# --- quiet: once after the loop
import torch


def total(model, batches):
    loss = torch.zeros(())
    for batch in batches:
        loss += model(batch)
    return loss.item()
# --- quiet: items of a web page
def texts(rows):
    return [row.item() for row in rows]
