"""A scripted connection by redis-py (PyPI): `python redis_py.py PORT`.

Ends with an error when a reply is not what the library's documentation says.
"""

import sys
import threading

import redis

CHECKS = 0


def same(actual, expected):
    global CHECKS
    assert actual == expected, f"{actual!r} is not {expected!r}"
    CHECKS += 1


def raises(kind, call):
    global CHECKS
    try:
        call()
    except kind as error:
        CHECKS += 1
        return str(error)
    raise AssertionError(f"no {kind.__name__}")


def connect(port):
    return redis.Redis(port=port, db=2, protocol=2, socket_timeout=20)


def strings(client):
    same(client.ping(), True)
    same(client.set("greeting", "hello", ex=60), True)
    same(client.get("greeting"), b"hello")
    same(client.ttl("greeting") in (59, 60), True)
    same(client.set("greeting", "no", nx=True), None)
    same(client.set("greeting", "new", xx=True, get=True, keepttl=True), b"hello")
    same(client.persist("greeting"), True)
    same(client.ttl("greeting"), -1)
    same(client.append("greeting", b"\x00\r\n\xff"), 7)
    same(client.get("greeting"), b"new\x00\r\n\xff")
    same(client.getrange("greeting", -1, -1), b"\xff")
    same(client.set("large", b"y" * 3_000_000), True)
    same(client.strlen("large"), 3_000_000)
    same(client.object("encoding", "large"), b"raw")
    same(client.getdel("large"), b"y" * 3_000_000)


def counters(client):
    same(client.incr("n", 5), 5)
    same(client.decr("n"), 4)
    same(client.incrbyfloat("f", 1.25), 1.25)
    same("not an integer" in raises(redis.ResponseError, lambda: client.incr("greeting")), True)
    same("wrong kind of value" in raises(redis.ResponseError, lambda: client.rpush("greeting", "x")), True)
    same("wrong number of arguments" in raises(redis.ResponseError, lambda: client.execute_command("GET")), True)


def lists(client):
    same(client.rpush("queue", "a", "b", "c", "b"), 4)
    same(client.lpop("queue", 2), [b"a", b"b"])
    same(client.lrem("queue", 1, "b"), 1)
    same(client.lrange("queue", 0, -1), [b"c"])
    same(client.type("queue"), b"list")


def batches(client):
    pipeline = client.pipeline(transaction=False)
    for number in range(5_000):
        pipeline.set(f"many:{number}", number)
    same(pipeline.execute(), [True] * 5_000)
    same(client.mget("many:0", "none"), [b"0", None])
    same(client.pipeline().incr("in").incr("in").execute(), [1, 2])
    found = set(client.scan_iter("many:*", count=500))
    same(len(found), 5_000)
    same(client.delete(*found), 5_000)


def two_connections(client, port):
    other = connect(port)
    with client.pipeline() as pipeline:
        pipeline.watch("n")
        other.set("n", "changed")
        pipeline.multi()
        pipeline.set("n", "mine")
        raises(redis.WatchError, pipeline.execute)
    same(client.get("n"), b"changed")
    same(client.rename("n", "m"), True)
    same(other.exists("n", "m"), 1)
    same(client.wait(1, 20), 0)
    same(client.lastsave() is not None, True)
    same(client.info("persistence")["aof_enabled"], 0)
    same(client.info("replication")["role"], "master")


def threads(port):
    def count():
        client = connect(port)
        for _ in range(300):
            client.incr("shared")

    workers = [threading.Thread(target=count) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    same(connect(port).get("shared"), b"2400")


def main():
    port = int(sys.argv[1])
    client = connect(port)
    strings(client)
    counters(client)
    lists(client)
    batches(client)
    two_connections(client, port)
    threads(port)
    same(client.flushdb(), True)
    same(client.dbsize(), 0)
    print(f"redis-py {redis.__version__}: {CHECKS} checks")


main()
