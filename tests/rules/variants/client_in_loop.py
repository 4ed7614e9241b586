# --- variant: boto3 resource
import boto3


def tables(names):
    for name in names:
        table = boto3.resource("dynamodb").Table(name)  # expect: client-in-loop
        yield table.item_count


# --- variant: boto3 through a helper of the file
# not found: client-per-call tells of it, where the client is made
import boto3


def upload(path, key):
    s3 = boto3.client("s3")
    s3.upload_file(path, "backups", key)


def backup(files):
    for path, key in files:
        upload(path, key)  # expect: client-in-loop


# --- variant: OpenAI in a comprehension
from openai import OpenAI


def answers(questions):
    return [OpenAI().responses.create(model="small", input=question) for question in questions]  # expect: client-in-loop


# --- variant: Anthropic, async, async with
from anthropic import AsyncAnthropic


async def label(texts):
    labels = []
    for text in texts:
        async with AsyncAnthropic() as claude:  # expect: client-in-loop
            labels.append(await claude.messages.create(model="m", max_tokens=5, messages=[{"role": "user", "content": text}]))
    return labels


# --- variant: Elasticsearch
from elasticsearch import Elasticsearch


def search(words):
    hits = []
    for word in words:
        es = Elasticsearch("http://search:9200")  # expect: client-in-loop
        hits.append(es.search(index="pages", query={"match": {"text": word}}))
    return hits


# --- variant: smtplib with SSL
import smtplib
from smtplib import SMTP_SSL


def mail(messages, host, user, password):
    for message in messages:
        server = SMTP_SSL(host)  # expect: client-in-loop
        server.login(user, password)
        try:
            server.send_message(message)
        except smtplib.SMTPException:
            continue
        finally:
            server.quit()


# --- variant: Google Cloud Storage, while loop
from google.cloud import storage


def put(blobs):
    while blobs:
        name, data = blobs.popitem()
        storage.Client().bucket("pictures").blob(name).upload_from_string(data)  # expect: client-in-loop


# --- variant: Azure
from azure.storage.blob import BlobServiceClient


def copy(connection_string, names):
    for name in names:
        service = BlobServiceClient.from_connection_string(connection_string)  # expect: client-in-loop
        service.get_blob_client("pictures", name).delete_blob()


# --- variant: grpc stub
import grpc

from .rates_pb2_grpc import RatesStub


def rates(requests_):
    for request in requests_:
        with grpc.insecure_channel("rates:50051") as channel:  # expect: client-in-loop
            yield RatesStub(channel).Get(request)


# --- variant: paramiko
import paramiko


def run_all(host, commands):
    for command in commands:
        ssh = paramiko.SSHClient()  # expect: client-in-loop
        ssh.set_missing_host_key_policy(paramiko.RejectPolicy())
        ssh.connect(host)
        ssh.exec_command(command)
        ssh.close()


# --- variant: Kafka producer
from kafka import KafkaProducer


def emit(events):
    for event in events:
        producer = KafkaProducer(bootstrap_servers=["kafka:9092"])  # expect: client-in-loop
        producer.send("events", event)
        producer.flush()


# --- variant: a boto3 session with a client in the loop
import boto3

session = boto3.Session(profile_name="prod")


def queues(urls):
    total = 0
    for url in urls:
        sqs = session.client("sqs")  # expect: client-in-loop
        total += int(sqs.get_queue_attributes(QueueUrl=url)["Attributes"]["ApproximateNumberOfMessages"])
    return total


# --- variant: ftplib
from ftplib import FTP


def fetch(host, names, write):
    for name in names:
        with FTP(host) as ftp:  # expect: client-in-loop
            ftp.login()
            ftp.retrbinary(f"RETR {name}", write)


# --- quiet: one for each region
import boto3


def instances(regions):
    for region in regions:
        yield boto3.client("ec2", region_name=region).describe_instances()


# --- quiet: before the loop
from openai import OpenAI


def answers(questions):
    client = OpenAI()
    return [client.responses.create(model="small", input=question) for question in questions]


# --- quiet: Django's test client and a plain class
class Client:
    def __init__(self, name):
        self.name = name


def clients(names):
    return [Client("x") for _ in names]
