# --- variant: OpenAI, client an attribute, comprehension
from openai import OpenAI


class Index:
    def __init__(self):
        self.client = OpenAI()

    def vectors(self, texts):
        return [self.client.embeddings.create(input=text, model="e").data[0].embedding for text in texts]  # expect: embedding-per-item


# --- variant: a helper of the file
# not found: needs to follow a call into the function that it calls
from openai import OpenAI

client = OpenAI()


def embed(text):
    text = text.replace("\n", " ")
    return client.embeddings.create(input=[text], model="small").data[0].embedding


def embed_all(chunks):
    vectors = []
    for chunk in chunks:
        vectors.append(embed(chunk))  # expect: embedding-per-item
    return vectors


# --- variant: pandas apply with a lambda
import pandas as pd
from openai import OpenAI

openai_client = OpenAI()


def add_vectors(frame: pd.DataFrame):
    frame["vector"] = frame["text"].apply(lambda text: openai_client.embeddings.create(input=text, model="e").data[0].embedding)  # expect: embedding-per-item
    return frame


# --- variant: SentenceTransformer at module level, dict comprehension
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("all-MiniLM-L6-v2")


def encode(documents):
    return {document.id: model.encode(document.text) for document in documents}  # expect: embedding-per-item


# --- variant: SentenceTransformer attribute, while loop
from sentence_transformers import SentenceTransformer


class Encoder:
    def __init__(self, name):
        self.model = SentenceTransformer(name, device="cpu")

    def run(self, queue, store):
        while queue:
            text = queue.popleft()
            store(text, self.model.encode(text, normalize_embeddings=True))  # expect: embedding-per-item


# --- variant: LangChain
from langchain_openai import OpenAIEmbeddings

embeddings = OpenAIEmbeddings()


def vectors(docs):
    return [embeddings.embed_query(doc.page_content) for doc in docs]  # expect: embedding-per-item


# --- variant: Ollama
import ollama


def store(collection, texts):
    for number, text in enumerate(texts):
        answer = ollama.embed(model="nomic-embed-text", input=text)  # expect: embedding-per-item
        collection.add(ids=[str(number)], embeddings=answer["embeddings"])


# --- variant: Cohere
import cohere

co = cohere.ClientV2()


def embed(texts):
    out = []
    for text in texts:
        answer = co.embed(texts=[text], model="embed-v4.0", input_type="search_document")  # expect: embedding-per-item
        out.append(answer.embeddings[0])
    return out


# --- variant: async OpenAI, one after the other
from openai import AsyncOpenAI

aclient = AsyncOpenAI()


async def vectors(lines):
    result = []
    for line in lines:
        if not line.strip():
            continue
        answer = await aclient.embeddings.create(model="e", input=line)  # expect: embedding-per-item
        result.append(answer.data[0].embedding)
    return result


# --- variant: litellm, from-import
from litellm import embedding as make_vector


def index(rows):
    for row in rows:
        row["vector"] = make_vector(model="e", input=[row["text"]])["data"][0]["embedding"]  # expect: embedding-per-item


# --- variant: Voyage, map
import voyageai

vo = voyageai.Client()


def all_vectors(texts):
    return list(map(lambda text: vo.embed([text], model="voyage-3").embeddings[0], texts))  # expect: embedding-per-item


# --- variant: llama-index
from llama_index.embeddings.openai import OpenAIEmbedding

embedder = OpenAIEmbedding()


def embed_nodes(nodes):
    for node in nodes:
        node.embedding = embedder.get_text_embedding(node.text)  # expect: embedding-per-item


# --- variant: Gemini
from google import genai

gemini = genai.Client()


def embed(texts):
    vectors = []
    for text in texts:
        vectors.append(gemini.models.embed_content(model="gemini-embedding-001", contents=text).embeddings[0].values)  # expect: embedding-per-item
    return vectors


# --- quiet: all at once
from openai import OpenAI

client = OpenAI()


def vectors(texts):
    return [item.embedding for item in client.embeddings.create(input=texts, model="e").data]


# --- quiet: batches
from sentence_transformers import SentenceTransformer

model = SentenceTransformer("m")


def vectors(texts):
    for start in range(0, len(texts), 64):
        yield model.encode(texts[start : start + 64])


# --- quiet: encode of a text
def sizes(words):
    return [len(word.encode("utf-8")) for word in words]
