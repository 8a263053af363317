# What a program in Python holds while it is measured: much of the library, some thousand records, an
# index of them, and their JSON. On port 7000 one answer per connection.
import argparse, ast, asyncio, base64, collections, configparser, csv, dataclasses, datetime, decimal
import difflib, email.message, fractions, hashlib, http.client, http.server, inspect, json, logging
import pathlib, queue, random, re, shutil, socket, statistics, subprocess, tempfile, textwrap, threading
import tokenize, traceback, typing, unittest, urllib.request, uuid, xml.etree.ElementTree, zipfile

RECORDS = 10_000
SYLLABLES = "ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu".split()
draw = random.Random(1)


def word():
    return "".join(draw.choice(SYLLABLES) for _ in range(draw.randint(1, 4)))


@dataclasses.dataclass
class Record:
    number: int
    name: str
    tags: list
    score: float
    note: str


records = [
    Record(n, word(), [word() for _ in range(3)], draw.random(), " ".join(word() for _ in range(12)))
    for n in range(RECORDS)
]
index = collections.defaultdict(list)
for record in records:
    for tag in record.tags:
        index[tag].append(record)
text = json.dumps([dataclasses.asdict(record) for record in records])
parsed = json.loads(text)

listener = socket.create_server(("", 7000))
while True:
    connection, _ = listener.accept()
    with connection:
        if connection.recv(64):
            connection.sendall(b"python %d\n" % len(parsed))
