# --- variant: scikit-learn, one text after another
import joblib

model = joblib.load("spam.joblib")


def spam(messages):
    return [message for message in messages if model.predict([message])[0] == 1]  # expect: predict-per-item
# --- variant: probabilities of rows of a frame
def scores(frame, classifier):
    out = []
    for row in frame.itertuples(index=False):
        out.append(classifier.predict_proba([list(row)])[0][1])  # expect: predict-per-item
    return out
# --- variant: a picture with a new axis, for Keras
import numpy as np


def classify(images, model):
    labels = []
    for image in images:
        labels.append(np.argmax(model.predict(np.expand_dims(image, axis=0))))  # expect: predict-per-item
    return labels
# --- variant: the batch of one has a name
def label(rows, model):
    for row in rows:
        batch = row.reshape(1, -1)
        yield model.predict(batch)[0]  # expect: predict-per-item
# --- variant: by index
def errors(model, X, y):
    wrong = 0
    for i in range(len(X)):
        if model.predict([X[i]])[0] != y[i]:  # expect: predict-per-item
            wrong += 1
    return wrong
# --- variant: a slice of one row
def forecast(model, X):
    out = []
    for i in range(X.shape[0]):
        out.append(model.predict(X[i : i + 1])[0])  # expect: predict-per-item
    return out
# --- variant: None as the new axis, and the model an attribute
class Detector:
    def __init__(self, model):
        self.model = model

    def detect(self, frames):
        return [self.model.predict(frame[None, ...])[0] for frame in frames]  # expect: predict-per-item
# --- variant: transform of an encoder
def codes(words, encoder):
    return {word: encoder.transform([word])[0] for word in words}  # expect: predict-per-item
# --- variant: apply on a column
def with_labels(frame, model):
    frame["label"] = frame["text"].apply(lambda text: model.predict([text])[0])  # expect: predict-per-item
    return frame
# --- variant: a map over features
def answers(model, features):
    return list(map(lambda one: model.predict([one])[0], features))  # expect: predict-per-item
# --- variant: a frame of one row
import pandas as pd


def risks(customers, model):
    risks = {}
    for customer in customers:
        risks[customer["id"]] = model.predict_proba(pd.DataFrame([customer]))[0, 1]  # expect: predict-per-item
    return risks
# --- quiet: all at once
def label(rows, model):
    return model.predict(rows)
# --- quiet: batches
def label(batches, model):
    labels = []
    for batch in batches:
        labels.extend(model.predict(batch))
    return labels
# --- quiet: several models, one item
def votes(models, row):
    return [model.predict([row])[0] for model in models]
