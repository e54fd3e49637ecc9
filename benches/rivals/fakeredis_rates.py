"""GET and SET rates of fakeredis in process: prints JSON."""

import json
import sys
import time

import fakeredis

calls, keys = json.load(sys.stdin)
server = fakeredis.FakeRedis()


def rate(call):
    began = time.perf_counter()
    for number in range(calls):
        call(f"key:{number * 7919 % keys:012}")
    return calls / (time.perf_counter() - began)


print(json.dumps({"set": rate(lambda key: server.set(key, "VXK")), "get": rate(server.get)}))
