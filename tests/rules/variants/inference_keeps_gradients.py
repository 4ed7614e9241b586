# --- variant: validation of a training script
import torch


def train(model, loaders, loss_of, optimizer, epochs):
    for epoch in range(epochs):
        model.train()
        for x, y in loaders["train"]:
            optimizer.zero_grad()
            loss_of(model(x), y).backward()
            optimizer.step()
        model.eval()
        total = 0.0
        for x, y in loaders["valid"]:
            out = model(x)  # expect: inference-keeps-gradients
            total += loss_of(out, y).item()
        print(epoch, total)


# --- variant: accuracy
import torch


def accuracy(net, loader, device):
    net.eval()
    right = seen = 0
    for images, labels in loader:
        images, labels = images.to(device), labels.to(device)
        predicted = net(images).argmax(1)  # expect: inference-keeps-gradients
        right += (predicted == labels).sum().item()
        seen += len(labels)
    return right / seen


# --- variant: a model of the hub, loaded in the module
import torch
from flask import Flask, jsonify, request
from transformers import AutoModelForSequenceClassification, AutoTokenizer

app = Flask(__name__)
tokenizer = AutoTokenizer.from_pretrained("distilbert-base-uncased")
model = AutoModelForSequenceClassification.from_pretrained("distilbert-base-uncased")
model.eval()


@app.post("/classify")
def classify():
    tokens = tokenizer(request.json["text"], return_tensors="pt")
    logits = model(**tokens).logits  # expect: inference-keeps-gradients
    return jsonify(label=logits.argmax(-1).item())


# --- variant: a class that keeps its network
import torch


class Detector:
    def __init__(self, path, device="cpu"):
        self.device = device
        self.net = torch.jit.load(path, map_location=device)
        self.net.eval()

    def scores(self, image):
        batch = image.unsqueeze(0).to(self.device)
        return self.net(batch)[0].detach().cpu().numpy()  # expect: inference-keeps-gradients


# --- variant: told to answer where it is made, in a chain
import numpy as np
import torch
import torchvision.models as models


def features(paths, load):
    backbone = models.resnet50(weights="DEFAULT").to("cuda").eval()
    rows = []
    for path in paths:
        image = load(path).to("cuda")
        rows.append(backbone(image[None]).squeeze().detach().cpu().numpy())  # expect: inference-keeps-gradients
    return np.stack(rows)


# --- variant: train(False)
import torch


def sizes(model, batches):
    model.train(False)
    return [model(batch).argmax(dim=-1).tolist() for batch in batches]  # expect: inference-keeps-gradients


# --- variant: forward by its name
import torch


def export(model, loader, out):
    model.eval()
    for x in loader:
        y = model.forward(x)  # expect: inference-keeps-gradients
        out.write(",".join(map(str, y.detach().numpy().ravel())))


# --- variant: a script, all in the module
import sys

import torch

from nets import Net

net = Net()
net.load_state_dict(torch.load(sys.argv[1]))
net.eval()
for line in sys.stdin:
    x = torch.tensor([float(word) for word in line.split()])
    print(net(x).item())  # expect: inference-keeps-gradients


# --- variant: under a test of a flag, with tqdm
import torch
from tqdm import tqdm


def run_epoch(args, model, test_loader, criterion):
    model.eval()
    losses = []
    with tqdm(total=len(test_loader)) as bar:
        for batch in test_loader:
            if args.half:
                batch = batch.half()
            prediction = model(batch["x"])  # expect: inference-keeps-gradients
            losses.append(criterion(prediction, batch["y"]).item())
            bar.update(1)
    return sum(losses) / len(losses)


# --- variant: embeddings with a mean over the tokens
import torch
from transformers import AutoModel, AutoTokenizer

tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")
encoder = AutoModel.from_pretrained("bert-base-uncased").eval()


def embed(texts):
    batch = tokenizer(texts, padding=True, return_tensors="pt")
    output = encoder(**batch)  # expect: inference-keeps-gradients
    return output.last_hidden_state.mean(dim=1).detach().numpy().tolist()


# --- variant: returned as a tensor, in a function that is there to predict
import torch


def predict(model, x):
    model.eval()
    return torch.softmax(model(x), dim=1)  # expect: inference-keeps-gradients


# --- variant: an ensemble, each told in its own round
import torch


def vote(models, x):
    votes = []
    for model in models:
        model.eval()
        votes.append(model(x).argmax(1).tolist())  # expect: inference-keeps-gradients
    return votes


# --- variant: the models are told by a helper of another file
# not found: needs to follow a call into another file
import torch

from checkpoints import load_for_inference

model = load_for_inference("best.pt")


def label(x):
    return model(x).argmax().item()  # expect: inference-keeps-gradients


# --- quiet: no_grad around the loop
import torch


def accuracy(net, loader):
    net.eval()
    right = 0
    with torch.no_grad():
        for x, y in loader:
            right += (net(x).argmax(1) == y).sum().item()
    return right


# --- quiet: a decorator
import torch


@torch.inference_mode()
def predict(model, x):
    model.eval()
    return model(x).argmax(1).tolist()


# --- quiet: no_grad with amp
import torch


def predict(model, loader):
    model.eval()
    found = []
    for x in loader:
        with torch.no_grad(), torch.autocast("cuda"):
            found.append(model(x).cpu().numpy())
    return found


# --- quiet: an attack goes back through the network
import torch


def fgsm(model, x, y, eps, loss_of):
    model.eval()
    x = x.clone()
    out = model(x)
    loss = loss_of(out, y)
    gradient = torch.autograd.grad(loss, x)[0]
    return (x + eps * gradient.sign()).detach()


# --- quiet: training of a part, while the rest is told to answer
import torch


def train_head(model, head, loader, optimizer, loss_of):
    model.eval()
    for x, y in loader:
        loss = loss_of(head(model(x)), y)
        loss.backward()
        optimizer.step()
        print(loss.item())


# --- quiet: a perceptual loss
import torch
from torch import nn


class Perceptual(nn.Module):
    def __init__(self, vgg):
        super().__init__()
        self.vgg = vgg.features
        self.vgg.eval()

    def forward(self, image, target):
        wanted = self.vgg(target).detach()
        return ((self.vgg(image) - wanted) ** 2).mean()


# --- quiet: the caller has switched gradients off
import torch


def step(model, x):
    model.eval()
    return model(x).argmax(1).tolist()


def evaluate(model, loader):
    with torch.no_grad():
        return [step(model, x) for x in loader]


# --- quiet: no network at all
import pandas as pd


def total(frame):
    frame.eval("c = a + b", inplace=True)
    return frame(1).item()


# --- quiet: back to learning before it is called
import torch


def warm_up(model, x, show):
    model.eval()
    show(model)
    model.train()
    return model(x).detach()


# --- quiet: set_grad_enabled by phase
import torch


def phase(model, loader, is_training):
    model.train() if is_training else model.eval()
    for x, y in loader:
        with torch.set_grad_enabled(is_training):
            out = model(x)
        print(out.argmax().item())


# --- quiet: no_grad under a name of the project's own
from torch import nn

from project.imports import safe_import


def predict(network: nn.Module, batches):
    network.eval()
    torch_no_grad = safe_import("torch.no_grad")
    torchNoGrad = torch_no_grad
    with torchNoGrad():
        return [network(batch).detach().numpy() for batch in batches]
