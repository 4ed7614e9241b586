# --- variant: a classifier of joblib in a view of Flask
import joblib
from flask import Flask, jsonify, request

app = Flask(__name__)


@app.route("/predict", methods=["POST"])
def predict():
    model = joblib.load("model.joblib")  # expect: model-loaded-in-loop
    return jsonify(model.predict(request.json["rows"]).tolist())
# --- variant: a pickle that is read for each text
import pickle


def label_all(texts):
    labels = []
    for text in texts:
        with open("classifier.pkl", "rb") as file:
            model = pickle.load(file)  # expect: model-loaded-in-loop
        labels.append(model.predict([text])[0])
    return labels
# --- variant: spaCy in a helper that is called for each document
import spacy


def entities(text):
    nlp = spacy.load("en_core_web_sm")  # expect: model-loaded-in-loop
    return [entity.text for entity in nlp(text).ents]


def all_entities(documents):
    return [entities(document) for document in documents]
# --- variant: tokenizer and model in an endpoint of FastAPI
from fastapi import FastAPI
from transformers import AutoTokenizer

app = FastAPI()


@app.post("/tokens")
async def tokens(text: str):
    tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")  # expect: model-loaded-in-loop
    return {"count": len(tokenizer(text)["input_ids"])}
# --- variant: a pipeline for each review
from transformers import pipeline


def moods(reviews):
    for review in reviews:
        classify = pipeline("sentiment-analysis")  # expect: model-loaded-in-loop
        yield classify(review)[0]["label"]
# --- variant: sentence embeddings in a comprehension
from sentence_transformers import SentenceTransformer


def vectors(sentences):
    return [SentenceTransformer("all-MiniLM-L6-v2").encode(one) for one in sentences]  # expect: model-loaded-in-loop
# --- variant: Keras, in a loop over image files
from tensorflow import keras


def classify(folder, read):
    for path in folder.glob("*.png"):
        model = keras.models.load_model("classifier.keras")  # expect: model-loaded-in-loop
        print(path, model.predict(read(path)))
# --- variant: speech recognition in a task of Celery
import whisper
from celery import shared_task


@shared_task
def transcribe(path):
    model = whisper.load_model("small")  # expect: model-loaded-in-loop
    return model.transcribe(path)["text"]
# --- variant: weights of PyTorch, read within a method that a loop calls
import torch


class Scorer:
    def __init__(self, net, weights):
        self.net = net
        self.weights = weights

    def score(self, item):
        self.net.load_state_dict(torch.load(self.weights))  # expect: model-loaded-in-loop
        return self.net(item)

    def score_all(self, items):
        return [self.score(item) for item in items]
# --- variant: an ONNX session for each picture
import onnxruntime


def boxes(pictures):
    found = []
    for picture in pictures:
        session = onnxruntime.InferenceSession("detector.onnx")  # expect: model-loaded-in-loop
        found.append(session.run(None, {"image": picture}))
    return found
# --- variant: a booster in a handler of AWS Lambda
import lightgbm as lgb


def lambda_handler(event, context):
    booster = lgb.Booster(model_file="model.txt")  # expect: model-loaded-in-loop
    return {"score": float(booster.predict([event["features"]])[0])}
# --- quiet: another model each time
import joblib


def compare(paths, rows):
    return {path: joblib.load(path).score(rows) for path in paths}
# --- quiet: loaded when the program starts
import joblib
from flask import Flask, jsonify, request

app = Flask(__name__)
model = joblib.load("model.joblib")


@app.route("/predict", methods=["POST"])
def predict():
    return jsonify(model.predict(request.json["rows"]).tolist())
# --- quiet: a cache around it
import functools

import spacy


@functools.cache
def language(name):
    return spacy.load(name)


def entities(documents):
    for document in documents:
        yield language("en_core_web_sm")(document).ents
# --- quiet: kept on the object at first use
import torch


class Model:
    net = None

    def answer(self, item):
        if self.net is None:
            self.net = torch.load("net.pt")
        return self.net(item)

    def answers(self, items):
        return [self.answer(item) for item in items]
