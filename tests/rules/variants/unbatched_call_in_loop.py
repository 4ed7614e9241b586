# --- variant: SQS client an attribute
import boto3


class Outbox:
    def __init__(self, url):
        self.sqs = boto3.client("sqs")
        self.url = url

    def send(self, bodies):
        for body in bodies:
            self.sqs.send_message(QueueUrl=self.url, MessageBody=body)  # expect: unbatched-call-in-loop


# --- variant: SQS queue resource
import boto3

queue = boto3.resource("sqs").get_queue_by_name(QueueName="orders")


def send(orders):
    for order in orders:
        queue.send_message(MessageBody=order)  # expect: unbatched-call-in-loop


# --- variant: SNS in a while loop
import boto3

sns = boto3.client("sns")


def announce(topic, news):
    while news:
        sns.publish(TopicArn=topic, Message=news.pop())  # expect: unbatched-call-in-loop


# --- variant: Kinesis through a helper
# not found: needs to follow a call into the function that it calls
import json

import boto3

kinesis = boto3.client("kinesis")


def put(event):
    kinesis.put_record(StreamName="events", Data=json.dumps(event), PartitionKey=event["user"])


def put_all(events):
    for event in events:
        put(event)  # expect: unbatched-call-in-loop


# --- variant: DynamoDB table, put_item
import boto3


def store(items):
    table = boto3.resource("dynamodb").Table("orders")
    for item in items:
        table.put_item(Item=item)  # expect: unbatched-call-in-loop


# --- variant: DynamoDB get_item in a comprehension
import boto3

table = boto3.resource("dynamodb", region_name="eu-central-1").Table("users")


def users(ids):
    return [table.get_item(Key={"id": user})["Item"] for user in ids]  # expect: unbatched-call-in-loop


# --- variant: S3 delete_object for listed keys
import boto3


def empty(bucket, prefix):
    s3 = boto3.Session().client("s3")
    for item in s3.list_objects_v2(Bucket=bucket, Prefix=prefix).get("Contents", []):
        s3.delete_object(Bucket=bucket, Key=item["Key"])  # expect: unbatched-call-in-loop


# --- variant: Elasticsearch index
from elasticsearch import Elasticsearch

es = Elasticsearch("http://search:9200")


def index(pages):
    for number, page in enumerate(pages):
        es.index(index="pages", id=number, document=page)  # expect: unbatched-call-in-loop


# --- variant: MongoDB, collection by item access
from pymongo import MongoClient

db = MongoClient("mongodb://db")["shop"]


def save(orders):
    for order in orders:
        db["orders"].insert_one(order)  # expect: unbatched-call-in-loop


# --- variant: Motor, async update
from motor.motor_asyncio import AsyncIOMotorClient

client = AsyncIOMotorClient()
users = client.app.users


async def touch(ids, now):
    for user in ids:
        await users.update_one({"_id": user}, {"$set": {"seen": now}})  # expect: unbatched-call-in-loop


# --- variant: MongoDB find_one, parameter annotated
from pymongo.collection import Collection


def names(people: Collection, ids):
    return {i: people.find_one({"_id": i})["name"] for i in ids}  # expect: unbatched-call-in-loop


# --- variant: EventBridge
import boto3

events = boto3.client("events")


def emit(details):
    for detail in details:
        events.put_events(Entries=[{"Source": "shop", "DetailType": "order", "Detail": detail}])  # expect: unbatched-call-in-loop


# --- variant: OpenSearch delete in try/except
from opensearchpy import NotFoundError, OpenSearch

search = OpenSearch([{"host": "search"}])


def forget(ids):
    for number in ids:
        try:
            search.delete(index="pages", id=number)  # expect: unbatched-call-in-loop
        except NotFoundError:
            continue


# --- quiet: batch writer
import boto3


def store(items):
    table = boto3.resource("dynamodb").Table("orders")
    with table.batch_writer() as batch:
        for item in items:
            batch.put_item(Item=item)


# --- quiet: another queue each time
import boto3

sqs = boto3.client("sqs")


def spread(urls, body):
    for url in urls:
        sqs.send_message(QueueUrl=url, MessageBody=body)


# --- quiet: publish of a plain object
def publish_all(articles):
    for article in articles:
        article.publish()
